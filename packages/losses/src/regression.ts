/** Losses between numbers. d = f − y; the sums and means run over the F outputs of one place. */
import { defineLoss, number, type Ops, type Tensor } from '@chainrule/core'
import { meanGradient, outputCount, overOutputs, requireSameShape } from './shapes.ts'

interface Pair {
  readonly f: Tensor
  readonly y: Tensor
}

/** f − y, once the shapes are known to be the same. */
function difference(ops: Ops, loss: string, { f, y }: Pair): Tensor {
  outputCount(loss, f)
  requireSameShape(loss, f, y)
  return ops.sub(f, y)
}

/**
 * The paper's loss: the squared distance between output and target, summed over the outputs.
 *
 * Equation   L = |y − f|² = Σ_i (y_i − f_i)²  (eq. 42)
 * Shapes     f, y [B, …, F] -> ℓ [B, …]
 * Gradient   ∂L/∂f = 2 (f − y)  (eq. 44)
 * Saved      f − y
 * Errors     shape-mismatch
 * Source     paper eq. 42–44. Matches PyTorch 1.13 `MSELoss(reduction='sum')` on one row; it is F times `mse`. Books
 *            that write ½ |y − f|² have half of this gradient.
 */
export const squared = defineLoss({
  name: 'squared',
  summary: 'The squared distance to the target, summed over the outputs.',
  target: 'number',
  forward: (ops, tensors) => {
    const d = difference(ops, 'squared', tensors)
    return { values: ops.sum(ops.square(d), -1), saved: d } // eq. 42
  },
  backward: (ops, { saved: d, dvalues }) => ops.mul(overOutputs(ops, dvalues), ops.mul(d, 2)), // eq. 44
})

/**
 * The mean squared error.
 *
 * Equation   ℓ = 1/F Σ_i (f_i − y_i)²
 * Shapes     f, y [B, …, F] -> ℓ [B, …]
 * Gradient   ∂ℓ/∂f = 2 (f − y) / F
 * Saved      f − y
 * Errors     shape-mismatch
 * Source     Matches PyTorch 1.13 `MSELoss` and Keras `MeanSquaredError`; `squared` is F times as much.
 */
export const mse = defineLoss({
  name: 'mse',
  summary: 'The mean over the outputs of the squared error.',
  target: 'number',
  forward: (ops, tensors) => {
    const d = difference(ops, 'mse', tensors)
    return { values: ops.mean(ops.square(d), -1), saved: d }
  },
  backward: (ops, { saved: d, dvalues }) => meanGradient(ops, dvalues, ops.mul(d, 2)),
})

/**
 * The mean absolute error.
 *
 * Equation   ℓ = 1/F Σ_i |f_i − y_i|
 * Shapes     f, y [B, …, F] -> ℓ [B, …]
 * Gradient   ∂ℓ/∂f = sign(f − y) / F, 0 where they are equal
 * Saved      f − y
 * Errors     shape-mismatch
 * Source     Matches PyTorch 1.13 `L1Loss`.
 */
export const mae = defineLoss({
  name: 'mae',
  summary: 'The mean over the outputs of the absolute error.',
  target: 'number',
  forward: (ops, tensors) => {
    const d = difference(ops, 'mae', tensors)
    return { values: ops.mean(ops.abs(d), -1), saved: d }
  },
  backward: (ops, { saved: d, dvalues }) => meanGradient(ops, dvalues, ops.sign(d)),
})

/**
 * Squared for small errors, absolute for large ones, so that outliers weigh less.
 *
 * Equation   ℓ = 1/F Σ_i c_i (|d_i| − c_i / 2),  c = min(|d|, delta): d² / 2 up to delta, a line of slope delta above
 * Shapes     f, y [B, …, F] -> ℓ [B, …]
 * Gradient   ∂ℓ/∂f = d / F kept within ±delta / F
 * Saved      f − y
 * Units      delta is in the units of the target as the model sees it (standardised, where `scale` is)
 * Errors     shape-mismatch
 * Source     Huber 1964. Matches PyTorch 1.13 `HuberLoss` and Keras `Huber`; PyTorch's `SmoothL1Loss` is this divided
 *            by its beta.
 */
export const huber = defineLoss({
  name: 'huber',
  summary: 'Squared for errors up to delta, absolute above, so that outliers weigh less.',
  arguments: { delta: number({ above: 0, default: 1 }) },
  target: 'number',
  forward: (ops, tensors, { delta }) => {
    const d = difference(ops, 'huber', tensors)
    const size = ops.abs(d)
    const c = ops.minimum(size, delta)
    return { values: ops.mean(ops.mul(c, ops.sub(size, ops.mul(c, 0.5))), -1), saved: d }
  },
  backward: (ops, { saved: d, dvalues }, { delta }) =>
    meanGradient(ops, dvalues, ops.clamp(d, -delta, delta)),
})

/** log cosh d of |d|, from e^(−|d|) and its like: for |d| below 1 without the difference of nearly equal numbers. */
function logCoshOf(ops: Ops, size: Tensor): Tensor {
  const small = ops.minimum(size, 1)
  const root = ops.expm1(ops.neg(small))
  const near = ops.log1p(ops.mul(ops.mul(ops.exp(small), ops.square(root)), 0.5)) // cosh d − 1 = e^|d| (1 − e^−|d|)² / 2
  const far = ops.add(size, ops.log1p(ops.mul(ops.expm1(ops.mul(size, -2)), 0.5)))
  return ops.select(ops.less(size, 1), near, far)
}

/**
 * The logarithm of the hyperbolic cosine of the error: d² / 2 for small errors, |d| − log 2 for large ones, and smooth
 * throughout.
 *
 * Equation   ℓ = 1/F Σ_i log cosh(f_i − y_i);  computed as |d| + log((1 + e^(−2|d|)) / 2), which does not overflow
 * Shapes     f, y [B, …, F] -> ℓ [B, …]
 * Gradient   ∂ℓ/∂f = tanh(f − y) / F
 * Saved      f − y
 * Units      errors count as small or large against 1 in the units of the target as the model sees it (standardised, where
 *            `scale` is)
 * Errors     shape-mismatch
 * Source     Matches Keras `LogCosh`; PyTorch 1.13 has none, the formula is recorded with its tensors.
 */
export const logCosh = defineLoss({
  name: 'log-cosh',
  summary: 'Squared for small errors, absolute for large ones, and smooth throughout.',
  target: 'number',
  forward: (ops, tensors) => {
    const d = difference(ops, 'log-cosh', tensors)
    return { values: ops.mean(logCoshOf(ops, ops.abs(d)), -1), saved: d }
  },
  backward: (ops, { saved: d, dvalues }) => meanGradient(ops, dvalues, ops.tanh(d)),
})
