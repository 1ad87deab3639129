import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { describeActivation } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { __identifier__ } from '../src/index.js'

// A case for each of its arguments.
describeActivation({ describe, it }, __identifier__, {
  engines: [engineJs, engineWasm],
  cases: [{}],
})
