/** Biases: one number a channel. */
import { type Tensor, zeros } from '@chainrule/core'

/** Biases begin at 0; `weights=` speaks of the weights alone. */
export const zeroBias = zeros.with({})

/** All axes but the channels. */
export function leadingAxes(x: Tensor): number[] {
  return x.shape.slice(0, -1).map((_, axis) => axis)
}
