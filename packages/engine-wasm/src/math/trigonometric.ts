/**
 * sin and cos of float32 lanes, accurate for every finite number.
 *
 * x = n π/2 + r with |r| ≤ π/4. Up to 2²⁰ r is found in float64 by two parts of π/2 (Cody and Waite 1980); lanes beyond
 * are redone one by one with as many bits of 2/π as the exponent asks for (Payne and Hanek 1983), in integers. Then
 * sin r = r + r³ s(r²) and cos r = 1 − r²/2 + r⁴ c(r²).
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { emitSignOf, keep, multiplyAdd32, multiplyAdd64, polynomial } from './polynomial.ts'

const roundToInteger = 6755399441055744
const twoOverPi = 0.6366197723675814
// π/2 in two parts; the first has 33 bits, so that its product with n is exact.
const halfPiHigh = 1.5707963267341256
const halfPiLow = 6.077100506506192e-11
const largest = 1048576

// (sin r − r) / r³ and (cos r − 1 + r²/2) / r⁴ of r²: minimax fits of the relative error, `fit/coefficients.py`.
const sineAfterLinear = [-0.16666655242443085, 0.00833215843886137, -0.00019514957966748625]
const cosineAfterSquare = [0.04166664555668831, -0.0013887312961742282, 2.4432785721728578e-5]

/** The sine, within 1.6 ulp; NaN at ±∞. The sign of x is put back at the end, so that −0 stays. */
export function emitSin(f: FunctionWriter): void {
  const x = f.local('v128')
  f.tee(x).op('f32x4.abs')
  emitTurned(f, 0)
  emitSignOf(f, x)
  f.release(x)
}

/** The cosine, within 1.6 ulp; NaN at ±∞. */
export function emitCos(f: FunctionWriter): void {
  f.op('f32x4.abs')
  emitTurned(f, 1)
}

interface Reduced {
  /** The multiple of π/2, modulo 4 at least. */
  readonly n: Local
  readonly r: Local
}

/** The sine of so many quarter turns and x ≥ 0. */
function emitTurned(f: FunctionWriter, quarters: number): void {
  const x = keep(f)
  const { n, r } = reduce(f, x)
  emitReduceLarge(f, x, { n, r })
  f.release(x)
  if (quarters !== 0) f.get(n).i32x4(quarters).op('i32x4.add').set(n)
  const z = f.local('v128')
  f.get(r).get(r).op('f32x4.mul').set(z)
  emitCosine(f, z)
  emitSine(f, r, z)
  // All ones where n is odd.
  f.get(n).i32(31).op('i32x4.shl').i32(31).op('i32x4.shr_s').select32()
  f.get(n).i32x4(2).op('v128.and').i32(30).op('i32x4.shl').op('v128.xor')
  f.release(n, r, z)
}

function emitCosine(f: FunctionWriter, z: Local): void {
  polynomial(f, z, cosineAfterSquare)
  f.get(z)
  multiplyAdd32(f, () => f.f32x4(-0.5))
  f.get(z)
  multiplyAdd32(f, () => f.f32x4(1))
}

function emitSine(f: FunctionWriter, r: Local, z: Local): void {
  polynomial(f, z, sineAfterLinear)
  f.get(z).op('f32x4.mul').get(r)
  multiplyAdd32(f, () => f.get(r))
}

/** n and r of the lanes that are not large, two at a time. */
function reduce(f: FunctionWriter, x: Local): Reduced {
  const low = reducePair(f, () => f.get(x))
  const high = reducePair(f, () => f.get(x).get(x).shuffle32(2, 3, 2, 3))
  f.get(low.n).get(high.n).shuffle32(0, 2, 4, 6).set(low.n)
  f.get(low.r).op('f32x4.demote_f64x2_zero').get(high.r).op('f32x4.demote_f64x2_zero')
  f.shuffle32(0, 1, 4, 5).set(low.r)
  f.release(high.n, high.r)
  return low
}

/** Of the two lower lanes; n is in the low word of each float64, to which adding 1.5·2⁵² has brought it. */
function reducePair(f: FunctionWriter, x: () => void): Reduced {
  const n = f.local('v128')
  const r = f.local('v128')
  const k = f.local('v128')
  x()
  f.op('f64x2.promote_low_f32x4').tee(r).f64x2(twoOverPi)
  multiplyAdd64(f, () => f.f64x2(roundToInteger))
  f.tee(n).f64x2(roundToInteger).op('f64x2.sub').set(k)
  for (const part of [halfPiHigh, halfPiLow]) {
    f.get(k).f64x2(-part)
    multiplyAdd64(f, () => f.get(r))
    f.set(r)
  }
  f.release(k)
  return { n, r }
}

