import { defineLoss, type Ops, type Tensor } from '@chainrule/core'
import { meanGradient, outputCount, requireSameShape } from './shapes.ts'

/** −y log p − (1 − y) log(1 − p) of each output, p = σ(f). */
export function surprise(ops: Ops, f: Tensor, y: Tensor): Tensor {
  const tail = ops.log1p(ops.exp(ops.neg(ops.abs(f))))
  return ops.add(ops.sub(ops.maximum(f, 0), ops.mul(f, y)), tail)
}

/**
 * Cross-entropy of yes-or-no outputs, computed from logits so that nothing overflows, in nats.
 *
 * Equation   ℓ = −1/F Σ_i (y_i log p_i + (1 − y_i) log(1 − p_i)),  p = 1 / (1 + e^(−f));
 *            computed as 1/F Σ_i (max(f_i, 0) − f_i y_i + log(1 + e^(−|f_i|)))
 * Shapes     f, y [B, …, F], y between 0 and 1 -> ℓ [B, …]
 * Gradient   ∂ℓ/∂f = (p − y) / F
 * Saved      nothing but f and y
 * Units      nats
 * Errors     shape-mismatch
 * Source     Matches PyTorch 1.13 `BCEWithLogitsLoss` and Keras `BinaryCrossentropy(from_logits=True)`: the mean over
 *            the outputs, not their sum.
 */
export const binaryCrossEntropy = defineLoss({
  name: 'binary-cross-entropy',
  summary: 'How surprised the sigmoid of each output is by its yes or no, in nats.',
  target: 'binary',
  applies: ['sigmoid'],
  forward: (ops, { f, y }) => {
    outputCount('binary-cross-entropy', f)
    requireSameShape('binary-cross-entropy', f, y)
    return { values: ops.mean(surprise(ops, f, y), -1), saved: undefined }
  },
  backward: (ops, { f, y, dvalues }) => meanGradient(ops, dvalues, ops.sub(ops.sigmoid(f), y)),
  prediction: (ops, f) => ops.sigmoid(f),
})
