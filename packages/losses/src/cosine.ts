import { defineLoss, type Ops, type Tensor } from '@chainrule/core'
import { outputCount, overOutputs, requireSameShape } from './shapes.ts'

/** Added to squared lengths, so that a vector of length 0 has a gradient too. */
const epsilon = 1e-12

const lengthSquared = (ops: Ops, x: Tensor): Tensor =>
  ops.add(ops.sum(ops.square(x), -1, { keep: true }), epsilon)

/**
 * How far the output points away from the target, whatever the lengths of both: 0 the same way, 1 across, 2 opposite.
 *
 * Equation   ℓ = 1 − c,  c = f·y / √(a b),  a = |f|² + ε,  b = |y|² + ε,  ε = 1e-12
 * Shapes     f, y [B, …, F] -> ℓ [B, …]
 * Gradient   ∂ℓ/∂f = c f / a − y / √(a b)
 * Saved      c, a, √(a b)
 * Errors     shape-mismatch
 * Source     Matches PyTorch 1.13 `CosineEmbeddingLoss` with target 1. Keras `CosineSimilarity` is −c. Directions are those
 *            of the target's own units, which are not standardised; lengths are squared, so that float32 overflows at 10¹⁹.
 */
export const cosine = defineLoss({
  name: 'cosine',
  summary: 'How far the output points away from the target, whatever their lengths.',
  target: 'number',
  standardises: false,
  forward: (ops, { f, y }) => {
    outputCount('cosine', f)
    requireSameShape('cosine', f, y)
    const a = lengthSquared(ops, f)
    const lengths = ops.sqrt(ops.mul(a, lengthSquared(ops, y)))
    const c = ops.div(ops.sum(ops.mul(f, y), -1, { keep: true }), lengths)
    return { values: ops.sub(1, ops.sum(c, -1)), saved: { c, a, lengths } }
  },
  backward: (ops, { f, y, saved: { c, a, lengths }, dvalues }) => {
    const slope = ops.sub(ops.mul(f, ops.div(c, a)), ops.div(y, lengths))
    return ops.mul(overOutputs(ops, dvalues), slope)
  },
})
