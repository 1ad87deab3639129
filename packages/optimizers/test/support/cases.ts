/** What each elementwise optimizer is checked with. */
import type { ElementwisePlugin } from '@chainrule/core'
import type { OptimizerCase } from '@chainrule/testing'
import { optimizers } from '../../src/index.ts'

/** Those with more than their defaults, by name. */
const own: Readonly<Record<string, readonly OptimizerCase[]>> = {
  sgd: [
    {},
    { options: { momentum: 0.9, decay: 0.1 } },
    { options: { momentum: 0.9, nesterov: true } },
  ],
  rmsprop: [{}, { options: { momentum: 0.9 } }],
}

export const optimizerCases: readonly (readonly [ElementwisePlugin, readonly OptimizerCase[]])[] =
  optimizers.flatMap((optimizer) =>
    optimizer.style === 'elementwise' ? [[optimizer, own[optimizer.name] ?? [{}]] as const] : [],
  )
