/**
 * log and log1p of float32 lanes.
 *
 * x = 2ⁿ (1 + f) with 1 + f in [√½, √2), then log(1 + f) = f − f²/2 + f³ q(f); the parts are added from the smallest to
 * the largest (Cephes, logf).
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { keep, multiplyAdd32, polynomial } from './polynomial.ts'

const bitsOfSqrtHalf = 0x3f3504f3
const exponentBits = ~0x7fffff
const smallestNormal = 1.1754943508222875e-38
// ln 2 in two parts; the first has 10 bits, so that its product with n is exact.
const ln2High = 0.693359375
const ln2Low = -0.00021219444170128554

// (log(1 + f) − f + f²/2) / f³, a minimax fit of log's relative error: `fit/coefficients.py`, log.
const afterSquare = [
  0.3333333134651184, -0.2500081956386566, 0.20001226663589478, -0.1662335842847824,
  0.14201760292053223, -0.13160182535648346, 0.12761561572551727, -0.07634475827217102,
]

/** The natural logarithm; −∞ at 0, NaN below. Subnormals are scaled by 2²⁴ first. */
export function emitLog(f: FunctionWriter): void {
  const x = keep(f)
  const bits = f.local('v128')
  const small = f.local('v128')
  f.get(x).get(x).f32x4(smallestNormal).op('f32x4.lt').tee(small)
  f.i32x4(24 << 23)
    .op('v128.and')
    .f32x4(1)
    .op('i32x4.add')
    .op('f32x4.mul')
    .tee(bits)
  f.i32x4(bitsOfSqrtHalf).op('i32x4.sub').i32x4(exponentBits).op('v128.and')
  const exponent = keep(f)
  f.get(exponent).i32(23).op('i32x4.shr_s').get(small).i32x4(-24).op('v128.and')
  f.op('i32x4.add').op('f32x4.convert_i32x4_s').set(small)
  f.get(bits).get(exponent).op('i32x4.sub').f32x4(1).op('f32x4.sub').set(bits)
  f.release(exponent)
  emitLogOfParts(f, small, bits)
  f.release(small, bits)
  emitEndsOfLog(f, x, 0)
  f.release(x)
}

/**
 * log(1 + x) without cancellation near 0; −∞ at −1, NaN below.
 *
 * n is that of 1 + x rounded, but f is 2⁻ⁿ x + (2⁻ⁿ − 1), which no rounding of 1 + x has touched.
 */
export function emitLog1p(f: FunctionWriter): void {
  const x = keep(f)
  const scale = f.local('v128')
  f.get(x).f32x4(1).op('f32x4.add').i32x4(bitsOfSqrtHalf).op('i32x4.sub')
  f.i32x4(exponentBits).op('v128.and')
  const exponent = keep(f)
  // 2²⁻ⁿ, because 2⁻¹²⁸ is not a normal number.
  f.f32x4(4).get(exponent).op('i32x4.sub').set(scale)
  f.get(exponent).i32(23).op('i32x4.shr_s').op('f32x4.convert_i32x4_s').set(exponent)
  f.get(x).get(scale).op('f32x4.mul').f32x4(0.25)
  const quarter = (): void => {
    f.get(scale).f32x4(0.25)
    multiplyAdd32(f, () => f.f32x4(-1))
  }
  multiplyAdd32(f, quarter)
  f.set(scale)
  emitLogOfParts(f, exponent, scale)
  f.release(exponent, scale)
  emitEndsOfLog(f, x, -1)
  // The sign is that of x, for −0 too.
  f.get(x).f32x4(-0).op('v128.and').op('v128.or')
  f.release(x)
}

/** n ln 2 + log(1 + f). */
function emitLogOfParts(f: FunctionWriter, n: Local, fraction: Local): void {
  const square = f.local('v128')
  f.get(fraction).get(fraction).op('f32x4.mul').set(square)
  polynomial(f, fraction, afterSquare)
  f.get(fraction).op('f32x4.mul').get(square).op('f32x4.mul')
  const rest = keep(f)
  const add = (multiplicand: Local, factor: number, addend: Local): void => {
    f.get(multiplicand).f32x4(factor)
    multiplyAdd32(f, () => f.get(addend))
  }
  add(n, ln2Low, rest)
  f.set(rest)
  add(square, -0.5, rest)
  f.get(fraction).op('f32x4.add').set(rest)
  add(n, ln2High, rest)
  f.release(square, rest)
}

/** Puts in what the logarithm is at `pole`, below it, at ∞ and at NaN. */
function emitEndsOfLog(f: FunctionWriter, x: Local, pole: number): void {
  const y = keep(f)
  f.get(y).get(x).get(x).f32x4(Number.POSITIVE_INFINITY).op('f32x4.lt').select32().set(y)
  f.f32x4(Number.NEGATIVE_INFINITY).get(y).get(x).f32x4(pole).op('f32x4.eq').select32()
  f.get(x).f32x4(pole).op('f32x4.lt').op('v128.or')
  f.release(y)
}
