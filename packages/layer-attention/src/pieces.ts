/**
 * Places that ask, in pieces: with `causal` a piece sees nothing behind its own end, so that what would be computed there and
 * left out is not computed. Letters as in `attend.ts`.
 */
import type { LayerOps, Tensor } from '@chainrule/core'

/** Places `from` … `to − 1`, which see the first `keys` places. */
export interface Piece {
  readonly from: number
  readonly to: number
  readonly keys: number
}

/** Smaller ones cost more calls than they save. */
const fewestPlaces = 16
const mostPieces = 4

/** The pieces of a sequence that attends to itself, or one of everything. */
export function piecesOf(places: number, keys: number, isOwnPast: boolean): Piece[] {
  const most = isOwnPast ? Math.min(mostPieces, Math.floor(places / fewestPlaces)) : 1
  const size = Math.ceil(places / Math.max(most, 1))
  if (size >= places) return [{ from: 0, to: places, keys }]
  return Array.from({ length: Math.ceil(places / size) }, (_, i) => {
    const to = Math.min((i + 1) * size, places)
    return { from: i * size, to, keys: to }
  })
}

/** Places `from` … `to − 1` of x [B, H, places, …]. */
export function placesOf(ops: LayerOps, x: Tensor, from: number, to: number): Tensor {
  if (from === 0 && to === x.shape[2]) return x
  const start = x.shape.map((_, axis) => (axis === 2 ? from : 0))
  const size = x.shape.map((n, axis) => (axis === 2 ? to - from : n))
  return ops.slice(x, start, size)
}

/** Pieces one after the other. */
export function inOrder(ops: LayerOps, pieces: readonly Tensor[]): Tensor {
  const [first] = pieces
  return first !== undefined && pieces.length === 1 ? first : ops.concat(pieces, 2)
}

/** The sum of tensors that each begin at the first place and end where their piece does. */
export function summed(ops: LayerOps, pieces: readonly Piece[], parts: readonly Tensor[]): Tensor {
  const ends = pieces.map(({ from, keys }, i) => {
    const start = i === 0 ? 0 : from
    const later = parts.slice(i).map((part) => placesOf(ops, part, start, keys))
    return later.reduce((sum, part) => ops.add(sum, part))
  })
  return inOrder(ops, ends)
}
