/**
 * xʸ of float32 lanes: log₂ |x| and its product with y in float64, because y multiplies the error, then 2ʳ in float32.
 *
 * |x| = 2ᵏ m with m in [√½, √2); log₂ m = s l(s²) with s = (m − 1) / (m + 1).
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { emitExponent, emitFraction, emitParts, emitPartsOfScaled, emitUnusual } from './parts.ts'
import {
  clamp,
  keep,
  multiplyAdd32,
  multiplyAdd64,
  polynomial,
  polynomial64,
} from './polynomial.ts'

const largestFinite = 3.4028234663852886e38
const infinity = Number.POSITIVE_INFINITY
// 1.5·2⁵², and the bias of two factors of half the exponent.
const roundToInteger = 6755399441055744 + 254

// 2 artanh(s) / (s ln 2) of s², and (2ʳ − 1) / r: minimax fits of the relative error, `fit/coefficients.py`.
const logarithm = [
  2.8853900817901423, 0.9617966732660951, 0.5770836003557257, 0.4116717446220523,
  0.3407489984554599,
]
const exponential = [
  0.6931471824645996, 0.24022647738456726, 0.055503323674201965, 0.009618437848985195,
  0.0013398939045146108, 0.00015353309572674334,
]

/**
 * Replaces x and y on the stack by x to the power y, within 1.4 ulp, with the special cases of `pow` of
 * `@chainrule/program`, which are passed by where no lane needs them.
 */
export function emitPow(f: FunctionWriter): void {
  const y = keep(f)
  const x = keep(f)
  const operands = { k: f.local('v128'), m: f.local('v128'), y: f.local('v128') }
  const unusual = emitUnusual(f, x, () => {
    // Not between two integers: neither ±∞ nor NaN nor one for which there is a rule.
    f.get(y).get(y).op('f32x4.trunc').op('f32x4.sub').op('f32x4.abs').f32x4(0).op('f32x4.gt')
    f.op('v128.not').op('v128.or')
  })
  emitTakeApart(f, x, y, operands, unusual)
  const { k, m } = operands
  const low = halfPower(f, (of) => f.get(of), operands)
  const high = halfPower(f, (of) => f.get(of).get(of).shuffle32(2, 3, 2, 3), operands)
  f.release(k, m, operands.y)
  f.get(low.shifted).get(high.shifted).shuffle32(0, 2, 4, 6).set(low.shifted)
  f.get(low.r).op('f32x4.demote_f64x2_zero').get(high.r).op('f32x4.demote_f64x2_zero')
  f.shuffle32(0, 1, 4, 5).set(low.r)
  f.release(high.shifted, high.r)
  emitPowerOfTwo(f, low)
  const power = low.r
  f.set(power)
  f.get(unusual).if(() => emitSpecialCases(f, x, y, power))
  f.get(power)
  f.release(x, y, unusual, low.shifted, power)
}

interface Operands {
  /** A float; −∞ where x is 0, ∞ where it is ±∞, NaN where it is NaN. */
  readonly k: Local
  readonly m: Local
  /** Finite, because 0 · ∞ would be NaN where x is ±1. */
  readonly y: Local
}

function emitTakeApart(
  f: FunctionWriter,
  x: Local,
  y: Local,
  operands: Operands,
  unusual: Local,
): void {
  const { k, m } = operands
  f.get(x)
  emitParts(f)
  f.set(m).get(y).set(operands.y)
  f.get(unusual).if(() => {
    f.get(x).op('f32x4.abs').set(k)
    emitPartsOfScaled(f, k)
    f.set(m).get(y)
    clamp(f, -largestFinite, largestFinite)
    f.set(operands.y)
  })
  f.get(m)
  emitExponent(f)
  f.set(k)
  f.get(unusual).if(() => {
    f.get(k).get(x).op('f32x4.abs').get(x).op('f32x4.abs').f32x4(infinity).op('f32x4.lt')
    f.select32().set(k)
    f.f32x4(-infinity).get(k).get(x).f32x4(0).op('f32x4.eq').select32().set(k)
  })
  f.get(m)
  emitFraction(f)
  f.set(m)
}

