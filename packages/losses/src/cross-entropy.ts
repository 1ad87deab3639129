/** Cross-entropy over classes, computed from logits so that nothing overflows. K is the number of classes. */
import {
  defineLoss,
  formatShape,
  type Ops,
  rate,
  sameShape,
  shapeMismatch,
  type Tensor,
} from '@chainrule/core'
import { outputCount, overOutputs } from './shapes.ts'

/** Softmax of the last axis and its logarithm; log p = 0 or less, and never −∞ of a finite logit. */
function softmax(ops: Ops, f: Tensor): { readonly p: Tensor; readonly logP: Tensor } {
  const shifted = ops.sub(f, ops.max(f, -1, { keep: true }))
  const e = ops.exp(shifted)
  const total = ops.sum(e, -1, { keep: true })
  return { p: ops.div(e, total), logP: ops.sub(shifted, ops.log(total)) }
}

/** The target as weights over the classes, [lead…, K]; `total` is their sum where it need not be 1. */
function classWeights(
  ops: Ops,
  { f, y }: { readonly f: Tensor; readonly y: Tensor },
  smoothing: number,
): { readonly q: Tensor; readonly total: Tensor | undefined } {
  const classes = outputCount('cross-entropy', f)
  const smooth = (q: Tensor): Tensor =>
    smoothing === 0 ? q : ops.add(ops.mul(q, 1 - smoothing), smoothing / classes)
  if (y.dtype === 'i32' && sameShape(y.shape, f.shape.slice(0, -1))) {
    return { q: smooth(ops.oneHot(y, classes)), total: undefined }
  }
  if (sameShape(y.shape, f.shape)) {
    const q = smooth(ops.cast(y, f.dtype))
    return { q, total: ops.sum(q, -1, { keep: true }) }
  }
  const [logits, lead, came] = [f.shape, f.shape.slice(0, -1), y.shape].map(formatShape)
  throw shapeMismatch(
    `\`cross-entropy\` needs for logits ${logits} a whole class number for each place, ${lead}, or weights over the classes, ${logits}, but got ${y.dtype}${came}`,
    'give the last layer one unit for each class',
  )
}

/**
 * Cross-entropy between the target's classes and the softmax of the logits, in nats.
 *
 * Equation   ℓ = −Σ_k q_k log p_k,  p = softmax(f),  log p = f − max f − log Σ_j e^(f_j − max f);
 *            q is the target: 1 at its class, or its weights; smoothing ε makes it (1 − ε) q + ε / K
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
  forward: (ops, tensors, { smoothing }) => {
    const { p, logP } = softmax(ops, tensors.f)
    const { q, total } = classWeights(ops, tensors, smoothing)
    return { values: ops.neg(ops.sum(ops.mul(q, logP), -1)), saved: { p, q, total } }
  },
  backward: (ops, { saved: { p, q, total }, dvalues }) => {
    const expected = total === undefined ? p : ops.mul(p, total)
    return ops.mul(overOutputs(ops, dvalues), ops.sub(expected, q))
  },
  prediction: (ops, f) => softmax(ops, f).p,
})
