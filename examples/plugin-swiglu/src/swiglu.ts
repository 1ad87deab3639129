/** SwiGLU: one linear map decides, through SiLU, how much passes of another. */
import {
  defineLayer,
  formatShape,
  initializer,
  isRows,
  type LayerOps,
  positiveInteger,
  type Shape,
  shapeMismatch,
  type Tensor,
} from '@chainrule/core'

function featuresOf(h: Shape): number {
  const features = h.at(-1)
  if (h.length >= 2 && features !== undefined && !isRows(features)) return features
  throw shapeMismatch(
    `\`swiglu\` needs rows with a last axis of features, [B, …, features], but got ${formatShape(h)}`,
  )
}

/** x Wᵀ over the last axis. */
const linear = (ops: LayerOps, x: Tensor, W: Tensor): Tensor =>
  ops.dot(x, W, { contract: [[x.shape.length - 1], [1]] })

/** ∂L/∂x of `linear`, from the gradient of its result. */
const back = (ops: LayerOps, dy: Tensor, W: Tensor): Tensor =>
  ops.dot(dy, W, { contract: [[dy.shape.length - 1], [0]] })

/** ∂L/∂W of `linear`, summed over all leading axes. */
function weightGradient(ops: LayerOps, dy: Tensor, x: Tensor): Tensor {
  const leading = x.shape.slice(0, -1).map((_, axis) => axis)
  return ops.dot(dy, x, { contract: [leading, leading] })
}

/**
 * A gated layer without biases: half of it looks, half of it decides.
 *
 * Equation   a = h Wᵍᵀ,  v = h Wᵛᵀ,  h' = a σ(a) ⊙ v, where σ is the logistic function
 * Shapes     h [B, …, in], gate [out, in], value [out, in] -> h' [B, …, out]; leading axes share the weights
 * Gradient   ∂L/∂v = ∂L/∂h' ⊙ a σ(a);  ∂L/∂a = ∂L/∂h' ⊙ v ⊙ σ(a) (1 + a (1 − σ(a)));
 *            ∂L/∂h = ∂L/∂a Wᵍ + ∂L/∂v Wᵛ;  ∂L/∂Wᵍ = (∂L/∂a)ᵀ h;  ∂L/∂Wᵛ = (∂L/∂v)ᵀ h
 * Saved      h, a, v, σ(a)
 * Errors     shape-mismatch
 * Source     Shazeer, "GLU Variants Improve Transformer", 2020, eq. 6 without the biases and without the second layer
 */
export const swiglu = defineLayer({
  name: 'swiglu',
  summary: 'One linear map decides, through SiLU, how much passes of another.',
  arguments: { units: positiveInteger() },
  options: { weights: initializer({ default: 'glorot-uniform' }) },
  shape: ({ units }, [h]) => {
    featuresOf(h)
    return [...h.slice(0, -1), units]
  },
  init: ({ units, weights }, [h]) => {
    const weight = { shape: [units, featuresOf(h)], initializer: weights, role: 'weight' } as const
    return { gate: weight, value: weight }
  },
  forward: (ops, { gate, value }, [h]) => {
    const a = linear(ops, h, gate)
    const v = linear(ops, h, value)
    const s = ops.sigmoid(a)
    return { h: ops.mul(ops.mul(a, s), v), saved: { h, a, v, s } }
  },
  backward: (ops, { gate, value }, { h, a, v, s }, { dh }) => {
    const dv = ops.mul(dh, ops.mul(a, s))
    const slope = ops.mul(s, ops.add(1, ops.mul(a, ops.sub(1, s))))
    const da = ops.mul(ops.mul(dh, v), slope)
    return {
      dh: [ops.add(back(ops, da, gate), back(ops, dv, value))],
      gradients: { gate: weightGradient(ops, da, h), value: weightGradient(ops, dv, h) },
    }
  },
})
