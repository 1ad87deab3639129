/**
 * The micro-kernel: a tile of the result whose sums all stay in registers while k runs.
 *
 * Each step of k loads one row of the right operand (`vectors` vectors) and multiplies it by one broadcast element of
 * each of the tile's rows. V8 has 15 vector registers for code on x86: 6 rows × 2 vectors need 12 sums, 2 + 1 operands.
 * One more spills to the stack and halves the speed. Two multiply-adds a cycle with a latency of four want 8 sums or
 * more. k is not unrolled: that is no faster, as the machine is bound by its multiply-adds.
 *
 * A sum runs over k in order, by one multiply-add a step, whatever the tile. So an element's bits do not depend on how
 * rows and columns are shared out.
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { type Element, storeLanes, vectorBytes } from './element.ts'
import type { Count, Strides } from './shape.ts'

/** Where sums start: from zero, from what is in `out`, or from zero only where `fresh` is not 0. */
export type Start = 'zero' | 'out' | { readonly fresh: Local }

/** A loop around the steps of k: how often, and what moves the left operand from behind one run of steps to the next. */
export interface StepLevel {
  readonly size: number
  readonly gap: number
}

/** What all tiles of a function have in common; strides are in bytes here. */
export interface TileSetting {
  readonly element: Element
  readonly vectors: number
  /** Columns in the last vector that are stored. */
  readonly lastLanes: Count
  readonly left: Strides
  /** Bytes of the right operand from one step of k to the next. */
  readonly rightInner: number
  readonly outSide: number
  readonly k: Count
  /** Loops around the `k` steps, outermost first. */
  readonly around?: readonly StepLevel[] | undefined
  readonly start: Start
}

/** The addresses of a tile's first elements. */
export interface TilePointers {
  readonly left: Local
  readonly right: Local
  readonly out: Local
}

/** Writes a tile of `height` rows at this place of the function; `left` ends behind the last step, `right` too. */
export function writeTile(
  f: FunctionWriter,
  setting: TileSetting,
  height: number,
  pointers: TilePointers,
): void {
  const { vectors, k, around = [] } = setting
  const sums = Array.from({ length: height * vectors }, () => f.local('v128'))
  startSums(f, setting, sums, pointers.out)
  const steps = (): void => {
    f.repeat(k, () => {
      if (height === 1) addRowSlice(f, setting, sums, pointers)
      else addOuterProduct(f, setting, sums, pointers)
      f.advance(pointers.left, setting.left.inner).advance(pointers.right, setting.rightInner)
    })
  }
  const within = ([level, ...inner]: readonly StepLevel[]): void => {
    if (level === undefined) steps()
    else
      f.repeat(level.size, () => {
        within(inner)
        f.advance(pointers.left, level.gap)
      })
  }
  within(around)
  sums.forEach((sum, i) => {
    const offset = outOffset(setting, i)
    const last = i % vectors === vectors - 1
    const lanes = last ? setting.lastLanes : setting.element.lanes
    storeLanes(f, setting.element, { pointer: pointers.out, offset }, sum, lanes)
  })
  f.release(...sums)
}

function outOffset({ vectors, outSide }: TileSetting, sum: number): number {
  return Math.floor(sum / vectors) * outSide + (sum % vectors) * vectorBytes
}

function startSums(f: FunctionWriter, setting: TileSetting, sums: readonly Local[], out: Local) {
  const zero = (): void => {
    const [first = 0, ...rest] = sums
    f.i32x4(0).set(first)
    for (const sum of rest) f.get(first).set(sum)
  }
  // A partial last vector is loaded whole: what lies behind it stays in lanes that are not stored.
  const load = (): void => {
    sums.forEach((sum, i) => {
      f.get(out).memory('v128.load', outOffset(setting, i)).set(sum)
    })
  }
  if (setting.start === 'zero') zero()
  else if (setting.start === 'out') load()
  else f.get(setting.start.fresh).if(zero, load)
}

/** One step of k: a column of the left operand times a row of the right one. */
function addOuterProduct(
  f: FunctionWriter,
  { element, vectors, left }: TileSetting,
  sums: readonly Local[],
  pointers: TilePointers,
): void {
  const row = Array.from({ length: vectors }, () => f.local('v128'))
  row.forEach((vector, j) => {
    f.get(pointers.right)
      .memory('v128.load', j * vectorBytes)
      .set(vector)
  })
  const factor = f.local('v128')
  sums.forEach((sum, i) => {
    const j = i % vectors
    if (j === 0)
      f.get(pointers.left)
        .memory(element.splat, (i / vectors) * left.side)
        .set(factor)
    f.get(factor)
      .get(row[j] ?? 0)
      .get(sum)
    element.multiplyAdd(f)
    f.set(sum)
  })
  f.release(factor, ...row)
}

/** One step of k of a single row: each vector of the right operand is used once, so that none needs a register. */
function addRowSlice(
  f: FunctionWriter,
  { element }: TileSetting,
  sums: readonly Local[],
  pointers: TilePointers,
): void {
  const factor = f.local('v128')
  f.get(pointers.left).memory(element.splat).set(factor)
  sums.forEach((sum, j) => {
    f.get(factor)
      .get(pointers.right)
      .memory('v128.load', j * vectorBytes)
      .get(sum)
    element.multiplyAdd(f)
    f.set(sum)
  })
  f.release(factor)
}
