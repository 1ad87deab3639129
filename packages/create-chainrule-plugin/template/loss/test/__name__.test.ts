import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { describeLoss } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { __identifier__ } from '../src/index.js'

// A case for each of its arguments, and one over rows and times.
describeLoss({ describe, it }, __identifier__, {
  engines: [engineJs, engineWasm],
  cases: [{ shape: [3] }, { shape: [4, 3] }, { shape: [3], arguments: [0.9] }],
})
