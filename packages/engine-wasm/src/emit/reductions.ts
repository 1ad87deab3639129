/** Sums, largest elements and their indices, four at a time. Sums of floats are kept in float64 and rounded once. */
import type { DType } from '@chainrule/program'
import type { FunctionWriter, Local } from '../assembler/function.ts'
import type { LoopReduction } from '../lower/kernels.ts'
import {
  constant,
  demote,
  floatOp,
  fresh,
  type Lanes,
  made,
  narrowMask,
  part,
  parts,
  promote,
  type Value,
  widenMask,
} from './value.ts'

/** What a reduction remembers while it runs. */
export interface Accumulator {
  readonly value: Value
  /** For `argmax`, where the largest was. */
  readonly index?: Value
}

const lowest: Readonly<Record<DType, number>> = {
  f32: Number.NEGATIVE_INFINITY,
  f64: Number.NEGATIVE_INFINITY,
  i32: -2147483648,
  bool: -2147483648,
  u8: -2147483648,
}

/** The dtype in which a reduction is kept. */
function keptAs(primitive: LoopReduction['primitive'], dtype: DType): DType {
  if (primitive === 'sum') return dtype === 'f32' ? 'f64' : dtype
  // Booleans compare as the integers 0 and 1.
  return dtype === 'bool' || dtype === 'u8' ? 'i32' : dtype
}

/** How many vectors a reduction keeps. */
export function partsOf(primitive: LoopReduction['primitive'], dtype: DType): number {
  return parts(keptAs(primitive, dtype)) + (primitive === 'argmax' ? 1 : 0)
}

export function begin(
  f: FunctionWriter,
  primitive: LoopReduction['primitive'],
  dtype: DType,
): Accumulator {
  const kept = keptAs(primitive, dtype)
  const value = made(f, kept, () => constant(f, kept, primitive === 'sum' ? 0 : lowest[kept]))
  if (primitive !== 'argmax') return { value }
  return { value, index: made(f, 'i32', () => f.i32x4(0)) }
}

/** Elements that do not count become ones that change nothing; the vector is on the stack. */
function withoutRest(f: FunctionWriter, lanes: Lanes, i: number, perPart: number): void {
  const words = perPart === 4 ? 1 : 2
  const bytes = new Int32Array(4).map((_, word) =>
    i * perPart + Math.floor(word / words) < lanes ? -1 : 0,
  )
  f.vector(new Uint8Array(bytes.buffer)).op('v128.and')
}

/** Adds four elements of which the first `lanes` count. */
function addElements(f: FunctionWriter, sum: Value, x: Value, lanes: Lanes): void {
  sum.locals.forEach((local, i) => {
    if (x.dtype === 'f32' && i * 2 >= lanes) return
    f.get(local)
    if (x.dtype === 'f32') {
      f.get(part(x, 0))
      promote(f, i)
      if (i * 2 + 2 > lanes) withoutRest(f, lanes, i, 2)
    } else {
      f.get(part(x, i))
      const perPart = x.dtype === 'f64' ? 2 : 4
      if ((i + 1) * perPart > lanes) withoutRest(f, lanes, i, perPart)
    }
    f.op(sum.dtype === 'f64' ? 'f64x2.add' : 'i32x4.add').set(local)
  })
}

/** An element as an integer, where booleans are masks. */
function comparable(f: FunctionWriter, x: Value): Value {
  if (x.dtype !== 'bool') return x
  return made(f, 'i32', () => f.get(part(x, 0)).i32x4(1).op('v128.and'))
}

function keepLarger(f: FunctionWriter, best: Value, x: Value): void {
  best.locals.forEach((local, i) => {
    f.get(local).get(part(x, i))
    f.op(best.dtype === 'i32' ? 'i32x4.max_s' : floatOp(best.dtype, 'max')).set(local)
  })
}

