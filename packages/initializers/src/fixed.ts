/** Initializers that do not look at the size of the layer. */
import { defineInitializer, number } from '@chainrule/core'

/** These two stand in core, for layers begin their biases and scales with them. */
export { ones, zeros } from '@chainrule/core'

/** Every value is the one that is given. */
export const constant = defineInitializer({
  name: 'constant',
  summary: 'Every value is the one that is given.',
  arguments: { value: number() },
  sample: (ops, { shape }, { value }) => ops.constant(value, { shape }),
})

/**
 * Even between two bounds.
 *
 * Equation   w = low + (high − low) u,  u in [0, 1)
 * Source     Bounds as in Keras `RandomUniform`.
 */
export const uniform = defineInitializer({
  name: 'uniform',
  summary: 'Even between `low` and `high`.',
  arguments: { low: number({ default: -0.05 }), high: number({ default: 0.05 }) },
  sample: (ops, { shape, random }, { low, high }) =>
    ops.add(ops.mul(random.uniform(shape), high - low), low),
})

/**
 * Normally distributed.
 *
 * Equation   w = mean + deviation z,  z ~ N(0, 1)
 * Source     Deviation as in Keras `RandomNormal`.
 */
export const normal = defineInitializer({
  name: 'normal',
  summary: 'Normally distributed round `mean` with a standard `deviation`.',
  arguments: { deviation: number({ from: 0, default: 0.05 }), mean: number({ default: 0 }) },
  sample: (ops, { shape, random }, { deviation, mean }) =>
    ops.add(ops.mul(random.normal(shape), deviation), mean),
})
