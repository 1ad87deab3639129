/** The focal loss: cross-entropy that pays little attention to what is right already. K is the number of classes. */
import { defineLoss, number, type Ops, type Tensor } from '@chainrule/core'
import { surprise } from './binary-cross-entropy.ts'
import { classTarget, probabilities, softmax } from './classes.ts'
import { meanGradient, outputCount, overOutputs, requireSameShape } from './shapes.ts'

// Beside 1 − p in a quotient whose numerator is 0 where p is 1.
const tiny = 1e-30

/** σ(−f) or σ(f) of a yes or no, 1 − p_t: computed so that it keeps its digits near 0. */
function missed(ops: Ops, f: Tensor, y: Tensor): Tensor {
  return ops.add(ops.mul(y, ops.sigmoid(ops.neg(f))), ops.mul(ops.sub(1, y), ops.sigmoid(f)))
}

/**
 * Cross-entropy times (1 − p)^γ, p the probability of the right answer: rows that are right already weigh little, so that
 * the many easy ones do not drown the few hard ones.
 *
 * Equation   of classes:  ℓ = −Σ_k q_k (1 − p_k)^γ log p_k,  p = softmax(f), q as in `cross-entropy`
 *            of yes or no, p = σ(f):  ℓ = 1/F Σ_i (1 − t_i)^γ c_i,  t = p y + (1 − p)(1 − y),
 *            c = −y log p − (1 − y) log(1 − p)
 * Shapes     as `cross-entropy`, or as `binary-cross-entropy`
 * Gradient   of classes, a_k = q_k (1 − p_k)^γ (γ p_k log p_k / (1 − p_k) − 1):  ∂ℓ/∂f = a − p Σ_k a_k
 *            of yes or no:  ∂ℓ/∂f = (1 − t)^γ (p − y + γ c (1 − 2y) p (1 − p) / (1 − t)) / F
 * Saved      nothing but f and y
 * Units      nats
 * Errors     shape-mismatch
 * Source     Lin et al. 2017, eq. 4. Matches torchvision `sigmoid_focal_loss` and Keras `BinaryFocalCrossentropy` and
 *            `CategoricalFocalCrossentropy` without their α (0.25 there by default), which is a weight of the classes:
 *            `class-weights=[0.75, 0.25]` here. γ = 0 is cross-entropy.
 */
export const focal = defineLoss({
  name: 'focal',
  summary: 'Cross-entropy in which rows that are right already weigh little.',
  arguments: { gamma: number({ from: 0, default: 2 }) },
  target: ['class', 'binary'],
  applies: ['softmax', 'sigmoid'],
  forward: (ops, tensors, { gamma }, target) => {
    const { f, y } = tensors
    if (target === 'class') {
      const { p, logP } = softmax(ops, f)
      const { q } = classTarget(ops, 'focal', tensors)
      const each = ops.mul(ops.mul(q, ops.pow(ops.sub(1, p), gamma)), logP)
      return { values: ops.neg(ops.sum(each, -1)), saved: undefined }
    }
    outputCount('focal', f)
    requireSameShape('focal', f, y)
    const each = ops.mul(ops.pow(missed(ops, f, y), gamma), surprise(ops, f, y))
    return { values: ops.mean(each, -1), saved: undefined }
  },
  backward: (ops, tensors, { gamma }, target) => {
    const { f, y, dvalues } = tensors
    if (target === 'class') {
      const { p, logP } = softmax(ops, f)
      const { q } = classTarget(ops, 'focal', tensors)
      const left = ops.sub(1, p)
      const ratio = ops.div(ops.mul(p, logP), ops.maximum(left, tiny))
      const a = ops.mul(ops.mul(q, ops.pow(left, gamma)), ops.sub(ops.mul(ratio, gamma), 1))
      const slope = ops.sub(a, ops.mul(p, ops.sum(a, -1, { keep: true })))
      return ops.mul(overOutputs(ops, dvalues), slope)
    }
    const [p, left] = [ops.sigmoid(f), missed(ops, f, y)]
    const spread = ops.mul(ops.mul(p, ops.sigmoid(ops.neg(f))), ops.sub(1, ops.mul(y, 2)))
    const ratio = ops.div(ops.mul(surprise(ops, f, y), spread), ops.maximum(left, tiny))
    const each = ops.mul(ops.pow(left, gamma), ops.add(ops.sub(p, y), ops.mul(ratio, gamma)))
    return meanGradient(ops, dvalues, each)
  },
  prediction: (ops, f, _, target) => probabilities(ops, f, target),
})
