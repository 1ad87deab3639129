/**
 * A tensor with the rows as its first axis: engines keep the memory of the largest batch, and the elements of a smaller
 * one come first in it only where the rows do.
 */
import { isRows } from '@chainrule/core'
import type { Ops, Shape, Tensor } from '@chainrule/program'

export function rowsFirst(ops: Ops, x: Tensor): Tensor {
  const { forth } = rowsFirstOrder(x.shape)
  return forth === undefined ? x : ops.transpose(x, forth)
}

/** The shape with the rows first, and the permutations there and back; none where they are first already. */
export function rowsFirstOrder(shape: Shape): {
  readonly shape: Shape
  readonly forth?: readonly number[]
  readonly back?: readonly number[]
} {
  const axis = shape.findIndex(isRows)
  if (axis <= 0) return { shape }
  const forth = [axis, ...Array.from(shape, (_, i) => i).filter((i) => i !== axis)]
  const back = forth.map((_, i) => forth.indexOf(i))
  return { shape: forth.map((i) => shape[i] ?? 1), forth, back }
}
