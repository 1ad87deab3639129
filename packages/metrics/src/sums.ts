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

/** Σ w x and Σ w of x [lead…], from which `meanOf` is their quotient; float64. */
export function weightedSums(
  ops: Ops,
  x: Tensor,
  { weight }: Pick<MetricTensors, 'weight'>,
): { readonly sum: Tensor; readonly weight: Tensor } {
  const w = ops.cast(weight, 'f64')
  return { sum: ops.sum(ops.mul(x, w)), weight: ops.sum(w) }
}

/** Σ w x / Σ w. */
export function meanOf({
  sum,
  weight,
}: {
  readonly sum: readonly number[]
  readonly weight: readonly number[]
}): number {
  return total(sum) / total(weight)
}

/** Whether the target is a class number for each place, [lead…]; else it has the prediction's shape. */
export function hasClassNumbers(metric: string, tensors: MetricTensors): boolean {
  const { prediction, target } = tensors
  if (target.dtype === 'i32' && sameShape(target.shape, prediction.shape.slice(0, -1))) return true
  requireSameShape(metric, tensors)
  return false
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
