/**
 * Products of a single row whose right operand lies along k (a dense layer's weights).
 *
 * Equation   out[n] = Σ_k left[k] · right[k, n]
 *
 * 4 × 4 of the right operand are transposed in registers on their way. Sums over k within a vector would save the
 * shuffles, but add in another order than all other kernels: a row of a batch would differ in its last bits from the
 * same row alone.
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { storeLanes, vectorBytes } from './element.ts'
import { inFours, transposed } from './pack-right.ts'
import { countGroups, type RowSetting } from './row.ts'
import type { Count } from './shape.ts'
import type { TilePointers } from './tile.ts'

/** Vectors of sums at once; each takes four columns of the right operand. */
const groupVectors = 4

/** Writes the product at this place of the function, float32 only. Moves `right` and `out`. */
export function writeTransposedRow(
  f: FunctionWriter,
  setting: RowSetting,
  { left, right, out }: TilePointers,
): void {
  const { side } = setting.right
  const group = (columns: number): void => {
    const places = Array.from({ length: columns }, (_, i) => ({ pointer: right, offset: i * side }))
    writeGroup(f, setting, left, places, out, columns % 4 || 4)
    f.advance(right, columns * side).advance(out, columns * 4)
  }
  const widest = 4 * groupVectors
  countGroups(f, setting.n, widest, (count) => f.repeat(count, () => group(widest)))
  if (typeof setting.n === 'number') {
    if (setting.n % widest > 0) group(setting.n % widest)
    return
  }
  const rest = f.local('i32')
  f.get(setting.n.local)
    .i32(2)
    .op('i32.shr_u')
    .i32(groupVectors - 1)
    .op('i32.and')
    .set(rest)
  f.repeat({ local: rest }, () => group(4))
  f.get(setting.n.local).i32(3).op('i32.and').tee(rest)
  f.if(() => writeLastColumns(f, setting, { left, right, out }, rest))
  f.release(rest)
}

/** One to three columns whose number is known at run time: the missing ones repeat the last. */
function writeLastColumns(
  f: FunctionWriter,
  setting: RowSetting,
  { left, right, out }: TilePointers,
  columns: Local,
): void {
  const last = f.local('i32')
  const second = f.local('i32')
  f.get(columns).i32(1).op('i32.sub').i32(setting.right.side).op('i32.mul')
  f.get(right).op('i32.add').set(last)
  f.get(right).i32(setting.right.side).op('i32.add').get(last)
  f.get(columns).i32(1).op('i32.gt_u').op('select').set(second)
  const places = [right, second, last].map((pointer) => ({ pointer, offset: 0 }))
  writeGroup(f, setting, left, places, out, { local: columns })
  f.release(last, second)
}

/** Where a column of the right operand begins. */
interface Place {
  readonly pointer: Local
  readonly offset: number
}

function writeGroup(
  f: FunctionWriter,
  setting: RowSetting,
  left: Local,
  columns: readonly Place[],
  out: Local,
  lastLanes: Count,
): void {
  const { element, k, leftInner } = setting
  const sums = startSums(f, setting, Math.ceil(columns.length / 4), out)
  const running = new Map(
    [left, ...columns.map(({ pointer }) => pointer)].map((pointer) => [pointer, f.local('i32')]),
  )
  for (const [pointer, copy] of running) f.get(pointer).set(copy)
  const at = (pointer: Local): Local => running.get(pointer) ?? pointer
  const places = columns.map(({ pointer, offset }) => ({ pointer: at(pointer), offset }))
  const advance = (steps: number): void => {
    for (const [pointer, copy] of running)
      f.advance(copy, steps * (pointer === left ? leftInner : 4))
  }
  const steps =
    (count: number) =>
    (times: Count): void => {
      f.repeat(times, () => {
        if (count === 4) addFourSteps(f, leftInner, at(left), places, sums)
        else addStep(f, at(left), places, sums)
        advance(count)
      })
    }
  inFours(f, k, steps(4), steps(1))
  sums.forEach((sum, i) => {
    const lanes = i === sums.length - 1 ? lastLanes : 4
    storeLanes(f, element, { pointer: out, offset: i * vectorBytes }, sum, lanes)
  })
  f.release(...sums, ...running.values())
}

function startSums(f: FunctionWriter, { start }: RowSetting, count: number, out: Local): Local[] {
  return Array.from({ length: count }, (_, i) => {
    const sum = f.local('v128')
    if (start === 'zero') f.i32x4(0).set(sum)
    else
      f.get(out)
        .memory('v128.load', i * vectorBytes)
        .set(sum)
    return sum
  })
}

/** Four steps of k: 4 × 4 of the right operand for each vector of sums. */
function addFourSteps(
  f: FunctionWriter,
  leftInner: number,
  left: Local,
  columns: readonly Place[],
  sums: readonly Local[],
): void {
  const factors = [0, 1, 2, 3].map((step) => {
    const factor = f.local('v128')
    f.get(left)
      .memory('v128.load32_splat', step * leftInner)
      .set(factor)
    return factor
  })
  sums.forEach((sum, j) => {
    const block = [0, 1, 2, 3].map((i) => {
      const vector = f.local('v128')
      const { pointer, offset } = place(columns, 4 * j + i)
      f.get(pointer).memory('v128.load', offset).set(vector)
      return vector
    })
    transposed(f, block).forEach((push, step) => {
      f.get(factors[step] ?? 0)
      push()
      f.get(sum).madd32().set(sum)
    })
    f.release(...block)
  })
  f.release(...factors)
}

/** One step of k: one element of each column. */
function addStep(
  f: FunctionWriter,
  left: Local,
  columns: readonly Place[],
  sums: readonly Local[],
): void {
  const factor = f.local('v128')
  const vector = f.local('v128')
  f.get(left).memory('v128.load32_splat').set(factor)
  sums.forEach((sum, j) => {
    const first = place(columns, 4 * j)
    f.get(first.pointer).memory('v128.load32_zero', first.offset).set(vector)
    for (let i = 1; i < 4 && 4 * j + i < columns.length; i++) {
      const { pointer, offset } = place(columns, 4 * j + i)
      f.get(pointer).get(vector).memoryLane('v128.load32_lane', i, offset).set(vector)
    }
    f.get(factor).get(vector).get(sum).madd32().set(sum)
  })
  f.release(factor, vector)
}

function place(columns: readonly Place[], index: number): Place {
  const found = columns[Math.min(index, columns.length - 1)]
  if (found === undefined) throw new Error('internal: a group without columns')
  return found
}
