import { activations } from '@chainrule/activations'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { initializers } from '@chainrule/initializers'
import { describeLayer } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { swiglu } from '../src/index.ts'

describeLayer({ describe, it }, swiglu, {
  engines: [engineJs, engineWasm],
  plugins: [...activations, ...initializers],
  cases: [
    { arguments: [3], inputs: [[4]] },
    { arguments: [5], inputs: [[3, 2]] },
    { arguments: [1], inputs: [[1]] },
    { arguments: [17], inputs: [[9]], options: { weights: 'he-normal' } },
  ],
  refuses: [
    { arguments: [5], inputs: [[]], code: 'shape-mismatch', says: 'got [B]' },
    { arguments: [], code: 'argument-missing' },
    { arguments: [0], code: 'argument-range' },
    { arguments: [4], options: { activation: 'relu' }, code: 'argument-unknown' },
  ],
})
