/**
 * log and log1p of float32 lanes.
 *
 * x = 2ⁿ (1 + f) with 1 + f in [√½, √2), then log(1 + f) = f − f²/2 + f³ q(f); the parts are added from the smallest to
 * the largest (Cephes, logf).
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import {
  emitExponent,
  emitExponentBits,
  emitFraction,
  emitParts,
  emitPartsOfScaled,
  emitUnusual,
} from './parts.ts'
import { keep, multiplyAdd32, splitPolynomial } from './polynomial.ts'

// ln 2 in two parts; the first has 10 bits, so that its product with n is exact.
const ln2High = 0.693359375
const ln2Low = -0.00021219444170128554

// (log(1 + f) − f + f²/2) / f³, a minimax fit of log's relative error: `fit/coefficients.py`, log.
const afterSquare = [
  0.3333333134651184, -0.2500081956386566, 0.20001226663589478, -0.1662335842847824,
  0.14201760292053223, -0.13160182535648346, 0.12761561572551727, -0.07634475827217102,
]

/** The natural logarithm, within 0.9 ulp; −∞ at 0, NaN below. */
export function emitLog(f: FunctionWriter): void {
  const x = keep(f)
  const parts = f.local('v128')
  const unusual = emitUnusual(f, x)
  f.get(x)
  emitParts(f)
  f.set(parts)
    .get(unusual)
    .if(() => {
      emitPartsOfScaled(f, x)
      f.set(parts)
    })
  f.get(parts)
  emitExponent(f)
  const n = keep(f)
  f.get(parts)
  emitFraction(f)
  f.f32x4(1).op('f32x4.sub').set(parts)
  emitLogOfParts(f, n, parts)
  f.release(n, parts)
  emitEndsOfLog(f, x, 0, unusual)
  f.release(x, unusual)
}

/**
 * log(1 + x) without cancellation near 0, within 1.5 ulp; −∞ at −1, NaN below.
 *
 * n is that of 1 + x rounded, but f is 2⁻ⁿ x + (2⁻ⁿ − 1), which no rounding of 1 + x has touched.
 */
export function emitLog1p(f: FunctionWriter): void {
  const x = f.local('v128')
  const scale = f.local('v128')
  f.tee(x).f32x4(1).op('f32x4.add').set(scale)
  const unusual = emitUnusual(f, scale)
  f.get(scale)
  emitParts(f)
  f.tee(scale)
  emitExponent(f)
  const n = keep(f)
  // 2²⁻ⁿ, because 2⁻¹²⁸ is not a normal number.
  f.f32x4(4).get(scale)
  emitExponentBits(f)
  f.op('i32x4.sub').set(scale)
  f.get(x).get(scale).op('f32x4.mul').f32x4(0.25)
  multiplyAdd32(f, () => {
    f.get(scale).f32x4(0.25)
    multiplyAdd32(f, () => f.f32x4(-1))
  })
  f.set(scale)
  emitLogOfParts(f, n, scale)
  f.release(n, scale)
  emitEndsOfLog(f, x, -1, unusual)
  // The sign is that of x, for −0 too.
  f.get(x).f32x4(-0).op('v128.and').op('v128.or')
  f.release(x, unusual)
}

/** n ln 2 + log(1 + f). */
function emitLogOfParts(f: FunctionWriter, n: Local, fraction: Local): void {
  const square = f.local('v128')
  f.get(fraction).get(fraction).op('f32x4.mul').set(square)
  splitPolynomial(f, fraction, square, afterSquare)
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
function emitEndsOfLog(f: FunctionWriter, x: Local, pole: number, unusual: Local): void {
  const y = keep(f)
  f.get(unusual).if(() => {
    f.get(y).get(x).get(x).f32x4(Number.POSITIVE_INFINITY).op('f32x4.lt').select32().set(y)
    f.f32x4(Number.NEGATIVE_INFINITY).get(y).get(x).f32x4(pole).op('f32x4.eq').select32()
    f.get(x).f32x4(pole).op('f32x4.lt').op('v128.or').set(y)
  })
  f.get(y)
  f.release(y)
}
