import { defineMetric, type MetricTensors, type Ops, type Tensor } from '@chainrule/core'
import { hasClassNumbers, meanOf, requireSameShape, weightedSums } from './sums.ts'

/** 2⁻⁵², below which a probability counts as this much: one impossible answer costs 36 nats and not infinitely many. */
const least = 2.220446049250313e-16

const logOf = (ops: Ops, p: Tensor): Tensor => ops.log(ops.maximum(p, least))

/** −log of what the right answer was given, [lead…]. */
function surprise(ops: Ops, tensors: MetricTensors): Tensor {
  const { kind, target } = tensors
  const p = ops.cast(tensors.prediction, 'f64')
  if (kind === 'class' && hasClassNumbers('log-loss', tensors)) {
    const q = ops.cast(ops.oneHot(target, Number(p.shape.at(-1))), 'f64')
    return ops.neg(ops.sum(ops.mul(q, logOf(ops, p)), -1))
  }
  requireSameShape('log-loss', tensors)
  const y = ops.cast(target, 'f64')
  const yes = ops.mul(y, logOf(ops, p))
  if (kind === 'class') return ops.neg(ops.sum(yes, -1))
  const no = ops.mul(ops.sub(1, y), logOf(ops, ops.sub(1, p)))
  return ops.neg(ops.mean(ops.add(yes, no), -1))
}

/**
 * How surprised the shown probabilities are by what is true, in nats: the cross-entropy, whatever loss the model was
 * trained by.
 *
 * Equation   −Σ w log p_y / Σ w; of yes or no  −Σ w mean_k (y_k log p_k + (1 − y_k) log(1 − p_k)) / Σ w
 * Shapes     p [B, …, K], y i32 [B, …] or weights over the classes [B, …, K]; or, each yes or no, p, y [B, …, K]
 * Units      nats
 * Errors     shape-mismatch
 * Source     Matches scikit-learn 1.2 `log_loss` with sample weights, its `eps` included; rows are not made to add up to 1.
 */
export const logLoss = defineMetric({
  name: 'log-loss',
  summary: 'How surprised the probabilities are by what is true, in nats.',
  targets: ['class', 'binary'],
  better: 'lower',
  accumulate: (ops, tensors) => weightedSums(ops, surprise(ops, tensors), tensors),
  finish: meanOf,
})
