import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { schedules } from '@chainrule/optimizers'
import { describeOptimizer } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { __identifier__ } from '../src/index.js'

// A case for each of its options.
describeOptimizer({ describe, it }, __identifier__, {
  engines: [engineJs, engineWasm],
  plugins: schedules,
  cases: [{}, { options: { momentum: 0 } }, { options: { decay: 0.1 } }],
})
