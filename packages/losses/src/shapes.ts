/** What the losses share about shapes and means over the outputs: f [lead…, F] is the output, ℓ [lead…] a value for each of its places. */
import {
  formatShape,
  isRows,
  type Ops,
  sameShape,
  shapeMismatch,
  type Tensor,
} from '@chainrule/core'

/** F, the number of outputs of a place. */
export function outputCount(loss: string, f: Tensor): number {
  const size = f.shape.at(-1)
  if (f.shape.length < 2 || size === undefined || isRows(size)) {
    throw shapeMismatch(
      `\`${loss}\` needs outputs [B, …, F], but got ${formatShape(f.shape)}`,
      'end the model with a layer that gives each row a last axis, such as `dense 1`',
    )
  }
  return size
}

/** Refuses a target that would only fit by being repeated: [B, 1] beside [B, 3] is a mistake. */
export function requireSameShape(loss: string, f: Tensor, y: Tensor): void {
  if (sameShape(f.shape, y.shape)) return
  throw shapeMismatch(
    `\`${loss}\` needs a target of the output's shape ${formatShape(f.shape)}, but got ${formatShape(y.shape)}`,
    'give the last layer as many units as the target has numbers',
  )
}

/** ∂L/∂ℓ [lead…] beside the outputs: [lead…, 1]. */
export function overOutputs(ops: Ops, dvalues: Tensor): Tensor {
  return ops.reshape(dvalues, [...dvalues.shape, 1])
}

/** ∂L/∂f of a mean over the outputs: ∂L/∂ℓ · slope / F. */
export function meanGradient(ops: Ops, dvalues: Tensor, slope: Tensor): Tensor {
  return ops.mul(overOutputs(ops, dvalues), ops.mul(slope, 1 / outputCount('mean', slope)))
}
