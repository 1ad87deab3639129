import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { describeSchedule } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { __identifier__ } from '../src/index.js'

// A case for each of its arguments.
describeSchedule({ describe, it }, __identifier__, {
  engines: [engineJs, engineWasm],
  cases: [{}, { arguments: [2] }],
})
