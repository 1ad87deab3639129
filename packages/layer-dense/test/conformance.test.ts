import { activations } from '@chainrule/activations'
import { engineJs } from '@chainrule/engine-js'
import { initializers } from '@chainrule/initializers'
import { describeLayer } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { dense } from '../src/index.ts'

describeLayer({ describe, it }, dense, {
  engines: [engineJs],
  plugins: [...activations, ...initializers],
  cases: [
    { arguments: [2], inputs: [[4]] },
    { arguments: [2, 'silu'], options: { bias: false }, inputs: [[4]] },
    { arguments: [3, 'softmax'], inputs: [[4]] },
    { arguments: [2, 'tanh'], inputs: [[3, 4]] },
    { arguments: [2, 'gelu'], inputs: [[2, 2, 4]] },
  ],
})
