/**
 * Products of a single row whose right operand's columns are neighbours: it is read once and where it lies.
 *
 * Equation   out[n] = Σ_k left[k] · right[k, n]
 */
import type { FunctionWriter } from '../assembler/function.ts'
import { type Element, vectorBytes } from './element.ts'
import type { Count, Strides } from './shape.ts'
import { type TilePointers, type TileSetting, writeTile } from './tile.ts'

/** A product of one row; strides in bytes. */
export interface RowSetting {
  readonly element: Element
  readonly leftInner: number
  readonly right: Strides
  readonly n: Count
  readonly k: Count
  readonly start: 'zero' | 'out'
}

/** Vectors of sums at once where the right operand's columns are neighbours: 8 hide the latency of their additions. */
const wideVectors = 8

/** Groups of 8 vectors, then what is left in one group, or in 4, 2, 1 and a part where N is not known. Moves the pointers. */
export function writeRow(f: FunctionWriter, setting: RowSetting, pointers: TilePointers): void {
  const { element, n } = setting
  const running = { left: f.local('i32'), right: f.local('i32'), out: pointers.out }
  const group = (vectors: number, lastLanes: Count): void => {
    f.get(pointers.left).set(running.left).get(pointers.right).set(running.right)
    writeTile(f, tileSetting(setting, vectors, lastLanes), 1, running)
    f.advance(pointers.right, vectors * vectorBytes).advance(pointers.out, vectors * vectorBytes)
  }
  const widest = wideVectors * element.lanes
  countGroups(f, n, widest, (count) => {
    f.repeat(count, () => group(wideVectors, element.lanes))
  })
  if (typeof n === 'number') {
    const columns = n % widest
    if (columns > 0)
      group(Math.ceil(columns / element.lanes), columns % element.lanes || element.lanes)
  } else {
    for (let vectors = wideVectors / 2; vectors >= 1; vectors /= 2) {
      f.get(n.local)
        .i32(vectors * element.lanes)
        .op('i32.and')
      f.if(() => group(vectors, element.lanes))
    }
    const lanes = f.local('i32')
    f.get(n.local)
      .i32(element.lanes - 1)
      .op('i32.and')
      .tee(lanes)
    f.if(() => group(1, { local: lanes }))
    f.release(lanes)
  }
  f.release(running.left, running.right)
}

function tileSetting(setting: RowSetting, vectors: number, lastLanes: Count): TileSetting {
  const { element, leftInner, right, k, start } = setting
  const left = { side: 0, inner: leftInner }
  return { element, vectors, lastLanes, left, rightInner: right.inner, outSide: 0, k, start }
}

/** Gives `body` how many whole groups of `size` columns there are. */
export function countGroups(
  f: FunctionWriter,
  n: Count,
  size: number,
  body: (count: Count) => void,
) {
  if (typeof n === 'number') {
    body(Math.floor(n / size))
    return
  }
  const count = f.local('i32')
  f.get(n.local).i32(size).op('i32.div_u').set(count)
  body({ local: count })
  f.release(count)
}
