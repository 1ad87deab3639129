/**
 * exp, expm1, sigmoid and tanh of float32 lanes.
 *
 * x = n ln 2 + r with |r| ≤ ln 2 / 2 (Cody and Waite 1980, Software Manual for the Elementary Functions), then
 * eʳ = 1 + r + r² q(r). n is rounded by adding 1.5·2²³, which leaves it, plus a bias, in the low bits of the sum: shifted
 * to the exponent's place they are a power of two.
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { clamp, emitSignOf, keep, multiplyAdd32, polynomial } from './polynomial.ts'

const roundToInteger = 12582912
// ln 2 in two parts; the first has 10 bits, so that its product with n is exact.
const ln2High = 0.693359375
const ln2Low = -0.00021219444170128554
const twoToMinus64 = 5.421010862427522e-20
// 2⁻²⁶, below which eˣ − 1 rounds to x.
const tiny = 1.4901161193847656e-8

// (eʳ − 1 − r) / r², a minimax fit of eʳ's relative error for |r| ≤ ln 2 / 2: `fit/coefficients.py`, exp.
const afterLinear = [
  0.4999999403953552, 0.1666651964187622, 0.04166838899254799, 0.00836874544620514,
  0.0013814541744068265,
]

export interface Reduced {
  /** n + bias in its low bits. */
  readonly shifted: Local
  readonly r: Local
}

/** Takes the lanes x apart; n + bias must be within what the reader of `shifted` expects. */
export function reduceByLn2(f: FunctionWriter, bias: number): Reduced {
  const r = f.local('v128')
  const shifted = f.local('v128')
  const n = f.local('v128')
  f.tee(r).f32x4(Math.LOG2E)
  multiplyAdd32(f, () => f.f32x4(roundToInteger + bias))
  f.tee(shifted)
  f.f32x4(roundToInteger + bias)
    .op('f32x4.sub')
    .tee(n)
  for (const part of [ln2High, ln2Low]) {
    if (part === ln2Low) f.get(n)
    f.f32x4(-part)
    multiplyAdd32(f, () => f.get(r))
    f.set(r)
  }
  f.release(n)
  return { shifted, r }
}

/** eʳ − 1 for |r| ≤ ln 2 / 2. */
export function emitExpm1OfReduced(f: FunctionWriter, r: Local): void {
  polynomial(f, r, afterLinear)
  f.get(r).get(r).op('f32x4.mul')
  multiplyAdd32(f, () => f.get(r))
}

/**
 * The exponential function, within 1.1 ulp.
 *
 * 2ⁿ is applied as two factors of half the exponent, because n reaches from −150 to 128: results down to the smallest
 * subnormal are rounded once.
 */
export function emitExp(f: FunctionWriter): void {
  clamp(f, -104, 89)
  const { shifted, r } = reduceByLn2(f, 254)
  emitExpm1OfReduced(f, r)
  f.f32x4(1).op('f32x4.add')
  // Both exponents' biases together are 254; the odd bit goes to the second factor.
  f.get(shifted).i32(23).op('i32x4.shl').tee(shifted)
  f.i32(1).op('i32x4.shr_u').i32x4(0x7f800000).op('v128.and').tee(r).op('f32x4.mul')
  f.get(shifted).get(r).op('i32x4.sub').op('f32x4.mul')
  f.release(shifted, r)
}

/**
 * eˣ − 1 without cancellation near 0, within 1.6 ulp: 2 (2ⁿ⁻¹ (eʳ − 1) + (2ⁿ⁻¹ − ½)), so that 2¹²⁸ is not needed;
 * x itself where it is tiny, which keeps subnormals and −0.
 */
export function emitExpm1(f: FunctionWriter): void {
  const x = f.local('v128')
  f.tee(x)
  clamp(f, -18, 89)
  const { shifted, r } = reduceByLn2(f, 126)
  emitExpm1OfReduced(f, r)
  f.get(shifted).i32(23).op('i32x4.shl').tee(shifted)
  multiplyAdd32(f, () => f.get(shifted).f32x4(-0.5).op('f32x4.add'))
  f.tee(r).get(r).op('f32x4.add').set(r)
  f.get(x).get(r).get(x).op('f32x4.abs').f32x4(tiny).op('f32x4.lt').select32()
  f.release(x, shifted, r)
}

/**
 * The logistic function as e / (1 + e), e = eˣ, within 2.5 ulp; x is bounded by 30, above which it is 1.
 *
 * e is carried as 2⁻⁶⁴ times a number that is never subnormal, so that the last factor rounds once.
 */
export function emitSigmoid(f: FunctionWriter): void {
  clamp(f, -104, 30)
  const { shifted, r } = reduceByLn2(f, 127 + 64)
  emitExpm1OfReduced(f, r)
  f.f32x4(1).op('f32x4.add')
  f.get(shifted).i32(23).op('i32x4.shl').op('f32x4.mul').f32x4(twoToMinus64).op('f32x4.mul')
  f.release(shifted, r)
  const e = keep(f)
  f.get(e).get(e).f32x4(1).op('f32x4.add').op('f32x4.div')
  f.release(e)
}

/**
 * The hyperbolic tangent as t / (t + 2), t = e^(2 |x|) − 1, with the sign of x, within 2.7 ulp; it is 1 from 9.02 on.
 *
 * A rational function of degree 9 over 10, clamped, was off by 5.5 ulp where it nears 1.
 */
export function emitTanh(f: FunctionWriter): void {
  const x = f.local('v128')
  f.tee(x).get(x).op('f32x4.add').op('f32x4.abs').f32x4(18.04).op('f32x4.pmin')
  const { shifted, r } = reduceByLn2(f, 127)
  emitExpm1OfReduced(f, r)
  f.get(shifted).i32(23).op('i32x4.shl').tee(shifted)
  multiplyAdd32(f, () => f.get(shifted).f32x4(-1).op('f32x4.add'))
  f.tee(r).get(r).f32x4(2).op('f32x4.add').op('f32x4.div')
  emitSignOf(f, x)
  f.release(x, shifted, r)
}
