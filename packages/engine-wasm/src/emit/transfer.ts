/** Between memory and values of four elements. Loads may read past the elements that count; stores never write past. */
import { type DType, elementBytes } from '@chainrule/program'
import type { FunctionWriter, Local } from '../assembler/function.ts'
import type { MemoryLaneName } from '../assembler/opcodes.ts'
import type { Address } from './pointers.ts'
import { type Lanes, made, part, type Value } from './value.ts'

/** Bytes, widened to four 32-bit integers; the four are in the vector on the stack. */
function widenBytes(f: FunctionWriter, dtype: DType): void {
  f.op('i16x8.extend_low_i8x16_u').op('i32x4.extend_low_i16x8_u')
  if (dtype === 'bool') f.i32x4(0).op('i32x4.ne')
}

const isByte = (dtype: DType): boolean => dtype === 'u8' || dtype === 'bool'

/** Four elements that follow each other. */
export function loadNeighbours(
  f: FunctionWriter,
  dtype: DType,
  { pointer, offset }: Address,
): Value {
  return made(f, dtype, (i) => {
    f.get(pointer)
    if (!isByte(dtype)) {
      f.memory('v128.load', 16 * i + offset)
      return
    }
    f.memory('v128.load32_zero', offset)
    widenBytes(f, dtype)
  })
}

/** One element, four times. */
export function loadRepeated(f: FunctionWriter, dtype: DType, { pointer, offset }: Address): Value {
  return made(f, dtype, () => {
    f.get(pointer)
    if (dtype === 'f64') f.memory('v128.load64_splat', offset)
    else if (!isByte(dtype)) f.memory('v128.load32_splat', offset)
    else {
      f.memory('i32.load8_u', offset).op('i32x4.splat')
      if (dtype === 'bool') f.i32x4(0).op('i32x4.ne')
    }
  })
}

const laneLoads: Readonly<Record<1 | 4 | 8, MemoryLaneName>> = {
  1: 'v128.load8_lane',
  4: 'v128.load32_lane',
  8: 'v128.load64_lane',
}

const laneStores: Readonly<Record<1 | 4 | 8, MemoryLaneName>> = {
  1: 'v128.store8_lane',
  4: 'v128.store32_lane',
  8: 'v128.store64_lane',
}

/** A distance between elements, in bytes; a local where it depends on the number of rows. */
export type Step = number | { readonly local: Local }

/** Runs `visit` with the address of each element that counts; the pointer is not changed. */
function eachAddress(
  f: FunctionWriter,
  { pointer, offset }: Address,
  step: Step,
  lanes: number,
  visit: (lane: number, address: Local, offset: number) => void,
): void {
  if (typeof step === 'number' && step >= 0) {
    for (let lane = 0; lane < lanes; lane++) visit(lane, pointer, offset + lane * step)
    return
  }
  const address = f.local('i32')
  f.get(pointer).set(address)
  for (let lane = 0; lane < lanes; lane++) {
    visit(lane, address, offset)
    if (typeof step === 'number') f.advance(address, step)
    else f.get(address).get(step.local).op('i32.add').set(address)
  }
  f.release(address)
}

/** Elements at a distance, only those that count. */
export function loadApart(
  f: FunctionWriter,
  dtype: DType,
  from: Address,
  step: Step,
  lanes: Lanes,
): Value {
  const bytes = elementBytes[dtype] as 1 | 4 | 8
  const perPart = dtype === 'f64' ? 2 : 4
  const value = made(f, dtype, () => f.i32x4(0))
  eachAddress(f, from, step, lanes, (lane, address, offset) => {
    const local = part(value, Math.floor(lane / perPart))
    f.get(address)
      .get(local)
      .memoryLane(laneLoads[bytes], lane % perPart, offset)
      .set(local)
  })
  if (isByte(dtype)) {
    const local = part(value, 0)
    f.get(local)
    widenBytes(f, dtype)
    f.set(local)
  }
  return value
}

/** A value as it stands in memory: bytes packed to the front of the vector. */
function stored(f: FunctionWriter, value: Value, i: number): void {
  f.get(part(value, i))
  if (!isByte(value.dtype)) return
  if (value.dtype === 'bool') f.i32x4(1).op('v128.and')
  f.i32x4(0).op('i16x8.narrow_i32x4_u').i32x4(0).op('i8x16.narrow_i16x8_u')
}

/** Stores the elements that count, which follow each other. */
export function storeNeighbours(f: FunctionWriter, value: Value, to: Address, lanes: Lanes): void {
  const { pointer, offset } = to
  if (isByte(value.dtype)) {
    storeBytes(f, value, to, lanes)
    return
  }
  const bytes = elementBytes[value.dtype]
  const perPart = 16 / bytes
  value.locals.forEach((local, i) => {
    const left = Math.min(lanes - i * perPart, perPart)
    if (left <= 0) return
    if (left === perPart) {
      f.get(pointer)
        .get(local)
        .memory('v128.store', 16 * i + offset)
      return
    }
    if (bytes === 8 || left >= 2) {
      f.get(pointer)
        .get(local)
        .memoryLane('v128.store64_lane', 0, 16 * i + offset)
    }
    if (bytes === 4 && left !== 2) {
      const lane = left - 1
      f.get(pointer)
        .get(local)
        .memoryLane('v128.store32_lane', lane, 16 * i + 4 * lane + offset)
    }
  })
}

function storeBytes(
  f: FunctionWriter,
  value: Value,
  { pointer, offset }: Address,
  lanes: Lanes,
): void {
  const packed = f.local('v128')
  stored(f, value, 0)
  f.set(packed)
  if (lanes === 4) f.get(pointer).get(packed).memoryLane('v128.store32_lane', 0, offset)
  else {
    if (lanes >= 2) f.get(pointer).get(packed).memoryLane('v128.store16_lane', 0, offset)
    if (lanes !== 2) {
      f.get(pointer)
        .get(packed)
        .memoryLane('v128.store8_lane', lanes - 1, lanes - 1 + offset)
    }
  }
  f.release(packed)
}

/** Stores the elements that count, at a distance from each other. */
export function storeApart(
  f: FunctionWriter,
  value: Value,
  to: Address,
  step: Step,
  lanes: Lanes,
): void {
  const bytes = elementBytes[value.dtype] as 1 | 4 | 8
  const perPart = value.dtype === 'f64' ? 2 : 4
  const packed = value.locals.map((_, i) => {
    const local = f.local('v128')
    stored(f, value, i)
    f.set(local)
    return local
  })
  eachAddress(f, to, step, lanes, (lane, address, offset) => {
    const local = packed[Math.floor(lane / perPart)] ?? 0
    f.get(address)
      .get(local)
      .memoryLane(laneStores[bytes], lane % perPart, offset)
  })
  f.release(...packed)
}
