/**
 * xʸ in float64 with + − × ÷ only, so that every machine gets the same bits.
 *
 * The logarithm is carried as a sum of two numbers (about 100 bits; Dekker 1971), because y multiplies its error. It is
 * the series of 2 artanh(s), s = (m − 1) / (m + 1), whose coefficients 2 / (2n + 1) need no fit.
 */
import { highWord, powerOfTwo, productError } from './bits.ts'
import { expOfSum } from './exponential.ts'

const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10
const twoThirdsHigh = 0.6666666666666666
const twoThirdsLow = 3.700743415417188e-17

/**
 * x to the power y, within 1 ulp, with the special cases of IEEE 754-2019 (section 9.2.1).
 *
 * pow(x, 0) = pow(1, y) = 1 even for NaN, and pow(−1, ±∞) = 1, unlike `Math.pow`; pow(x, 1) = x and
 * pow(x, 2) = x x exactly. A negative x wants an integer y, otherwise the result is NaN; 0 and ∞ keep the
 * sign of x where y is odd.
 */
export function pow(x: number, y: number): number {
  if (y === 2) return x * x
  if (y === 0 || x === 1) return 1
  if (y === 1 || Number.isNaN(x)) return x
  if (Number.isNaN(y)) return y
  if (x > 0) return powOfPositive(x, y)
  const magnitude = powOfPositive(-x, y)
  if (isOdd(y)) return x < 0 || 1 / x < 0 ? -magnitude : magnitude
  return x === 0 || Math.floor(y) === y || x === Number.NEGATIVE_INFINITY ? magnitude : Number.NaN
}

function isOdd(y: number): boolean {
  const half = 0.5 * y
  return Math.floor(y) === y && Math.floor(half) !== half
}

/** aʸ for a ≥ 0 and y ≠ 0. */
function powOfPositive(a: number, y: number): number {
  if (a === 1) return 1
  if (a === 0 || a === Number.POSITIVE_INFINITY || !(Math.abs(y) < 1e20)) {
    return a > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0
  }
  const shift = a < 2.2250738585072014e-308 ? 54 : 0
  const scaled = shift === 0 ? a : a * 18014398509481984
  const k = (highWord(scaled) - 0x3fe6a09e) >> 20
  return powOfParts(k - shift, scaled * powerOfTwo(-k), y)
}

/** (2ᵏ m)ʸ for m in [√½, √2): s = (m − 1) / (m + 1) in two parts. */
function powOfParts(k: number, m: number, y: number): number {
  const f = m - 1
  const g = m + 1
  const gLost = m - (g - 1)
  const s = f / g
  const back = s * g
  const sLow = (f - back - productError(s, g, back) - s * gLost) / g
  return powOfQuotient(k, s, sLow, y)
}

/** log = k ln 2 + 2 s + s³ (2/3 + s² (2/5 + …)), then e^(y log). */
function powOfQuotient(k: number, s: number, sLow: number, y: number): number {
  const z = s * s
  const zLow = productError(s, s, z) + 2 * s * sLow
  const t = z * afterTwoThirds(z)
  const c = twoThirdsHigh + t
  const cLow = twoThirdsHigh - c + t + twoThirdsLow
  const d = z * c
  const dLow = productError(z, c, d) + (z * cLow + zLow * c)
  const e = s * d
  const eLow = productError(s, d, e) + (s * dLow + sLow * d)
  const near = 2 * s + e
  const nearLow = 2 * s - near + e + (2 * sLow + eLow)
  const far = k * ln2High
  const sum = far + near
  return expOfProduct(sum, far - sum + near + (nearLow + k * ln2Low), y)
}

/** 2/5 + 2/7 z + 2/9 z² + … for z ≤ (3 − √8)². */
function afterTwoThirds(z: number): number {
  const w = z * z
  const even = 2 / 5 + w * (2 / 9 + w * (2 / 13 + w * (2 / 17 + w * (2 / 21 + w * (2 / 25)))))
  const odd = 2 / 7 + w * (2 / 11 + w * (2 / 15 + w * (2 / 19 + w * (2 / 23))))
  return even + z * odd
}

function expOfProduct(log: number, logLow: number, y: number): number {
  const high = log + logLow
  const low = log - high + logLow
  const product = y * high
  return expOfSum(product, productError(y, high, product) + y * low)
}
