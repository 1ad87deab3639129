/** Group normalisation: channels in groups, each normalised over its places. */
import {
  defineLayer,
  formatShape,
  isRows,
  number,
  positiveInteger,
  type Shape,
  shapeMismatch,
} from '@chainrule/core'
import { type Mean, normalise, normaliseGradient, overFeatures } from './normalise.ts'
import { featuresOf, scaleOf, shiftOf } from './parameters.ts'

/** [B, places, groups, channels of a group]. */
function grouped(h: Shape, groups: number): Shape {
  const features = featuresOf('group-norm', h)
  if (features % groups !== 0) {
    throw shapeMismatch(
      `\`group-norm\` needs channels that ${groups} groups share equally, but got ${formatShape(h)}`,
      `choose a number of groups that divides ${features}`,
    )
  }
  const [rows = 1, ...places] = h.slice(0, -1)
  const count = places.reduce<number>((product, size) => {
    if (isRows(size))
      throw shapeMismatch(`\`group-norm\` needs plain places, but got ${formatShape(h)}`)
    return product * size
  }, 1)
  return [rows, count, groups, features / groups]
}

/**
 * Group normalisation: the channels are cut into groups, and each group of a row gets mean 0 and variance 1 over its
 * channels and all places; then each channel gets a scale and a shift. One group is layer norm over everything, as many
 * groups as channels is instance norm.
 *
 * Equation   x̂ = (h − μ) / √(σ² + ε), h' = γ ⊙ x̂ + β; μ and σ² over places and the channels of a group
 * Shapes     h [B, …, C], weight γ [C], bias β [C] -> h' [B, …, C]
 * Gradient   as that of `norm`, the means over a group
 * Saved      x̂, 1/√(σ² + ε)
 * Errors     shape-mismatch
 * Source     Wu, He 2018. Matches PyTorch 1.13 `nn.GroupNorm` except that channels come last.
 */
export const groupNorm = defineLayer({
  name: 'group-norm',
  summary: 'Gives each group of channels of a row mean 0 and variance 1, then a scale and a shift.',
  arguments: { groups: positiveInteger() },
  options: { epsilon: number({ above: 0, default: 1e-5 }) },
  shape: ({ groups }, [h]) => {
    grouped(h, groups)
    return h
  },
  init: (_, [h]) => ({
    weight: scaleOf(featuresOf('group-norm', h)),
    bias: shiftOf(featuresOf('group-norm', h)),
  }),
  forward: (ops, { weight, bias }, [h], { groups, epsilon }) => {
    const meanOf: Mean = (x) => ops.mean(x, [1, 3], { keep: true })
    const { normal, inverse } = normalise(
      ops,
      ops.reshape(h, grouped(h.shape, groups)),
      epsilon,
      meanOf,
    )
    const flat = ops.reshape(normal, h.shape)
    return { h: ops.add(ops.mul(flat, weight), bias), saved: { normal, inverse, flat } }
  },
  backward: (ops, { weight }, { normal, inverse, flat }, { dh }) => {
    const meanOf: Mean = (x) => ops.mean(x, [1, 3], { keep: true })
    const d = ops.reshape(ops.mul(dh, weight), normal.shape)
    const dInput = ops.reshape(normaliseGradient(ops, { normal, inverse }, d, meanOf), dh.shape)
    const dWeight = overFeatures(ops, ops.mul(dh, flat))
    return { dh: [dInput], gradients: { weight: dWeight, bias: overFeatures(ops, dh) } }
  },
})
