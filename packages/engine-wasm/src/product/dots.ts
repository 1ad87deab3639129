/**
 * Products of a single row whose right operand lies along k (a dense layer's weights): dot products, several at once.
 *
 * Equation   out[n] = Σ_k left[k] · right[k, n]
 *
 * Lane j of a vector of sums adds up the terms of k = j, j + 4, …; up to three terms left over go to the first lanes.
 * This is another order than that of the other kernels. To transpose the right operand in registers and keep the order
 * takes twice as long: shuffles, not memory, are the limit then.
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import type { MemoryName } from '../assembler/opcodes.ts'
import { storeLanes } from './element.ts'
import type { RowSetting } from './row.ts'
import type { TilePointers } from './tile.ts'

/** Dot products at once: as many as hide the latency of a sum. */
const groupColumns = 8

/** Writes the product at this place of the function, float32 only; moves `right` and `out`. */
export function writeDots(f: FunctionWriter, setting: RowSetting, pointers: TilePointers): void {
  const { n } = setting
  if (typeof n === 'number') {
    f.repeat(Math.floor(n / groupColumns), () => writeGroup(f, setting, groupColumns, pointers))
    if (n % groupColumns > 0) writeGroup(f, setting, n % groupColumns, pointers)
    return
  }
  const count = f.local('i32')
  f.get(n.local).i32(groupColumns).op('i32.div_u').set(count)
  f.repeat({ local: count }, () => writeGroup(f, setting, groupColumns, pointers))
  f.release(count)
  for (let columns = groupColumns / 2; columns >= 1; columns /= 2) {
    f.get(n.local).i32(columns).op('i32.and')
    f.if(() => writeGroup(f, setting, columns, pointers))
  }
}

/** The next `columns` columns; moves `right` and `out` behind them. */
function writeGroup(
  f: FunctionWriter,
  setting: RowSetting,
  columns: number,
  { left, right, out }: TilePointers,
): void {
  const sums = Array.from({ length: columns }, () => f.local('v128'))
  const running = { left: f.local('i32'), right: f.local('i32') }
  for (const sum of sums) f.i32x4(0).set(sum)
  f.get(left).set(running.left).get(right).set(running.right)
  addTerms(f, setting, sums, running)
  for (let first = 0; first < columns; first += 4) {
    writeTotals(f, setting, sums.slice(first, first + 4), out)
    f.advance(out, Math.min(4, columns - first) * setting.element.bytes)
  }
  f.advance(right, columns * setting.right.side)
  f.release(...sums, running.left, running.right)
}

function addTerms(
  f: FunctionWriter,
  { k, right, leftInner }: RowSetting,
  sums: readonly Local[],
  running: { readonly left: Local; readonly right: Local },
): void {
  const [factors, count] = [f.local('v128'), f.local('i32')]
  const add = (load: MemoryName, terms: number): void => {
    f.get(running.left).memory(load).set(factors)
    sums.forEach((sum, column) => {
      f.get(factors)
        .get(running.right)
        .memory(load, column * right.side)
        .get(sum)
        .madd32()
        .set(sum)
    })
    f.advance(running.left, terms * leftInner).advance(running.right, terms * right.inner)
  }
  // Lanes that such a load leaves at zero add nothing.
  const rest = [
    ['v128.load64_zero', 2],
    ['v128.load32_zero', 1],
  ] as const
  if (typeof k === 'number') {
    f.repeat(Math.floor(k / 4), () => add('v128.load', 4))
    for (const [load, terms] of rest) if ((k & terms) > 0) add(load, terms)
  } else {
    f.get(k.local).i32(4).op('i32.div_u').set(count)
    f.repeat({ local: count }, () => add('v128.load', 4))
    for (const [load, terms] of rest) {
      f.get(k.local).i32(terms).op('i32.and')
      f.if(() => add(load, terms))
    }
  }
  f.release(factors, count)
}

/** Adds up the lanes of up to four vectors and stores one total of each. */
function writeTotals(
  f: FunctionWriter,
  { element, start }: RowSetting,
  sums: readonly Local[],
  out: Local,
): void {
  const [a = 0, b = a, c = a, d = c] = sums
  const [halves, total] = [f.local('v128'), f.local('v128')]
  const pushHalves = (one: Local, other: Local): void => {
    f.get(one).get(other).shuffle32(0, 4, 1, 5)
    f.get(one).get(other).shuffle32(2, 6, 3, 7).op('f32x4.add')
  }
  pushHalves(a, b)
  f.set(halves)
  pushHalves(c, d)
  f.set(total)
  f.get(halves).get(total).shuffle32(0, 1, 4, 5)
  f.get(halves).get(total).shuffle32(2, 3, 6, 7).op('f32x4.add')
  if (start === 'out') f.get(out).memory('v128.load').op('f32x4.add')
  f.set(total)
  storeLanes(f, element, { pointer: out, offset: 0 }, total, sums.length)
  f.release(halves, total)
}
