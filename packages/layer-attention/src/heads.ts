/** Sequences as heads see them. Letters: B rows, H heads of D channels, T places that ask, S places that are asked. */
import type { Joined, LayerOps, Tensor } from '@chainrule/core'

/** [B, T, H · D] as [B, H, T, D]. */
export function split(ops: LayerOps, x: Tensor, heads: number): Tensor {
  const [rows = 1, places = 1, channels] = x.shape
  const apart = ops.reshape(x, [rows, places, heads, Number(channels) / heads])
  return ops.transpose(apart, [0, 2, 1, 3])
}

/** [B, H, T, D] as [B, T, H · D]. */
export function together(ops: LayerOps, x: Tensor): Tensor {
  const [rows = 1, heads, places = 1, width] = x.shape
  const back = ops.transpose(x, [0, 2, 1, 3])
  return ops.reshape(back, [rows, places, Number(heads) * Number(width)])
}

/** W x as [B, H, T, D]. */
export function project(
  ops: LayerOps,
  { matrix, column }: Joined,
  x: Tensor,
  heads: number,
): Tensor {
  const product = split(ops, ops.affine({ matrix, column: undefined }, x), heads)
  if (column === undefined) return product
  return ops.add(product, ops.reshape(column, [heads, 1, Number(column.shape[0]) / heads]))
}

/** Over the axes of x and y that are named, of each head. */
const product =
  (ofX: number, ofY: number) =>
  (ops: LayerOps, x: Tensor, y: Tensor): Tensor =>
    ops.dot(x, y, {
      contract: [[ofX], [ofY]],
      batch: [
        [0, 1],
        [0, 1],
      ],
    })

/** x_t · y_s: [B, H, T, D], [B, H, S, D] -> [B, H, T, S] */
export const against = product(3, 3)
/** Σ_s p_ts y_s: [B, H, T, S], [B, H, S, D] -> [B, H, T, D] */
export const weigh = product(3, 2)
/** Σ_t p_ts x_t: [B, H, T, S], [B, H, T, D] -> [B, H, S, D] */
export const weighBack = product(2, 2)
