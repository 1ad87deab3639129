import { defineMetric, type MetricTensors, type Ops, type Tensor } from '@chainrule/core'
import { hasClassNumbers, meanOf, weightedSums } from './sums.ts'

/** 1 for each place that is predicted right, [lead…]. */
function hits(ops: Ops, tensors: MetricTensors): Tensor {
  const { kind, prediction, target } = tensors
  const right = (equal: Tensor): Tensor => ops.cast(equal, 'f64')
  if (hasClassNumbers('accuracy', tensors))
    return right(ops.equal(ops.argmax(prediction, -1), target))
  if (kind === 'class') {
    return right(ops.equal(ops.argmax(prediction, -1), ops.argmax(target, -1)))
  }
  const yes = (x: Tensor): Tensor => ops.greater(x, 0.5)
  return ops.mean(right(ops.equal(yes(prediction), yes(target))), -1)
}

/**
 * The share of places that are predicted right.
 *
 * Equation   Σ w [argmax p = y] / Σ w; of outputs that are yes or no each: Σ w mean_k [(p_k > ½) = (y_k > ½)] / Σ w
 * Shapes     p [B, …, K], y i32 [B, …] or weights over the classes [B, …, K]; or, each yes or no, p, y [B, …, K]
 * Errors     shape-mismatch
 * Source     Matches scikit-learn 1.2 `accuracy_score` with sample weights. Of equal probabilities the first class is
 *            taken; a probability of exactly ½ is no, as in Keras `BinaryAccuracy`.
 */
export const accuracy = defineMetric({
  name: 'accuracy',
  summary: 'The share of rows whose class is predicted right.',
  targets: ['class', 'binary'],
  better: 'higher',
  accumulate: (ops, tensors) => weightedSums(ops, hits(ops, tensors), tensors),
  finish: meanOf,
})