/** Puts n and r of the lanes above `largest` in their places; NaN for ∞. Skipped where there are none. */
function emitReduceLarge(f: FunctionWriter, x: Local, { n, r }: Reduced): void {
  const turning = f.local('v128')
  f.get(x).f32x4(largest).op('f32x4.gt').op('v128.any_true')
  f.if(() => {
    f.get(x).set(turning)
    // Each round works on lane 0 and turns the vectors by one, so that after four they are as they were.
    f.repeat(4, () => {
      f.get(turning).lane('f32x4.extract_lane', 0).f32(largest).op('f32.gt')
      f.if(() => emitReduceLane(f, turning, { n, r }))
      for (const local of [turning, n, r]) f.get(local).get(local).shuffle32(1, 2, 3, 0).set(local)
    })
    f.get(r).get(x).get(x).op('f32x4.sub').op('f32x4.add').set(r)
  })
  f.release(turning)
}

// The bits of 2/π behind 8 zeros, the first ones highest.
const twoOverPiBits = [
  0xa2f9836e4e4415n,
  0x29fc2757d1f534ddn,
  0xc0db6295993c4390n,
  0x41fe5163abdebbc5n,
] as const
// π/2 · 2⁻⁶⁴: a quarter turn is 2⁶⁴ units.
const unitsPerQuarter = 8.515303950216386e-20

/**
 * Lane 0: x = m 2ᵉ. The product of m and the bits of 2ᵉ 2/π from 2¹ down, in units of 2⁻⁶², is n modulo 4 and, to 62
 * bits, the fraction.
 */
function emitReduceLane(f: FunctionWriter, x: Local, { n, r }: Reduced): void {
  const bits = f.local('i32')
  const product = f.local('i64')
  f.get(x).lane('i32x4.extract_lane', 0).set(bits)
  emitProduct(f, bits)
  f.set(product)
  f.get(n)
    .get(product)
    .i64(1n << 61n)
    .op('i64.add')
    .i64(62n)
    .op('i64.shr_u')
    .op('i32.wrap_i64')
  f.lane('i32x4.replace_lane', 0).set(n)
  f.get(r).get(product).i64(2n).op('i64.shl').op('f64.convert_i64_s').f64(unitsPerQuarter)
  f.op('f64.mul').op('f32.demote_f64').lane('f32x4.replace_lane', 0).set(r)
  f.release(bits, product)
}

/** The mantissa of the float32 `bits` times the 96 bits of 2/π that its exponent asks for, without the lowest 32. */
function emitProduct(f: FunctionWriter, bits: Local): void {
  const first = f.local('i64')
  const mantissa = f.local('i64')
  // e = exponent − 150, and bit e − 2 of 2/π is number e + 6 of the table.
  f.get(bits).i32(23).op('i32.shr_u').i32(144).op('i32.sub').op('i64.extend_i32_u').set(first)
  const words = [0, 1, 2].map((at) => chooseWord(f, first, at))
  const [high, middle, low] = words as [Local, Local, Local]
  f.get(bits).i32(0x7fffff).op('i32.and').i32(0x800000).op('i32.or')
  f.op('i64.extend_i32_u').tee(mantissa)
  emitWindow(f, first, high, middle)
  f.op('i64.mul')
  emitWindow(f, first, middle, low)
  f.i64(32n).op('i64.shr_u').get(mantissa).op('i64.mul').i64(32n).op('i64.shr_u').op('i64.add')
  f.release(first, mantissa, ...words)
}

/** Word `at` of the table, or the next one where bit `first` stands in the second word. */
function chooseWord(f: FunctionWriter, first: Local, at: number): Local {
  const word = f.local('i64')
  f.i64(twoOverPiBits[at + 1] as bigint).i64(twoOverPiBits[at] as bigint)
  f.get(first).i64(6n).op('i64.shr_u').op('i32.wrap_i64').op('select').set(word)
  return word
}

/** 64 bits of two words from bit `first` on, of which shifts see the low 6 bits. */
function emitWindow(f: FunctionWriter, first: Local, high: Local, low: Local): void {
  f.get(high).get(first).op('i64.shl')
  // In two steps, because a shift by 64 would be one by 0.
  f.get(low).i64(1n).op('i64.shr_u').i64(-1n).get(first).op('i64.sub').op('i64.shr_u').op('i64.or')
}
