/** Normalisations of each row, or each place of a row, by itself. */
import { defineLayer, number } from '@chainrule/core'
import { type Mean, normalise, normaliseGradient, overFeatures } from './normalise.ts'
import { featuresOf, scaleOf, shiftOf } from './parameters.ts'

/**
 * Layer normalisation: the features at each place get mean 0 and variance 1, then a scale and a shift of their own.
 *
 * Equation   x̂ = (h − μ) / √(σ² + ε), h' = γ ⊙ x̂ + β; μ and σ² over the last axis
 * Shapes     h [B, …, C], weight γ [C], bias β [C] -> h' [B, …, C]
 * Gradient   with d = ∂L/∂h' ⊙ γ: ∂L/∂h = (d − ⟨d⟩ − x̂ ⟨d ⊙ x̂⟩) / √(σ² + ε);  ∂L/∂γ = Σ ∂L/∂h' ⊙ x̂;  ∂L/∂β = Σ ∂L/∂h'
 * Saved      x̂, 1/√(σ² + ε)
 * Errors     shape-mismatch
 * Source     Ba, Kiros, Hinton 2016. Matches PyTorch 1.13 `nn.LayerNorm` of the last axis; Keras has ε = 1e-3.
 */
export const norm = defineLayer({
  name: 'norm',
  summary: 'Gives the features at each place mean 0 and variance 1, then a scale and a shift.',
  options: { epsilon: number({ above: 0, default: 1e-5 }) },
  shape: (_, [h]) => {
    featuresOf('norm', h)
    return h
  },
  init: (_, [h]) => ({
    weight: scaleOf(featuresOf('norm', h)),
    bias: shiftOf(featuresOf('norm', h)),
  }),
  forward: (ops, { weight, bias }, [h], { epsilon }) => {
    const meanOf: Mean = (x) => ops.mean(x, -1, { keep: true })
    const { normal, inverse } = normalise(ops, h, epsilon, meanOf)
    return { h: ops.add(ops.mul(normal, weight), bias), saved: { normal, inverse } }
  },
  backward: (ops, { weight }, saved, { dh }) => {
    const meanOf: Mean = (x) => ops.mean(x, -1, { keep: true })
    const dInput = normaliseGradient(ops, saved, ops.mul(dh, weight), meanOf)
    const dWeight = overFeatures(ops, ops.mul(dh, saved.normal))
    return { dh: [dInput], gradients: { weight: dWeight, bias: overFeatures(ops, dh) } }
  },
})

/**
 * Root-mean-square normalisation: the features at each place get mean square 1, then a scale of their own.
 *
 * Equation   x̂ = h / √(⟨h²⟩ + ε), h' = γ ⊙ x̂; ⟨·⟩ the mean over the last axis
 * Shapes     h [B, …, C], weight γ [C] -> h' [B, …, C]
 * Gradient   with d = ∂L/∂h' ⊙ γ: ∂L/∂h = (d − x̂ ⟨d ⊙ x̂⟩) / √(⟨h²⟩ + ε);  ∂L/∂γ = Σ ∂L/∂h' ⊙ x̂
 * Saved      x̂, 1/√(⟨h²⟩ + ε)
 * Errors     shape-mismatch
 * Source     Zhang, Sennrich 2019. PyTorch 1.13 has none; 2.4's `nn.RMSNorm` takes the machine's epsilon for ε.
 */
export const rmsNorm = defineLayer({
  name: 'rms-norm',
  summary: 'Gives the features at each place mean square 1, then a scale.',
  options: { epsilon: number({ above: 0, default: 1e-6 }) },
  shape: (_, [h]) => {
    featuresOf('rms-norm', h)
    return h
  },
  init: (_, [h]) => ({ weight: scaleOf(featuresOf('rms-norm', h)) }),
  forward: (ops, { weight }, [h], { epsilon }) => {
    const square = ops.mean(ops.square(h), -1, { keep: true })
    const inverse = ops.div(1, ops.sqrt(ops.add(square, epsilon)))
    const normal = ops.mul(h, inverse)
    return { h: ops.mul(normal, weight), saved: { normal, inverse } }
  },
  backward: (ops, { weight }, { normal, inverse }, { dh }) => {
    const d = ops.mul(dh, weight)
    const along = ops.mul(normal, ops.mean(ops.mul(d, normal), -1, { keep: true }))
    const dInput = ops.mul(ops.sub(d, along), inverse)
    return { dh: [dInput], gradients: { weight: overFeatures(ops, ops.mul(dh, normal)) } }
  },
})
