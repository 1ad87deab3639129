/** The hinge: how far the right answer falls short of a margin. K is the number of classes. */
import { boolean, defineLoss, number, type Ops, type Tensor } from '@chainrule/core'
import { classTarget, probabilities } from './classes.ts'
import { outputCount, overOutputs, requireSameShape } from './shapes.ts'

interface Pair {
  readonly f: Tensor
  readonly y: Tensor
}

/** max(z, 0), or its square. */
const short = (ops: Ops, z: Tensor, squared: boolean): Tensor => {
  const least = ops.maximum(z, 0)
  return squared ? ops.square(least) : least
}

/** Its slope, 0 at the kink. */
const slope = (ops: Ops, z: Tensor, squared: boolean): Tensor =>
  squared ? ops.mul(ops.maximum(z, 0), 2) : ops.cast(ops.greater(z, 0), z.dtype)

/** z_k = m − f_y + f_k of every class k, and its weight (1 − q_k) / K: all but the right one. */
function shortfalls(
  ops: Ops,
  { f, y }: Pair,
  margin: number,
): { readonly z: Tensor; readonly share: Tensor; readonly q: Tensor } {
  const { q } = classTarget(ops, 'hinge', { f, y })
  const right = ops.sum(ops.mul(q, f), -1, { keep: true })
  const share = ops.mul(ops.sub(1, q), 1 / outputCount('hinge', f))
  return { z: ops.add(ops.sub(f, right), margin), share, q }
}

/** s = −1 or 1 of a no or yes. */
const sign = (ops: Ops, y: Tensor): Tensor => ops.sub(ops.mul(y, 2), 1)

/**
 * The hinge, of scores that need only be right by a margin.
 *
 * Equation   of classes, y the right one:  ℓ = 1/K Σ_(k≠y) max(0, m − f_y + f_k)
 *            of yes or no, s = 2y − 1 = ±1:  ℓ = 1/F Σ_i max(0, m − s_i f_i)
 *            `squared` squares each max(…)
 * Shapes     f [B, …, K], y i32 [B, …] or one-hot [B, …, K] -> ℓ [B, …];  f, y [B, …, F], y 0 or 1 -> ℓ [B, …]
 * Gradient   with z what stands in max(0, z) and ρ(z) = [z > 0], or 2 max(0, z):
 *            of classes  ∂ℓ/∂f_k = ρ(z_k) / K for k ≠ y, and minus the sum of these for y;
 *            of yes or no  ∂ℓ/∂f = −s ρ(z) / F
 * Saved      nothing but f and y
 * Errors     shape-mismatch
 * Source     Crammer and Singer 2001, Weston and Watkins 1999. Matches PyTorch 1.13 `MultiMarginLoss` (`p` 1 or 2) and,
 *            of yes or no, Keras `Hinge` and `SquaredHinge`. Keras `CategoricalHinge` takes the worst class alone. Scores
 *            are no probabilities: predictions show their softmax or sigmoid, which keeps the order and is not calibrated.
 */
export const hinge = defineLoss({
  name: 'hinge',
  summary: 'How far the right answer falls short of a margin over the others.',
  arguments: { margin: number({ above: 0, default: 1 }) },
  options: { squared: boolean({ default: false }) },
  target: ['class', 'binary'],
  applies: [],
  forward: (ops, tensors, { margin, squared }, target) => {
    const { f, y } = tensors
    if (target === 'class') {
      const { z, share } = shortfalls(ops, tensors, margin)
      return { values: ops.sum(ops.mul(short(ops, z, squared), share), -1), saved: undefined }
    }
    outputCount('hinge', f)
    requireSameShape('hinge', f, y)
    const z = ops.sub(margin, ops.mul(sign(ops, y), f))
    return { values: ops.mean(short(ops, z, squared), -1), saved: undefined }
  },
  backward: (ops, tensors, { margin, squared }, target) => {
    const along = overOutputs(ops, tensors.dvalues)
    const { f, y } = tensors
    if (target === 'class') {
      const { z, share, q } = shortfalls(ops, tensors, margin)
      const others = ops.mul(slope(ops, z, squared), share)
      const all = ops.sum(others, -1, { keep: true })
      return ops.mul(along, ops.sub(others, ops.mul(q, all)))
    }
    const s = sign(ops, y)
    const z = ops.sub(margin, ops.mul(s, f))
    const each = ops.mul(ops.mul(s, slope(ops, z, squared)), -1 / outputCount('hinge', f))
    return ops.mul(along, each)
  },
  prediction: (ops, f, _, target) => probabilities(ops, f, target),
})
