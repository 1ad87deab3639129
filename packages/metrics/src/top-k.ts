import { defineMetric, positiveInteger } from '@chainrule/core'
import { classNumbers } from './labels.ts'
import { meanOf, weightedSums } from './sums.ts'

/**
 * The share of places whose class is among the k most probable ones.
 *
 * Equation   Σ w [#{j : p_j > p_y, or p_j = p_y and j < y} < k] / Σ w;  1 for k from the number of classes on
 * Shapes     p [B, …, K], y i32 [B, …] or weights over the classes [B, …, K]
 * Errors     shape-mismatch; metric-classes in a text, where k is not less than the number of classes
 * Source     Matches scikit-learn 1.2 `top_k_accuracy_score` with sample weights, but for equal probabilities: here the
 *            first class comes first, so that k = 1 is the accuracy, there the last.
 */
export const topK = defineMetric({
  name: 'top-k',
  summary: 'The share of rows whose class is among the k most probable ones.',
  arguments: { k: positiveInteger({ default: 5 }) },
  targets: ['class'],
  better: 'higher',
  problemWith: (classes, { k }) =>
    k < classes
      ? undefined
      : {
          problem: `is 1 for every row where there are ${classes} classes, so that it says nothing`,
          instead: classes > 2 ? `top-k(${classes - 1})` : 'accuracy',
        },
  accumulate: (ops, tensors, { k }) => {
    const p = tensors.prediction
    const y = ops.reshape(classNumbers(ops, 'top-k', tensors), [...p.shape.slice(0, -1), 1])
    const classes = ops.iota(p.shape, p.shape.length - 1)
    const own = ops.sum(ops.select(ops.equal(classes, y), p, 0), -1, { keep: true })
    const before = ops.or(ops.greater(p, own), ops.and(ops.equal(p, own), ops.less(classes, y)))
    const rank = ops.sum(ops.cast(before, 'f64'), -1)
    return weightedSums(ops, ops.cast(ops.less(rank, k), 'f64'), tensors)
  },
  finish: meanOf,
})
