import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { describeLayer } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { __identifier__ } from '../src/index.js'

// A case for each option and each number of axes; a line of `refuses` for each mistake that it tells.
describeLayer({ describe, it }, __identifier__, {
  engines: [engineJs, engineWasm],
  cases: [
    { title: 'over rows', inputs: [[4]] },
    { title: 'over rows and times', inputs: [[3, 4]] },
  ],
  refuses: [{ inputs: [[]], code: 'shape-mismatch', says: 'got [B]' }],
})
