/**
 * Metrics of numbers, in the units of the data. Sums are taken in float64, and errors are cast before they are squared:
 * squares of float32 would lose half of their digits.
 */
import { defineMetric, type MetricTensors, type Ops, type Tensor } from '@chainrule/core'
import { meanOf, requireSameShape, rowSum, total, weightedSums } from './sums.ts'

interface Wide {
  readonly prediction: Tensor
  readonly target: Tensor
  readonly weight: Tensor
}

/** Prediction, target and weight in float64, their shapes known to fit. */
function wide(ops: Ops, metric: string, tensors: MetricTensors): Wide {
  requireSameShape(metric, tensors)
  const cast = (x: Tensor): Tensor => ops.cast(x, 'f64')
  return {
    prediction: cast(tensors.prediction),
    target: cast(tensors.target),
    weight: cast(tensors.weight),
  }
}

/**
 * The mean absolute error.
 *
 * Equation   Σ w 1/F Σ_i |p_i − y_i| / Σ w
 * Units      of the target
 * Errors     shape-mismatch
 * Source     Matches scikit-learn 1.2 `mean_absolute_error` with sample weights.
 */
export const mae = defineMetric({
  name: 'mae',
  summary: 'The mean absolute error, in the units of the target.',
  targets: ['number'],
  better: 'lower',
  accumulate: (ops, tensors) => {
    const { prediction, target } = wide(ops, 'mae', tensors)
    return weightedSums(ops, ops.mean(ops.abs(ops.sub(prediction, target)), -1), tensors)
  },
  finish: meanOf,
})

/**
 * The root of the mean squared error.
 *
 * Equation   √(Σ w 1/F Σ_i (p_i − y_i)² / Σ w)
 * Units      of the target
 * Errors     shape-mismatch
 * Source     Matches scikit-learn 1.2 `mean_squared_error(squared=False)` with sample weights for one output (for several
 *            scikit-learn takes the mean of the roots).
 */
export const rmse = defineMetric({
  name: 'rmse',
  summary: 'The root of the mean squared error, in the units of the target.',
  targets: ['number'],
  better: 'lower',
  accumulate: (ops, tensors) => {
    const { prediction, target } = wide(ops, 'rmse', tensors)
    return weightedSums(ops, ops.mean(ops.square(ops.sub(prediction, target)), -1), tensors)
  },
  finish: (sums) => Math.sqrt(meanOf(sums)),
})

// Of Σ w y²: what rounding leaves in the spread of a constant target over some 10,000 rows.
const roundingShare = 1e-12

/** 1 − residual / spread of one output; a constant target is 1 where it is met and else 0. */
function determination(residual: number, sum: number, square: number, weight: number): number {
  if (weight === 0) return Number.NaN
  const spread = square - (sum * sum) / weight
  if (spread > roundingShare * square) return 1 - residual / spread
  return residual > roundingShare * square ? 0 : 1
}

/**
 * The coefficient of determination: which part of the target's variance is predicted. 1 is perfect, 0 is as good as the
 * mean, below 0 is worse.
 *
 * Equation   R² = 1 − Σ w (p − y)² / Σ w (y − ȳ)²,  ȳ = Σ w y / Σ w; the mean over the outputs
 * Errors     shape-mismatch
 * Source     Matches scikit-learn 1.2 `r2_score` with sample weights. The spread is a difference of sums, which batches
 *            can be added to: a target whose mean is over a million times its deviation counts as constant.
 */
export const r2 = defineMetric({
  name: 'r2',
  summary: "Which part of the target's variance is predicted; 1 is perfect.",
  targets: ['number'],
  better: 'higher',
  accumulate: (ops, tensors) => {
    const { prediction, target, weight } = wide(ops, 'r2', tensors)
    const weighted = (x: Tensor): Tensor =>
      rowSum(ops, ops.mul(x, ops.reshape(weight, [...weight.shape, 1])))
    return {
      residual: weighted(ops.square(ops.sub(prediction, target))),
      sum: weighted(target),
      square: weighted(ops.square(target)),
      weight: ops.sum(weight),
    }
  },
  finish: ({ residual, sum, square, weight }) => {
    const outputs = residual.map((r, i) =>
      determination(r, sum[i] ?? Number.NaN, square[i] ?? Number.NaN, total(weight)),
    )
    return outputs.reduce((all, each) => all + each, 0) / outputs.length
  },
})
