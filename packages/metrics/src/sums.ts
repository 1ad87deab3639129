/** What the metrics share: sums over the rows, and the check that prediction and target fit. */
import {
  formatShape,
  type MetricTensors,
  type Ops,
  sameShape,
  shapeMismatch,
  type Tensor,
} from '@chainrule/core'

/** Σ over all axes but the last. */
export function rowSum(ops: Ops, x: Tensor): Tensor {
  return ops.sum(
    x,
    x.shape.slice(0, -1).map((_, axis) => axis),
  )
}

/** The number of a sum without axes. */
export function total([sum = Number.NaN]: readonly number[]): number {
  return sum
}

/** Refuses a target that would only fit by being repeated. */
export function requireSameShape(metric: string, { prediction, target }: MetricTensors): void {
  if (sameShape(prediction.shape, target.shape)) return
  const [required, came] = [prediction.shape, target.shape].map(formatShape)
  throw shapeMismatch(
    `\`${metric}\` needs a target of the prediction's shape ${required}, but got ${came}`,
    'give the last layer as many units as the target has numbers',
  )
}
