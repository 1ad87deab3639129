/**
 * Products of a single row, which read the right operand once and where it lies. Here its columns are neighbours;
 * `dots.ts` is for those that lie along k.
 *
 * Equation   out[n] = Σ_k left[k] · right[k, n]
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { type Element, storeLanes, vectorBytes } from './element.ts'
import type { Count, Strides } from './shape.ts'
import { type TilePointers, writeTile } from './tile.ts'

/** A product of one row; strides in bytes. */
export interface RowSetting {
  readonly element: Element
  readonly leftInner: number
  readonly right: Strides
  readonly n: Count
  readonly k: Count
  readonly start: 'zero' | 'out'
}

/** Vectors of columns whose sums stay in registers while k runs. */
const narrowVectors = 8
/** Steps of k in one pass over a wide row, which reads that many rows of the right operand side by side. */
const passSteps = 8

/**
 * Writes the product at this place of the function; moves the pointers.
 *
 * A wide right operand is read row by row: columns by columns, each step of k would touch another page of it.
 */
export function writeRow(f: FunctionWriter, setting: RowSetting, pointers: TilePointers): void {
  const { n, element } = setting
  if (typeof n === 'number' && n <= narrowVectors * element.lanes) {
    writeNarrowRow(f, setting, n, pointers)
  } else if (typeof setting.k === 'number') {
    writeKnownPasses(f, setting, setting.k, pointers)
  } else {
    writeDynamicPasses(f, setting, setting.k.local, pointers)
  }
}

function writeNarrowRow(f: FunctionWriter, setting: RowSetting, n: number, pointers: TilePointers) {
  const { element, leftInner, right, k, start } = setting
  const vectors = Math.ceil(n / element.lanes)
  const lastLanes = n % element.lanes || element.lanes
  const left = { side: 0, inner: leftInner }
  const tile = { element, vectors, lastLanes, left, rightInner: right.inner, outSide: 0, k, start }
  writeTile(f, tile, 1, pointers)
}

/** The steps that are left over come first, where they may start from zero. */
function writeKnownPasses(
  f: FunctionWriter,
  setting: RowSetting,
  k: number,
  pointers: TilePointers,
) {
  const first = k % passSteps
  if (first > 0 || setting.start === 'zero') writePass(f, setting, first, setting.start, pointers)
  f.repeat(Math.floor(k / passSteps), () => writePass(f, setting, passSteps, 'out', pointers))
}

function writeDynamicPasses(
  f: FunctionWriter,
  setting: RowSetting,
  k: Local,
  pointers: TilePointers,
): void {
  if (setting.start === 'zero') writePass(f, setting, 0, 'zero', pointers)
  const passes = f.local('i32')
  f.get(k).i32(passSteps).op('i32.div_u').set(passes)
  f.repeat({ local: passes }, () => writePass(f, setting, passSteps, 'out', pointers))
  f.release(passes)
  for (let steps = passSteps / 2; steps >= 1; steps /= 2) {
    f.get(k).i32(steps).op('i32.and')
    f.if(() => writePass(f, setting, steps, 'out', pointers))
  }
}

/** `steps` steps of k over the whole row; moves `left` and `right` to the next. */
function writePass(
  f: FunctionWriter,
  setting: RowSetting,
  steps: number,
  start: 'zero' | 'out',
  { left, right, out }: TilePointers,
): void {
  const { element, n, leftInner } = setting
  const { inner } = setting.right
  const factors = Array.from({ length: steps }, (_, step) => {
    const factor = f.local('v128')
    f.get(left)
      .memory(element.splat, step * leftInner)
      .set(factor)
    return factor
  })
  const [source, target, sum] = [f.local('i32'), f.local('i32'), f.local('v128')]
  f.get(right).set(source).get(out).set(target)
  const addVector = (lanes: Count): void => {
    if (start === 'zero') f.i32x4(0).set(sum)
    else f.get(target).memory('v128.load').set(sum)
    factors.forEach((factor, step) => {
      f.get(factor)
        .get(source)
        .memory('v128.load', step * inner)
        .get(sum)
      element.multiplyAdd(f)
      f.set(sum)
    })
    storeLanes(f, element, { pointer: target, offset: 0 }, sum, lanes)
    f.advance(source, vectorBytes).advance(target, vectorBytes)
  }
  inVectors(f, element, n, addVector)
  f.advance(left, steps * leftInner).advance(right, steps * inner)
  f.release(...factors, source, target, sum)
}

/** Writes `body` for all whole vectors of `n` elements, and for the part of one that is left. */
function inVectors(
  f: FunctionWriter,
  { lanes }: Element,
  n: Count,
  body: (lanes: Count) => void,
): void {
  if (typeof n === 'number') {
    f.repeat(Math.floor(n / lanes), () => body(lanes))
    if (n % lanes > 0) body(n % lanes)
    return
  }
  const count = f.local('i32')
  f.get(n.local).i32(lanes).op('i32.div_u').set(count)
  f.repeat({ local: count }, () => body(lanes))
  f.get(n.local)
    .i32(lanes - 1)
    .op('i32.and')
    .tee(count)
  f.if(() => body({ local: count }))
  f.release(count)
}
