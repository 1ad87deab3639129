/** Biases: one number a channel. */
import type { Initializer, Tensor } from '@chainrule/core'

/** Biases begin at 0; `weights=` speaks of the weights alone. */
export const zeroBias: Initializer = {
  name: 'zeros',
  config: {},
  sample: (ops, { shape }) => ops.constant(0, { shape }),
}

/** All axes but the channels. */
export function leadingAxes(x: Tensor): number[] {
  return x.shape.slice(0, -1).map((_, axis) => axis)
}
