/**
 * Packing of a transposed left operand: its tiles read elements that are far apart in k, often a whole number of pages,
 * which then compete for one set of the cache.
 *
 * Shapes     left [M, K] -> for each tile of H rows: [K, H], tile behind tile
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { forEachTile } from './columns.ts'
import { copyRow, gatherRow } from './copy.ts'
import { type Element, vectorBytes } from './element.ts'
import type { Heights } from './heights.ts'
import type { Count, Strides } from './shape.ts'

/** Packs `rows` rows, which it counts down; strides in bytes. */
export function writePackLeft(
  f: FunctionWriter,
  element: Element,
  { side, inner }: Strides,
  k: Count,
  heights: Heights,
  [left, scratch, rows]: readonly [left: Local, scratch: Local, rows: Local],
): void {
  const source = f.local('i32')
  forEachTile(f, heights, rows, (height) => {
    f.get(left).set(source)
    f.repeat(k, () => {
      // What a whole vector copies behind the tile's elements is overwritten by the next step.
      if (side === element.bytes) copyRow(f, source, 0, scratch, height * element.bytes)
      else gatherRow(f, element, side, height, source, scratch)
      f.advance(source, inner).advance(scratch, height * element.bytes)
    })
    f.advance(left, height * side)
  })
  f.release(source)
}

/** Bytes that packing `rows` rows takes, with what the last vector has too much. */
export function packedLeftBytes(rows: number, k: number, element: Element): number {
  return rows * k * element.bytes + vectorBytes
}