interface Exponent {
  /** The integer part, with a bias, in its low bits. */
  readonly shifted: Local
  readonly r: Local
}

/** y log₂ |x| of two lanes in float64, taken apart; `half` puts a vector on the stack with these two first. */
function halfPower(f: FunctionWriter, half: (of: Local) => void, operands: Operands): Exponent {
  const s = f.local('v128')
  const z = f.local('v128')
  half(operands.m)
  f.op('f64x2.promote_low_f32x4').tee(s).f64x2(-1).op('f64x2.add')
  f.get(s).f64x2(1).op('f64x2.add').op('f64x2.div').tee(s).get(s).op('f64x2.mul').set(z)
  polynomial64(f, z, logarithm)
  f.get(s)
  multiplyAdd64(f, () => {
    half(operands.k)
    f.op('f64x2.promote_low_f32x4')
  })
  half(operands.y)
  f.op('f64x2.promote_low_f32x4').op('f64x2.mul')
  f.f64x2(129).op('f64x2.pmin').f64x2(-151).op('f64x2.pmax').tee(s)
  f.get(s).f64x2(roundToInteger).op('f64x2.add').tee(z)
  f.f64x2(roundToInteger).op('f64x2.sub').op('f64x2.sub').set(s)
  return { shifted: z, r: s }
}

/** 2ʳ times two factors of half the exponent each, so that a subnormal result is rounded once. */
function emitPowerOfTwo(f: FunctionWriter, { shifted, r }: Exponent): void {
  polynomial(f, r, exponential)
  f.get(r)
  multiplyAdd32(f, () => f.f32x4(1))
  f.get(shifted).i32(23).op('i32x4.shl').tee(shifted)
  f.i32(1).op('i32x4.shr_u').f32x4(infinity).op('v128.and').tee(r).op('f32x4.mul')
  f.get(shifted).get(r).op('i32x4.sub').op('f32x4.mul')
}

/** Signs, NaN and 1 by IEEE 754; x and x² exactly for y = 1 and 2. */
function emitSpecialCases(f: FunctionWriter, x: Local, y: Local, power: Local): void {
  const integer = f.local('v128')
  f.get(y).op('f32x4.trunc').get(y).op('f32x4.eq').set(integer)
  emitSign(f, x, y, integer, power)
  // NaN, all ones, where x is negative and finite and y is no integer.
  f.get(x).f32x4(0).op('f32x4.lt').get(x).f32x4(-infinity).op('f32x4.gt').op('v128.and')
  f.get(integer).op('v128.andnot').get(power).op('v128.or').set(power)
  f.release(integer)
  const where = (value: () => void, mask: () => void): void => {
    value()
    f.get(power)
    mask()
    f.select32().set(power)
  }
  const isEqual = (local: Local, value: number): void => {
    f.get(local).f32x4(value).op('f32x4.eq')
  }
  where(
    () => f.get(x),
    () => isEqual(y, 1),
  )
  where(
    () => f.get(x).get(x).op('f32x4.mul'),
    () => isEqual(y, 2),
  )
  where(
    () => f.f32x4(1),
    () => {
      isEqual(x, 1)
      isEqual(y, 0)
      f.op('v128.or')
    },
  )
}

/** Gives `power` the sign of x where y is an odd integer. */
function emitSign(f: FunctionWriter, x: Local, y: Local, integer: Local, power: Local): void {
  const half = f.local('v128')
  f.get(y).f32x4(0.5).op('f32x4.mul').tee(half).op('f32x4.trunc').get(half).op('f32x4.ne')
  f.get(integer).op('v128.and').get(x).op('v128.and').f32x4(-0).op('v128.and')
  f.get(power).op('v128.or').set(power)
  f.release(half)
}
