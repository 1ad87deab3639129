import { defineLoss } from '@chainrule/core'
import { softmax } from './classes.ts'
import { outputCount, overOutputs, requireSameShape } from './shapes.ts'

// How far a row of float32 shares, written with a few decimals each, may be from 1.
const rounding = 1e-3

/**
 * How much the softmax of the outputs differs from a distribution over them, in nats; the target is K shares that add up
 * to 1.
 *
 * Equation   ℓ = Σ_k y_k (log y_k − log p_k),  p = softmax(f);  0 log 0 = 0
 * Shapes     f, y [B, …, K] -> ℓ [B, …]
 * Gradient   ∂ℓ/∂f = p Σ_k y_k − y, which is p − y for shares that add up to 1
 * Saved      p
 * Units      nats
 * Errors     shape-mismatch
 * Source     Kullback and Leibler 1951. Matches PyTorch 1.13 `KLDivLoss` of `log_softmax(f)` with `batchmean` (its default
 *            divides by K too). Keras `KLDivergence` takes probabilities and keeps them from 0 by 1e-7. Where the target
 *            is one class, it is `cross-entropy`, which is for classes.
 */
export const klDivergence = defineLoss({
  name: 'kl-divergence',
  summary: 'How much the softmax of the outputs differs from a distribution, in nats.',
  target: 'number',
  applies: ['softmax'],
  standardises: false,
  targetRule: {
    required: 'shares from 0 to 1 that add up to 1 in each row',
    holds: (row) =>
      row.every((share) => share >= 0) &&
      Math.abs(row.reduce((sum, share) => sum + share, 0) - 1) <= rounding,
  },
  forward: (ops, { f, y }) => {
    outputCount('kl-divergence', f)
    requireSameShape('kl-divergence', f, y)
    const { p, logP } = softmax(ops, f)
    const some = ops.greater(y, 0)
    const logY = ops.log(ops.select(some, y, 1))
    const each = ops.mul(y, ops.sub(ops.select(some, logY, 0), logP))
    return { values: ops.sum(each, -1), saved: p }
  },
  backward: (ops, { y, saved: p, dvalues }) => {
    const expected = ops.mul(p, ops.sum(y, -1, { keep: true }))
    return ops.mul(overOutputs(ops, dvalues), ops.sub(expected, y))
  },
  prediction: (ops, f) => softmax(ops, f).p,
})
