/** All rows of one panel of columns: tile after tile downwards. */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import type { Heights } from './heights.ts'
import { type TilePointers, type TileSetting, writeTile } from './tile.ts'

/**
 * Writes one body for each tile height and runs them until no rows are left. `rows` counts down to 0.
 *
 * The height of the next tile is looked up by the number of rows that are left, which processors predict well: the
 * same sequence comes for each panel.
 */
export function forEachTile(
  f: FunctionWriter,
  { heights, first }: Heights,
  rows: Local,
  body: (height: number) => void,
): void {
  const table = [0, ...first].map((height) =>
    height === 0 ? heights.length + 1 : heights.indexOf(height),
  )
  const nest = (depth: number): void => {
    if (depth === 0) {
      f.get(rows).branchTable(table, 0)
      return
    }
    f.block(() => nest(depth - 1))
    const height = heights[depth - 1] ?? 1
    body(height)
    f.get(rows).i32(height).op('i32.sub').set(rows)
    f.branch(heights.length - depth)
  }
  f.block(() => f.loop(() => nest(heights.length)))
}

/** Where the rows of a tile lie in the left operand: at their strides, or packed tile behind tile. */
export type LeftPlace = 'strided' | 'packed'

/** The code of a panel; moves `left` and `out` down and leaves `right` where it was. */
export function writeColumns(
  f: FunctionWriter,
  setting: TileSetting,
  heights: Heights,
  place: LeftPlace,
  { left, right, out }: TilePointers,
  rows: Local,
): void {
  const running: TilePointers = { left: f.local('i32'), right: f.local('i32'), out }
  forEachTile(f, heights, rows, (height) => {
    const { side, inner } = setting.left
    const tileLeft = place === 'packed' ? { side, inner: height * side } : { side, inner }
    f.get(left).set(running.left).get(right).set(running.right)
    writeTile(f, { ...setting, left: tileLeft }, height, running)
    if (place === 'packed') f.get(running.left).set(left)
    else f.advance(left, height * side)
    f.advance(out, height * setting.outSide)
  })
  f.release(running.left, running.right)
}
