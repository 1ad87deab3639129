/** Running means of what an optimizer has seen, and the correction of their beginning at 0. */
import { log, type Ops, type Tensor } from '@chainrule/core'

/** β x + (1 − β) next. */
export function runningMean(ops: Ops, beta: number, x: Tensor, next: Tensor): Tensor {
  return ops.add(ops.mul(x, beta), ops.mul(next, 1 - beta))
}

/**
 * 1 − βᵗ, by which a running mean that began at 0 is too small after t updates.
 *
 * As −expm1(t ln β): in float32, 1 − βᵗ itself loses four of its seven digits for β = 0.999 and a small t.
 */
export function biasCorrection(ops: Ops, beta: number, step: Tensor): Tensor | number {
  return beta === 0 ? 1 : ops.neg(ops.expm1(ops.mul(step, log(beta))))
}

/** √v̂ + ε, v̂ = v / (1 − β₂ᵗ); the correction is that of a scalar: √v / √(1 − β₂ᵗ). */
export function correctedDeviation(
  ops: Ops,
  square: Tensor,
  step: Tensor,
  { beta2, epsilon }: { readonly beta2: number; readonly epsilon: number },
): Tensor {
  const correction = ops.sqrt(ops.div(ops.constant(1), biasCorrection(ops, beta2, step)))
  return ops.add(ops.mul(ops.sqrt(square), correction), epsilon)
}
