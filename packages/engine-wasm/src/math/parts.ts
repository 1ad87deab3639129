/**
 * A float32 taken apart for its logarithm: x = 2ⁿ m with m in [√½, √2).
 *
 * The parts are the bits of x less those of √½, so that n stands above 23 bits of a fraction that begins at √½.
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'

const bitsOfSqrtHalf = 0x3f3504f3
const fractionBits = 0x7fffff
const bitsOfSmallestNormal = 0x800000
const bitsOfLargest = 0x7f7fffff
const smallestNormal = 1.1754943508222875e-38

/**
 * Whether any lane is anything else than a positive normal number; `orElse` may add lanes to the mask on the stack.
 * What is done for those must change no other lane.
 */
export function emitUnusual(f: FunctionWriter, x: Local, orElse: () => void = () => {}): Local {
  const unusual = f.local('i32')
  // As unsigned numbers, the bits less those of the smallest normal number; compared as signed ones 2³¹ lower.
  f.get(x)
    .i32x4((0x80000000 - bitsOfSmallestNormal) | 0)
    .op('i32x4.add')
  f.i32x4((0x80000000 + bitsOfLargest - bitsOfSmallestNormal) | 0).op('i32x4.gt_s')
  orElse()
  f.op('v128.any_true').set(unusual)
  return unusual
}

/** Replaces positive normal numbers by their parts. */
export function emitParts(f: FunctionWriter): void {
  f.i32x4(bitsOfSqrtHalf).op('i32x4.sub')
}

/** The parts of positive numbers, of subnormals by way of 2²⁴ x. */
export function emitPartsOfScaled(f: FunctionWriter, x: Local): void {
  const raise = f.local('v128')
  f.get(x)
    .get(x)
    .f32x4(smallestNormal)
    .op('f32x4.lt')
    .i32x4(24 << 23)
    .op('v128.and')
    .tee(raise)
  f.f32x4(1).op('i32x4.add').op('f32x4.mul')
  f.get(raise).i32x4(bitsOfSqrtHalf).op('i32x4.add').op('i32x4.sub')
  f.release(raise)
}

/** Replaces parts by n as a float. */
export function emitExponent(f: FunctionWriter): void {
  f.i32(23).op('i32x4.shr_s').op('f32x4.convert_i32x4_s')
}

/** Replaces parts by n at the exponent's place: n · 2²³. */
export function emitExponentBits(f: FunctionWriter): void {
  f.i32x4(~fractionBits).op('v128.and')
}

/** Replaces parts by m. */
export function emitFraction(f: FunctionWriter): void {
  f.i32x4(fractionBits).op('v128.and').i32x4(bitsOfSqrtHalf).op('i32x4.add')
}
