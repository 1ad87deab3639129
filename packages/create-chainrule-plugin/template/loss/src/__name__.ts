import { defineLoss, formatShape, number, sameShape, shapeMismatch } from '@chainrule/core'

/**
 * The quantile loss: with `quantile` q, a share q of the targets comes to lie below the prediction. Put your loss in its
 * place.
 *
 * Equation   ℓ = 1/F Σ_i max(q (y_i − f_i), (q − 1) (y_i − f_i))
 * Shapes     f, y [B, …, F] -> ℓ [B, …]
 * Gradient   ∂ℓ/∂f_i = −q / F where y_i ≥ f_i, else (1 − q) / F
 * Saved      y − f
 * Errors     shape-mismatch
 * Source     where the equation comes from
 */
export const __identifier__ = defineLoss({
  name: '__name__',
  summary: 'The distance to the target, weighed by the side on which it lies.',
  arguments: { quantile: number({ above: 0, below: 1, default: 0.5 }) },
  target: 'number',
  forward: (ops, { f, y }, { quantile: q }) => {
    if (!sameShape(f.shape, y.shape)) {
      throw shapeMismatch(
        `\`__name__\` compares ${formatShape(f.shape)} with a target ${formatShape(y.shape)}`,
      )
    }
    const d = ops.sub(y, f)
    return { values: ops.mean(ops.maximum(ops.mul(d, q), ops.mul(d, q - 1)), -1), saved: d }
  },
})
