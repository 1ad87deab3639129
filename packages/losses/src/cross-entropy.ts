/** Cross-entropy over classes, computed from logits so that nothing overflows. K is the number of classes. */
import { defineLoss, rate } from '@chainrule/core'
import { classTarget, softmax } from './classes.ts'
import { overOutputs } from './shapes.ts'

/**
 * Cross-entropy between the target's classes and the softmax of the logits, in nats.
 *
 * Equation   ℓ = −Σ_k q_k log p_k,  p = softmax(f),  log p = f − max f − log Σ_j e^(f_j − max f);
 *            q is the target: 1 at its class, or its weights; smoothing ε makes it (1 − ε) q + ε / K.
 *            Of a class number without smoothing ℓ = log Σ_j e^(f_j − max f) − (f_y − max f)
 * Shapes     f [B, …, K], y i32 [B, …] or weights [B, …, K] -> ℓ [B, …]
 * Gradient   ∂ℓ/∂f = p − q (for weights that do not add up to 1: p Σ_k q_k − q)
 * Saved      p, q
 * Units      nats
 * Errors     shape-mismatch
 * Source     Szegedy et al. 2016 for the smoothing. Matches PyTorch 1.13 `CrossEntropyLoss` and Keras
 *            `CategoricalCrossentropy(from_logits=True)`, except that a class outside 0…K−1 goes unnoticed here (PyTorch
 *            refuses it): whoever reads the data has to.
 */
export const crossEntropy = defineLoss({
  name: 'cross-entropy',
  summary: 'How surprised the softmax of the outputs is by the class, in nats.',
  options: { smoothing: rate({ default: 0 }) },
  target: 'class',
  applies: ['softmax'],
  forward: (ops, tensors, { smoothing }) => {
    const { p, logP, shifted, logTotal } = softmax(ops, tensors.f)
    const { q, total, isOwn } = classTarget(ops, 'cross-entropy', tensors, smoothing)
    const saved = { p, q, total }
    if (isOwn === undefined) return { values: ops.neg(ops.sum(ops.mul(q, logP), -1)), saved }
    // −log p of one class: in the same pass over the classes as the sum of their exponentials.
    const own = ops.sum(ops.select(isOwn, shifted, 0), -1)
    return { values: ops.sub(ops.reshape(logTotal, own.shape), own), saved }
  },
  backward: (ops, { saved: { p, q, total }, dvalues }) => {
    const expected = total === undefined ? p : ops.mul(p, total)
    return ops.mul(overOutputs(ops, dvalues), ops.sub(expected, q))
  },
  prediction: (ops, f) => softmax(ops, f).p,
})
