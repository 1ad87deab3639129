/** What the losses over classes share: softmax, and the target as weights over the K classes. */
import {
  formatShape,
  type Ops,
  sameShape,
  shapeMismatch,
  type TargetKind,
  type Tensor,
} from '@chainrule/core'
import { outputCount } from './shapes.ts'

/** Softmax of the last axis and its logarithm; log p = 0 or less, and never −∞ of a finite logit. */
export function softmax(ops: Ops, f: Tensor): Softmax {
  const shifted = ops.sub(f, ops.max(f, -1, { keep: true }))
  const e = ops.exp(shifted)
  const total = ops.sum(e, -1, { keep: true })
  const logTotal = ops.log(total)
  return { p: ops.div(e, total), logP: ops.sub(shifted, logTotal), shifted, logTotal }
}

export interface Softmax {
  readonly p: Tensor
  readonly logP: Tensor
  /** f − max f */
  readonly shifted: Tensor
  /** log Σ_j e^(f_j − max f), [lead…, 1] */
  readonly logTotal: Tensor
}

/** What is shown of logits: softmax over classes, sigmoid of each yes or no. */
export function probabilities(ops: Ops, f: Tensor, target: TargetKind): Tensor {
  return target === 'class' ? softmax(ops, f).p : ops.sigmoid(f)
}

/** The target as weights over the classes, [lead…, K]; `total` is their sum where it need not be 1. */
export interface ClassTarget {
  readonly q: Tensor
  readonly total: Tensor | undefined
  /** Whether a class is the one that is asked for, where q is 1 at that and 0 at all others. */
  readonly isOwn?: Tensor
}

/** A class number becomes 1 at its class; `smoothing` ε makes q (1 − ε) q + ε / K. */
export function classTarget(
  ops: Ops,
  loss: string,
  { f, y }: { readonly f: Tensor; readonly y: Tensor },
  smoothing = 0,
): ClassTarget {
  const classes = outputCount(loss, f)
  const smooth = (q: Tensor): Tensor =>
    smoothing === 0 ? q : ops.add(ops.mul(q, 1 - smoothing), smoothing / classes)
  if (y.dtype === 'i32' && sameShape(y.shape, f.shape.slice(0, -1))) {
    if (smoothing > 0) return { q: smooth(ops.oneHot(y, classes)), total: undefined }
    const isOwn = ops.equal(ops.iota(f.shape, f.shape.length - 1), ops.reshape(y, [...y.shape, 1]))
    return { q: ops.cast(isOwn, f.dtype), total: undefined, isOwn }
  }
  if (sameShape(y.shape, f.shape)) {
    const q = smooth(ops.cast(y, f.dtype))
    return { q, total: ops.sum(q, -1, { keep: true }) }
  }
  const [logits, lead, came] = [f.shape, f.shape.slice(0, -1), y.shape].map(formatShape)
  throw shapeMismatch(
    `\`${loss}\` needs for logits ${logits} a whole class number for each place, ${lead}, or weights over the classes, ${logits}, but got ${y.dtype}${came}`,
    'give the last layer one unit for each class',
  )
}
