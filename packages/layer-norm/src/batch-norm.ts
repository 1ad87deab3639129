/** Batch normalisation: each feature over all rows of the batch. */
import { defineLayer, type LayerOps, number, type Tensor } from '@chainrule/core'
import { type Mean, normalise, normaliseGradient, overFeatures } from './normalise.ts'
import { featuresOf, scaleOf, shiftOf } from './parameters.ts'

/** How many numbers of each feature a batch has: rows times places, known only when it runs. */
function countOf(ops: LayerOps, h: Tensor): Tensor {
  return ops.sum(ops.constant(1, { shape: h.shape.slice(0, -1) }))
}

/** The mean over rows and places: a sum and a count, since a batch may have any number of rows. */
function meanOver(ops: LayerOps, count: Tensor): Mean {
  return (x) => ops.div(overFeatures(ops, x), count)
}

/**
 * Batch normalisation: each feature gets mean 0 and variance 1 over the batch, then a scale and a shift. Training keeps
 * running means of both, with which evaluation and prediction normalise.
 *
 * Equation   x̂ = (h − μ) / √(σ² + ε), h' = γ ⊙ x̂ + β; μ and σ² over rows and places, or the running ones in evaluation
 * Shapes     h [B, …, C], weight γ [C], bias β [C] -> h' [B, …, C]
 * Gradient   with d = ∂L/∂h' ⊙ γ: ∂L/∂h = (d − ⟨d⟩ − x̂ ⟨d ⊙ x̂⟩) / √(σ² + ε);  ∂L/∂γ = Σ ∂L/∂h' ⊙ x̂;  ∂L/∂β = Σ ∂L/∂h'
 * Saved      x̂, 1/√(σ² + ε)
 * State      mean ← (1 − m) mean + m μ;  variance ← (1 − m) variance + m σ² n / (n − 1), n numbers of a feature
 * Errors     shape-mismatch
 * Source     Ioffe, Szegedy 2015. Matches PyTorch 1.13 `nn.BatchNorm1d` and `2d` except that channels come last and that a
 *            batch of one number is normalised to β instead of being an error. Keras has ε = 1e-3, calls 1 − m the
 *            momentum and keeps the variance without n / (n − 1).
 */
export const batchNorm = defineLayer({
  name: 'batch-norm',
  summary: 'Gives each feature mean 0 and variance 1 over the batch, then a scale and a shift.',
  options: {
    momentum: number({ above: 0, to: 1, default: 0.1 }),
    epsilon: number({ above: 0, default: 1e-5 }),
  },
  couples: 'batch',
  shape: (_, [h]) => {
    featuresOf('batch-norm', h)
    return h
  },
  init: (_, [h]) => ({
    weight: scaleOf(featuresOf('batch-norm', h)),
    bias: shiftOf(featuresOf('batch-norm', h)),
  }),
  statistics: (_, [h]) => ({
    mean: { shape: [featuresOf('batch-norm', h)], initial: 0 },
    variance: { shape: [featuresOf('batch-norm', h)], initial: 1 },
  }),
  forward: (ops, { weight, bias }, [h], { momentum, epsilon }, { training, statistics }) => {
    const shiftAndScale = (normal: Tensor): Tensor => ops.add(ops.mul(normal, weight), bias)
    if (!training) {
      const inverse = ops.div(1, ops.sqrt(ops.add(statistics.variance, epsilon)))
      const normal = ops.mul(ops.sub(h, statistics.mean), inverse)
      return { h: shiftAndScale(normal), saved: { normal, inverse } }
    }
    const count = countOf(ops, h)
    const { normal, inverse, mean, variance } = normalise(ops, h, epsilon, meanOver(ops, count))
    const unbiased = ops.mul(variance, ops.div(count, ops.maximum(ops.sub(count, 1), 1)))
    const moved = (old: Tensor, now: Tensor): Tensor =>
      ops.add(ops.mul(old, 1 - momentum), ops.mul(now, momentum))
    return {
      h: shiftAndScale(normal),
      saved: { normal, inverse },
      statistics: {
        mean: moved(statistics.mean, mean),
        variance: moved(statistics.variance, unbiased),
      },
    }
  },
  backward: (ops, { weight }, saved, { dh }, _config, { training }) => {
    const d = ops.mul(dh, weight)
    // In evaluation the running values are constants.
    const dInput = training
      ? normaliseGradient(ops, saved, d, meanOver(ops, countOf(ops, dh)))
      : ops.mul(d, saved.inverse)
    const dWeight = overFeatures(ops, ops.mul(dh, saved.normal))
    return { dh: [dInput], gradients: { weight: dWeight, bias: overFeatures(ops, dh) } }
  },
})
