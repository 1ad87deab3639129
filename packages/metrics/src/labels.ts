/** What the metrics of classes share: the true and the predicted class of each place. */
import {
  formatShape,
  type MetricTensors,
  type Ops,
  type Shape,
  shapeMismatch,
  type Tensor,
} from '@chainrule/core'
import { hasClassNumbers, requireSameShape } from './sums.ts'

export interface Labels {
  /** i32 [lead…]. */
  readonly actual: Tensor
  readonly predicted: Tensor
  /** K; 2 of a single probability, where 1 is yes. */
  readonly classes: number
  /** w [lead…], float64. */
  readonly weight: Tensor
}

/** Of equal probabilities the first class is predicted; a probability of exactly ½ is no. */
export function labels(ops: Ops, metric: string, tensors: MetricTensors): Labels {
  const { kind, prediction, target } = tensors
  const lead = prediction.shape.slice(0, -1)
  const weight = ops.cast(tensors.weight, 'f64')
  if (kind !== 'class') {
    requireOne(metric, prediction.shape)
    requireSameShape(metric, tensors)
    const yes = (x: Tensor): Tensor => ops.cast(ops.greater(ops.reshape(x, lead), 0.5), 'i32')
    return { actual: yes(target), predicted: yes(prediction), classes: 2, weight }
  }
  return {
    actual: classNumbers(ops, metric, tensors),
    predicted: ops.argmax(prediction, -1),
    classes: Number(prediction.shape.at(-1)),
    weight,
  }
}

/** The true class of each place, i32 [lead…]; of weights over the classes the heaviest. */
export function classNumbers(ops: Ops, metric: string, tensors: MetricTensors): Tensor {
  const { target } = tensors
  return hasClassNumbers(metric, tensors) ? target : ops.argmax(target, -1)
}

function requireOne(metric: string, shape: Shape): void {
  if (shape.at(-1) === 1) return
  throw shapeMismatch(
    `\`${metric}\` needs one probability of yes a place, [B, …, 1], or one for each class, but got ${formatShape(shape)}`,
    'measure each output of yes or no as a head of its own',
  )
}
