import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { describeInitializer } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { __identifier__ } from '../src/index.js'

// A case for each of its arguments, and one for each number of axes.
describeInitializer({ describe, it }, __identifier__, {
  engines: [engineJs, engineWasm],
  cases: [{}, { arguments: [2] }, { shape: [5] }, { shape: [3, 3, 2, 4] }],
})
