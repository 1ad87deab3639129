/** From each dtype to each other, four elements at a time; see `castRule` in `@chainrule/program`. */
import type { DType } from '@chainrule/program'
import type { FunctionWriter } from '../assembler/function.ts'
import { demote, floatOp, halfFirst, made, narrowMask, part, promote, type Value } from './value.ts'

/** Stops at the ends of a byte. */
function clampToByte(f: FunctionWriter): void {
  f.i32x4(0).op('i32x4.max_s').i32x4(255).op('i32x4.min_s')
}

/** Whole numbers, cut off towards zero, kept in range, NaN as 0. */
function truncated(f: FunctionWriter, x: Value): void {
  if (x.dtype === 'f32') {
    f.get(part(x, 0)).op('i32x4.trunc_sat_f32x4_s')
    return
  }
  for (const local of x.locals) f.get(local).op('i32x4.trunc_sat_f64x2_s_zero')
  f.shuffle32(0, 1, 4, 5)
}

/** A mask of what is not zero, NaN included. */
function isNotZero(f: FunctionWriter, x: Value): void {
  if (x.dtype === 'f32' || x.dtype === 'f64') {
    for (const local of x.locals) {
      f.get(local)
      if (x.dtype === 'f32') f.f32x4(0)
      else f.f64x2(0)
      f.op(floatOp(x.dtype, 'ne'))
    }
    if (x.dtype === 'f64') narrowMask(f)
    return
  }
  f.get(part(x, 0)).i32x4(0).op('i32x4.ne')
}

/** The four integers of an i32, u8 or bool. */
function integers(f: FunctionWriter, x: Value): void {
  f.get(part(x, 0))
  if (x.dtype === 'bool') f.i32x4(1).op('v128.and')
}

function toFloat32(f: FunctionWriter, x: Value): void {
  if (x.dtype === 'f64') demote(f, part(x, 0), part(x, 1))
  else if (x.dtype === 'bool') f.get(part(x, 0)).f32x4(1).op('v128.and')
  else f.get(part(x, 0)).op('f32x4.convert_i32x4_s')
}

function toFloat64(f: FunctionWriter, x: Value, half: number): void {
  if (x.dtype === 'f32') {
    f.get(part(x, 0))
    promote(f, half)
    return
  }
  integers(f, x)
  halfFirst(f, half)
  f.op('f64x2.convert_low_i32x4_s')
}

export function castValue(f: FunctionWriter, x: Value, dtype: DType): Value {
  if (x.dtype === dtype) return made(f, dtype, (i) => f.get(part(x, i)))
  switch (dtype) {
    case 'f32':
      return made(f, dtype, () => toFloat32(f, x))
    case 'f64':
      return made(f, dtype, (half) => toFloat64(f, x, half))
    case 'bool':
      return made(f, dtype, () => isNotZero(f, x))
    case 'i32':
    case 'u8':
      return made(f, dtype, () => {
        if (x.dtype === 'f32' || x.dtype === 'f64') truncated(f, x)
        else integers(f, x)
        if (dtype === 'u8' && x.dtype !== 'bool') clampToByte(f)
      })
  }
}
