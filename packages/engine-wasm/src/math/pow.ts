/**
 * xʸ of float32 lanes: log₂ |x| and its product with y in float64, because y multiplies the error, then 2ʳ in float32.
 *
 * |x| = 2ᵏ m with m in [√½, √2); log₂ m = s l(s²) with s = (m − 1) / (m + 1).
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { keep, multiplyAdd32, multiplyAdd64, polynomial, polynomial64 } from './polynomial.ts'

const bitsOfSqrtHalf = 0x3f3504f3
const exponentBits = ~0x7fffff
const smallestNormal = 1.1754943508222875e-38
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

/** Replaces x and y on the stack by x to the power y, with the special cases of `pow` of `@chainrule/program`. */
export function emitPow(f: FunctionWriter): void {
  const y = keep(f)
  const x = keep(f)
  const { k, m } = takeApart(f, x)
  const boundedY = f.local('v128')
  // Finite, because 0 · ∞ would be NaN where x is ±1.
  f.get(y)
    .f32x4(largestFinite)
    .op('f32x4.pmin')
    .f32x4(-largestFinite)
    .op('f32x4.pmax')
    .set(boundedY)
  const low = halfPower(f, (of) => f.get(of), { k, m, y: boundedY })
  const high = halfPower(f, (of) => f.get(of).get(of).shuffle32(2, 3, 2, 3), { k, m, y: boundedY })
  f.release(k, m, boundedY)
  f.get(low.shifted).get(high.shifted).shuffle32(0, 2, 4, 6).set(low.shifted)
  f.get(low.r).op('f32x4.demote_f64x2_zero').get(high.r).op('f32x4.demote_f64x2_zero')
  f.shuffle32(0, 1, 4, 5).set(low.r)
  f.release(high.shifted, high.r)
  emitPowerOfTwo(f, low)
  f.release(low.shifted, low.r)
  emitSpecialCases(f, x, y)
  f.release(x, y)
}

/** k as a float, −∞ for 0, ∞ for ±∞ and NaN for NaN, and m. */
function takeApart(f: FunctionWriter, x: Local): { readonly k: Local; readonly m: Local } {
  const magnitude = f.local('v128')
  const small = f.local('v128')
  const k = f.local('v128')
  const m = f.local('v128')
  f.get(x).op('f32x4.abs').tee(magnitude).get(magnitude).f32x4(smallestNormal).op('f32x4.lt')
  f.tee(small)
    .i32x4(24 << 23)
    .op('v128.and')
    .f32x4(1)
    .op('i32x4.add')
    .op('f32x4.mul')
    .tee(m)
  f.i32x4(bitsOfSqrtHalf).op('i32x4.sub').i32x4(exponentBits).op('v128.and').set(k)
  f.get(m).get(k).op('i32x4.sub').set(m)
  f.get(k).i32(23).op('i32x4.shr_s').get(small).i32x4(-24).op('v128.and').op('i32x4.add')
  f.op('f32x4.convert_i32x4_s').get(magnitude)
  f.get(magnitude).f32x4(infinity).op('f32x4.lt').select32().set(k)
  f.f32x4(-infinity).get(k).get(x).f32x4(0).op('f32x4.eq').select32().set(k)
  f.release(magnitude, small)
  return { k, m }
}

interface Operands {
  readonly k: Local
  readonly m: Local
  readonly y: Local
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
function emitSpecialCases(f: FunctionWriter, x: Local, y: Local): void {
  const power = keep(f)
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
  where(
    () => f.get(x),
    () => f.get(y).f32x4(1).op('f32x4.eq'),
  )
  where(
    () => f.get(x).get(x).op('f32x4.mul'),
    () => f.get(y).f32x4(2).op('f32x4.eq'),
  )
  where(
    () => f.f32x4(1),
    () => {
      f.get(x).f32x4(1).op('f32x4.eq').get(y).f32x4(0).op('f32x4.eq').op('v128.or')
    },
  )
  f.get(power)
  f.release(power)
}

/** Gives `power` the sign of x where y is an odd integer. */
function emitSign(f: FunctionWriter, x: Local, y: Local, integer: Local, power: Local): void {
  const half = f.local('v128')
  f.get(y).f32x4(0.5).op('f32x4.mul').tee(half).op('f32x4.trunc').get(half).op('f32x4.ne')
  f.get(integer).op('v128.and').get(x).op('v128.and').f32x4(-0).op('v128.and')
  f.get(power).op('v128.or').set(power)
  f.release(half)
}
