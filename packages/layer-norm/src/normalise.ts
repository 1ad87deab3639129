/**
 * What all normalisations share: x̂ = (x − μ) / √(σ² + ε) over some axes, and its gradient.
 *
 * Let d = ∂L/∂x̂ and let ⟨·⟩ be the mean over those axes. Both μ and σ² depend on every x that they are means of, so
 *
 *     ∂x̂ⱼ/∂xᵢ = (δᵢⱼ − 1/n − x̂ᵢ x̂ⱼ / n) / √(σ² + ε)
 *
 * and the sum over j, Σⱼ dⱼ ∂x̂ⱼ/∂xᵢ, is the three terms of
 *
 *     ∂L/∂x = (d − ⟨d⟩ − x̂ ⟨d ⊙ x̂⟩) / √(σ² + ε).
 */
import type { LayerOps, Tensor } from '@chainrule/core'

/** The mean over the axes that are normalised, which stay as axes of size 1. */
export type Mean = (x: Tensor) => Tensor

export interface Normalised {
  /** x̂ */
  readonly normal: Tensor
  /** 1 / √(σ² + ε) */
  readonly inverse: Tensor
  readonly mean: Tensor
  /** σ², the mean square of what is left when the mean is taken away. */
  readonly variance: Tensor
}

export function normalise(ops: LayerOps, x: Tensor, epsilon: number, meanOf: Mean): Normalised {
  const mean = meanOf(x)
  const centred = ops.sub(x, mean)
  const variance = meanOf(ops.square(centred))
  const inverse = ops.div(1, ops.sqrt(ops.add(variance, epsilon)))
  return { normal: ops.mul(centred, inverse), inverse, mean, variance }
}

/** ∂L/∂x from d = ∂L/∂x̂. */
export function normaliseGradient(
  ops: LayerOps,
  { normal, inverse }: Pick<Normalised, 'normal' | 'inverse'>,
  d: Tensor,
  meanOf: Mean,
): Tensor {
  const along = ops.mul(normal, meanOf(ops.mul(d, normal)))
  return ops.mul(ops.sub(ops.sub(d, meanOf(d)), along), inverse)
}

/** The sum over all axes but the last: what a scale or a shift of the features gathers. */
export function overFeatures(ops: LayerOps, x: Tensor): Tensor {
  return ops.sum(
    x,
    x.shape.slice(0, -1).map((_, axis) => axis),
  )
}
