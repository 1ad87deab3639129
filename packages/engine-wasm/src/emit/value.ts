/**
 * Four elements at a time: what a value of a loop's body is in the module.
 *
 * f32 is a vector of four; f64 two vectors of two; i32 and u8 are four 32-bit integers; bool is a mask, all ones or all
 * zeros in each 32 bits. An element's result never depends on its place among the four.
 */
import type { DType } from '@chainrule/program'
import type { FunctionWriter, Local } from '../assembler/function.ts'
import type { PlainName } from '../assembler/opcodes.ts'

export interface Value {
  readonly dtype: DType
  /** One local, or two for f64: elements 0 and 1, elements 2 and 3. */
  readonly locals: readonly Local[]
}

/** How many of the four elements count: the last vector of a row may have fewer. */
export type Lanes = 1 | 2 | 3 | 4

export const allLanes: Lanes = 4

/** How many vectors hold four elements. */
export function parts(dtype: DType): number {
  return dtype === 'f64' ? 2 : 1
}

/** A value whose parts are still to be set. */
export function fresh(f: FunctionWriter, dtype: DType): Value {
  return { dtype, locals: Array.from({ length: parts(dtype) }, () => f.local('v128')) }
}

/** A value made part by part: `emit` leaves part `i` on the stack. */
export function made(f: FunctionWriter, dtype: DType, emit: (part: number) => void): Value {
  const value = fresh(f, dtype)
  value.locals.forEach((local, part) => {
    emit(part)
    f.set(local)
  })
  return value
}

export function part(value: Value, index: number): Local {
  const local = value.locals[index]
  if (local === undefined) throw new Error('internal: a value without that part')
  return local
}

/** The same number in every element. */
export function constant(f: FunctionWriter, dtype: DType, value: number): void {
  switch (dtype) {
    case 'f32':
      f.f32x4(value)
      return
    case 'f64':
      f.f64x2(value)
      return
    case 'i32':
    case 'u8':
      f.i32x4(value)
      return
    case 'bool':
      f.i32x4(value === 0 ? 0 : -1)
  }
}

type Float = 'f32' | 'f64'

/** The instruction of a float dtype's vectors, such as `f32x4.add`. */
export function floatOp(dtype: DType, name: FloatOpName): PlainName {
  if (dtype !== 'f32' && dtype !== 'f64') throw new Error(`internal: ${name} of ${dtype}`)
  const shape: Readonly<Record<Float, 'f32x4' | 'f64x2'>> = { f32: 'f32x4', f64: 'f64x2' }
  return `${shape[dtype]}.${name}`
}

export type FloatOpName =
  | 'abs'
  | 'neg'
  | 'floor'
  | 'sqrt'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'min'
  | 'max'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'

/** Two masks of 64 bits as one of 32; both on the stack. */
export function narrowMask(f: FunctionWriter): void {
  f.shuffle32(0, 2, 4, 6)
}

/** Part `half` of a 64-bit mask from one of 32 bits. */
export function widenMask(f: FunctionWriter, mask: Local, half: number): void {
  f.get(mask).get(mask)
  if (half === 0) f.shuffle32(0, 0, 1, 1)
  else f.shuffle32(2, 2, 3, 3)
}

/** Puts elements 2 and 3 of the vector on the stack first where `half` is 1: what widens two elements takes the first two. */
export function halfFirst(f: FunctionWriter, half: number): void {
  if (half === 0) return
  const local = f.local('v128')
  f.set(local).get(local).get(local).shuffle32(2, 3, 2, 3)
  f.release(local)
}

/** Elements 0 and 1, or 2 and 3, of four float32 as float64; the vector is on the stack. */
export function promote(f: FunctionWriter, half: number): void {
  halfFirst(f, half)
  f.op('f64x2.promote_low_f32x4')
}

/** Two vectors of float64 as four float32, each rounded. */
export function demote(f: FunctionWriter, low: Local, high: Local): void {
  f.get(low).op('f32x4.demote_f64x2_zero').get(high).op('f32x4.demote_f64x2_zero')
  f.shuffle32(0, 1, 4, 5)
}
