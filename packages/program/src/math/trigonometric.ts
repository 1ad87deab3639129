/**
 * sin and cos in float64 with + − × ÷ only, so that every machine gets the same bits; accurate for every finite number.
 *
 * x = n π/2 + r + tail, |r| ≤ π/4: up to 2²⁰ by three parts of π/2 (Cody and Waite 1980), beyond by as many digits of 2/π
 * as the exponent asks for (Payne and Hanek 1983), which is slow (about 1 µs) but allocates only there. The
 * polynomials are Chebyshev fits by `test/fixtures/derive-polynomials.py`.
 */
import { highWord, powerOfTwo, productError } from './bits.ts'

const twoOverPi = 0.6366197723675814
// π/2 in three parts; the first two have 33 bits, so that their products with n < 2²⁰ are exact.
const halfPi1 = 1.5707963267341256
const halfPi2 = 6.077100506303966e-11
const halfPi3 = 2.0222662487959506e-21

/** The sine, within 1 ulp; NaN at ±∞. */
export function sin(x: number): number {
  return Math.abs(x) < 7e-9 ? x : sineTurned(x, 0)
}

/** The cosine, within 1 ulp; NaN at ±∞. */
export function cos(x: number): number {
  return sineTurned(x, 1)
}

/** The sine of x plus so many quarter turns. */
function sineTurned(x: number, quarters: number): number {
  if (Math.abs(x) <= 0.7853981633974483) return sineOfParts(quarters, x, 0)
  if (!(Math.abs(x) <= 1048576)) return sineTurnedLarge(x, quarters)
  const n = Math.floor(x * twoOverPi + 0.5)
  const first = x - n * halfPi1
  const second = n * halfPi2
  const difference = first - second
  // The exact loss of the subtraction (Knuth's two-sum): close to a multiple of π/2 it is what counts.
  const back = difference - first
  const lost = first - (difference - back) - (second + back)
  const third = n * halfPi3 - lost
  const r = difference - third
  return sineOfParts(n + quarters, r, difference - r - third)
}

function sineOfParts(quarters: number, r: number, tail: number): number {
  const y = (quarters & 1) === 0 ? sineNearZero(r, tail) : cosineNearZero(r, tail)
  return (quarters & 2) === 0 ? y : -y
}

function sineNearZero(r: number, tail: number): number {
  const z = r * r
  const polynomial =
    -0.16666666666666666 +
    z *
      (0.008333333333330948 +
        z *
          (-0.0001984126983675712 +
            z * (2.755731610179909e-6 + z * (-2.5051131688000297e-8 + z * 1.5918117983848815e-10))))
  return r + (r * z * polynomial + tail * (1 - 0.5 * z))
}

function cosineNearZero(r: number, tail: number): number {
  const z = r * r
  const polynomial =
    0.041666666666666664 +
    z *
      (-0.0013888888888887398 +
        z *
          (2.4801587298764778e-5 +
            z *
              (-2.7557317271258515e-7 + z * (2.0876146170183976e-9 + z * -1.1382625349447592e-11))))
  const half = 0.5 * z
  const leading = 1 - half
  return leading + (1 - leading - half + (z * z * polynomial - r * tail))
}

const digitsOfTwoOverPi = 1216n
const twoOverPiDigits = BigInt(
  '0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea' +
    '09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1f' +
    'f897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a52' +
    '92ea6bfb5fb11f8d5d0856033046fc7b6bab',
)
const halfPiHigh = 1.5707963267948966
const halfPiLow = 6.123233995736766e-17

function sineTurnedLarge(x: number, quarters: number): number {
  const a = Math.abs(x)
  if (!(a < Number.POSITIVE_INFINITY)) return Number.NaN
  const exponent = (highWord(a) >> 20) - 1075
  const mantissa = BigInt(a * powerOfTwo(-exponent))
  const turns = (mantissa * twoOverPiDigits) >> (digitsOfTwoOverPi - BigInt(exponent) - 128n)
  const n = (turns + (1n << 127n)) >> 128n
  const fraction = turns - (n << 128n)
  const high = Number(fraction)
  const low = Number(fraction - BigInt(high)) * powerOfTwo(-128)
  const scaled = high * powerOfTwo(-128)
  const r = scaled * halfPiHigh
  const tail = productError(scaled, halfPiHigh, r) + (scaled * halfPiLow + low * halfPiHigh)
  const quarter = Number(n & 3n)
  return x < 0
    ? sineOfParts(quarters - quarter, -r, -tail)
    : sineOfParts(quarters + quarter, r, tail)
}