/** Where x is larger than the best, or is the first NaN, it and its index take the best's place. */
function keepLargerIndex(f: FunctionWriter, best: Value, at: Value, x: Value, index: Value): void {
  const mask = f.local('v128')
  best.locals.forEach((local, i) => {
    if (best.dtype === 'i32') {
      f.get(part(x, i)).get(local).op('i32x4.gt_s')
      return
    }
    f.get(part(x, i)).get(local).op(floatOp(best.dtype, 'gt'))
    f.get(part(x, i)).get(part(x, i)).op(floatOp(best.dtype, 'ne'))
    f.get(local).get(local).op(floatOp(best.dtype, 'eq')).op('v128.and').op('v128.or')
  })
  if (best.dtype === 'f64') narrowMask(f)
  f.set(mask)
  best.locals.forEach((local, i) => {
    f.get(part(x, i)).get(local)
    if (best.dtype === 'f64') widenMask(f, mask, i)
    else f.get(mask)
    f.op('v128.bitselect').set(local)
  })
  f.get(part(index, 0)).get(part(at, 0)).get(mask).op('v128.bitselect').set(part(at, 0))
  f.release(mask)
}

/** Takes in four elements of which the first `lanes` count; all do where each has a result of its own. */
export function take(
  f: FunctionWriter,
  primitive: LoopReduction['primitive'],
  { value, index }: Accumulator,
  x: Value,
  lanes: Lanes,
  at: Value | undefined,
): void {
  if (primitive === 'sum') {
    addElements(f, value, x, lanes)
    return
  }
  const element = comparable(f, x)
  if (primitive === 'max') keepLarger(f, value, lanes === 4 ? element : repeated(f, element, lanes))
  else if (index !== undefined && at !== undefined) keepLargerIndex(f, value, index, element, at)
}

/** The elements that count, with the first in the place of the others. */
function repeated(f: FunctionWriter, x: Value, lanes: Lanes): Value {
  return made(f, x.dtype, (i) => {
    const first = part(x, 0)
    if (x.dtype === 'f64') {
      const keep = [0, 1].map((lane) => 2 * i + lane < lanes)
      f.get(part(x, i)).get(first)
      const pick = (lane: number): [number, number] =>
        keep[lane] === true ? [2 * lane, 2 * lane + 1] : [4, 5]
      f.shuffle32(...([...pick(0), ...pick(1)] as [number, number, number, number]))
      return
    }
    f.get(first).get(first)
    const order = [0, 1, 2, 3].map((lane) => (lane < lanes ? lane : 0))
    f.shuffle32(...(order as [number, number, number, number]))
  })
}

/** One number of four, in element 0; always in the same order. */
export function acrossLanes(f: FunctionWriter, primitive: 'sum' | 'max', value: Value): Value {
  const combine = (): void => {
    if (value.dtype === 'i32') f.op(primitive === 'sum' ? 'i32x4.add' : 'i32x4.max_s')
    else f.op(floatOp(value.dtype, primitive === 'sum' ? 'add' : 'max'))
  }
  const folded = (local: Local, by: 1 | 2): Local => {
    const next = f.local('v128')
    f.get(local).get(local).get(local)
    if (by === 2) f.shuffle32(2, 3, 2, 3)
    else f.shuffle32(1, 1, 1, 1)
    combine()
    f.set(next)
    return next
  }
  if (value.dtype === 'f64') {
    const low = folded(part(value, 0), 2)
    const high = folded(part(value, 1), 2)
    return made(f, 'f64', () => {
      f.get(low).get(high)
      combine()
    })
  }
  const halves = folded(part(value, 0), 2)
  return { dtype: value.dtype, locals: [folded(halves, 1)] }
}

/** The accumulator as an element of the result's dtype. */
export function rounded(f: FunctionWriter, value: Value, dtype: DType): Value {
  if (value.dtype === dtype) return value
  if (dtype === 'f32') {
    const result = fresh(f, 'f32')
    demote(f, part(value, 0), part(value, 1))
    f.set(part(result, 0))
    return result
  }
  return { dtype, locals: value.locals }
}
