import { defineMetric, formatShape, number, sameShape, shapeMismatch } from '@chainrule/core'

/**
 * How many predictions lie near their target. Put your metric in its place.
 *
 * Equation   Σ w 1/F Σ_i [ |p_i − y_i| ≤ within ] / Σ w
 * Shapes     p, y [B, …, F], w [B, …]
 * Units      `within` in those of the target
 * Errors     shape-mismatch
 * Source     where the equation comes from
 */
export const __identifier__ = defineMetric({
  name: '__name__',
  summary: 'The share of the predictions that lie near their target.',
  arguments: { within: number({ from: 0, default: 0.1 }) },
  targets: ['number'],
  better: 'higher',
  // Sums over a batch, which are added up over the batches.
  accumulate: (ops, { prediction, target, weight }, { within }) => {
    if (!sameShape(prediction.shape, target.shape)) {
      throw shapeMismatch(
        `\`__name__\` compares ${formatShape(prediction.shape)} with a target ${formatShape(target.shape)}`,
      )
    }
    const isNear = ops.lessEqual(ops.abs(ops.sub(prediction, target)), within)
    const share = ops.mean(ops.select(isNear, 1, 0), -1)
    return { near: ops.sum(ops.mul(share, weight)), weight: ops.sum(weight) }
  },
  // And what they become at the end.
  finish: ({ near: [near = 0], weight: [weight = 0] }) => near / weight,
})
