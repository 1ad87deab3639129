/** Activations with a derivative everywhere. */
import { defineActivation, type Ops, type Tensor, word } from '@chainrule/core'

/**
 * The logistic function.
 *
 * Equation   h = 1 / (1 + e⁻ᵍ)
 * Gradient   σ'(g) = h (1 − h)
 * Source     Matches PyTorch 1.13 `sigmoid`.
 */
export const sigmoid = defineActivation({
  name: 'sigmoid',
  summary: '1 / (1 + e^−g), between 0 and 1.',
  range: () => [0, 1],
  forward: (ops, g) => ops.sigmoid(g),
  derivative: (ops, { h }) => ops.mul(h, ops.sub(1, h)),
})

/**
 * The hyperbolic tangent.
 *
 * Equation   h = tanh g
 * Gradient   σ'(g) = 1 − h²
 * Source     Matches PyTorch 1.13 `tanh`.
 */
export const tanh = defineActivation({
  name: 'tanh',
  summary: 'The hyperbolic tangent, between −1 and 1.',
  range: () => [-1, 1],
  forward: (ops, g) => ops.tanh(g),
  derivative: (ops, { h }) => ops.sub(1, ops.square(h)),
})

/**
 * The smooth rectifier.
 *
 * Equation   h = log(1 + eᵍ) = max(g, 0) + log(1 + e^(−|g|))
 * Gradient   σ'(g) = 1 / (1 + e⁻ᵍ)
 * Source     Dugas et al. 2001. Matches PyTorch 1.13 `softplus` except above 20, where PyTorch gives g itself (2e-9
 *            less).
 */
export const softplus = defineActivation({
  name: 'softplus',
  summary: 'log(1 + e^g), a smooth rectifier.',
  range: () => [0, Number.POSITIVE_INFINITY],
  forward: (ops, g) => ops.add(ops.maximum(g, 0), ops.log1p(ops.exp(ops.neg(ops.abs(g))))),
  derivative: (ops, { g }) => ops.sigmoid(g),
})

/**
 * The sigmoid-weighted linear unit, also called swish.
 *
 * Equation   h = g s,  s = 1 / (1 + e⁻ᵍ)
 * Gradient   σ'(g) = s (1 + g (1 − s))
 * Source     Elfwing, Uchibe and Doya 2018. Matches PyTorch 1.13 `silu`.
 */
export const silu = defineActivation({
  name: 'silu',
  summary: 'g · sigmoid(g), also called swish.',
  // Least −0.27846 at g = −1.27846.
  range: () => [-0.2785, Number.POSITIVE_INFINITY],
  forward: (ops, g) => ops.mul(g, ops.sigmoid(g)),
  derivative: (ops, { g }) => {
    const s = ops.sigmoid(g)
    return ops.mul(s, ops.add(1, ops.mul(g, ops.sub(1, s))))
  },
})

const twoOverPi = 2 / Math.PI
const cubic = 0.044715

/** Φ(g), the normal distribution function: exactly, or with a tanh in its place. */
function normalDistribution(ops: Ops, g: Tensor, approximate: 'none' | 'tanh'): Tensor {
  const inner =
    approximate === 'tanh'
      ? ops.tanh(
          ops.mul(ops.add(g, ops.mul(ops.mul(g, ops.square(g)), cubic)), Math.sqrt(twoOverPi)),
        )
      : ops.erf(ops.mul(g, Math.SQRT1_2))
  return ops.mul(ops.add(inner, 1), 0.5)
}

/** φ(g) = Φ'(g): exactly, or of the tanh, whose Φ has the derivative 2 Φ (1 − Φ) √(2/π) (1 + 3 · 0.044715 g²). */
function normalDensity(ops: Ops, g: Tensor, phi: Tensor, approximate: 'none' | 'tanh'): Tensor {
  if (approximate === 'none') {
    return ops.mul(ops.exp(ops.mul(ops.square(g), -0.5)), Math.sqrt(twoOverPi) / 2)
  }
  const slope = ops.mul(ops.add(ops.mul(ops.square(g), 3 * cubic), 1), 2 * Math.sqrt(twoOverPi))
  return ops.mul(ops.mul(phi, ops.sub(1, phi)), slope)
}

/**
 * The Gaussian error linear unit.
 *
 * Equation   h = g Φ(g),  Φ(g) = (1 + erf(g / √2)) / 2
 *            approximate=tanh:  Φ(g) = (1 + tanh(√(2/π) (g + 0.044715 g³))) / 2
 * Gradient   σ'(g) = Φ(g) + g Φ'(g)
 * Source     Hendrycks and Gimpel 2016. Matches PyTorch 1.13 `gelu`.
 */
export const gelu = defineActivation({
  name: 'gelu',
  summary: 'g · Φ(g), where Φ is the normal distribution function.',
  // Least −0.16997 at g = −0.7518; with tanh −0.17004.
  range: () => [-0.1701, Number.POSITIVE_INFINITY],
  arguments: { approximate: word(['none', 'tanh'], { default: 'none' }) },
  forward: (ops, g, { approximate }) => ops.mul(g, normalDistribution(ops, g, approximate)),
  derivative: (ops, { g }, { approximate }) => {
    const phi = normalDistribution(ops, g, approximate)
    return ops.add(phi, ops.mul(g, normalDensity(ops, g, phi, approximate)))
  },
})
