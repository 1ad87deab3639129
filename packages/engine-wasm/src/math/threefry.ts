/**
 * Threefry-2x32 with 20 rounds on four counters at once: the draws of `@chainrule/program` to the bit.
 *
 * Source     Salmon, Moraes, Dror and Shaw 2011, Parallel random numbers: as easy as 1, 2, 3.
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { keep } from './polynomial.ts'

/** The key for all draws of one site in one step, each word in all four lanes of a local. */
export interface DrawKey {
  readonly key0: Local
  readonly key1: Local
}

const keyParity = 0x1bd11bda
const rotations = [13, 15, 26, 6, 17, 29, 16, 24]
const rounds = 20

/**
 * Makes the key from (seed, site, stepLow, stepHigh), four i32x4 with equal lanes on the stack. The caller releases its
 * locals with `releaseDrawKey`.
 */
export function emitDrawKey(f: FunctionWriter): DrawKey {
  const stepHigh = keep(f)
  const stepLow = keep(f)
  const site = keep(f)
  const seed = keep(f)
  emitThreefry(f, { key0: seed, key1: site }, stepLow, stepHigh)
  f.release(seed, site)
  return { key0: stepLow, key1: stepHigh }
}

export function releaseDrawKey(f: FunctionWriter, { key0, key1 }: DrawKey): void {
  f.release(key0, key1)
}

/** Replaces row and element, two i32x4 on the stack, by four integers in [0, 2²⁴). */
export function emitDraws(f: FunctionWriter, key: DrawKey): void {
  const element = keep(f)
  const row = keep(f)
  emitThreefry(f, key, row, element)
  f.get(row).i32(8).op('i32x4.shr_u')
  f.release(row, element)
}

/** Enciphers the counter in the locals `x0` and `x1` in place. */
function emitThreefry(f: FunctionWriter, { key0, key1 }: DrawKey, x0: Local, x1: Local): void {
  const key2 = f.local('v128')
  f.get(key0).get(key1).op('v128.xor').i32x4(keyParity).op('v128.xor').set(key2)
  const keys = [key0, key1, key2]
  const addKeys = (injection: number): void => {
    f.get(x0)
      .get(keys[injection % 3] as Local)
      .op('i32x4.add')
      .set(x0)
    f.get(x1)
      .get(keys[(injection + 1) % 3] as Local)
      .op('i32x4.add')
    if (injection > 0) f.i32x4(injection).op('i32x4.add')
    f.set(x1)
  }
  addKeys(0)
  for (let round = 0; round < rounds; round++) {
    f.get(x0).get(x1).op('i32x4.add').set(x0)
    emitRotate(f, x1, rotations[round % 8] as number)
    f.get(x0).op('v128.xor').set(x1)
    if (round % 4 === 3) addKeys((round + 1) / 4)
  }
  f.release(key2)
}

/** The lanes of `x`, their bits turned left. */
function emitRotate(f: FunctionWriter, x: Local, bits: number): void {
  f.get(x)
    .i32(bits)
    .op('i32x4.shl')
    .get(x)
    .i32(32 - bits)
    .op('i32x4.shr_u')
    .op('v128.or')
}
