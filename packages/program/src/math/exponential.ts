/**
 * exp, expm1 and the functions made of them, in float64 with + − × ÷ only, so that every machine gets the same bits.
 *
 * Reduction by Cody and Waite 1980, Software Manual for the Elementary Functions: x = k ln 2 + r, |r| ≤ ln 2 / 2.
 * The polynomial is a Chebyshev fit by `test/fixtures/derive-polynomials.py`.
 */
import { powerOfTwo } from './bits.ts'

// ln 2 in two parts; the first has 32 bits, so that its product with an exponent is exact.
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10

/** r²/2 + r³/6 + …, that is eʳ − 1 − r. */
function afterLinear(r: number): number {
  const s = r * r
  const even =
    0.16666666666666669 +
    s *
      (0.008333333333330032 +
        s * (0.00019841269863201828 + s * (2.7557268229963227e-6 + s * 2.5100494788905042e-8)))
  const odd =
    0.041666666666666664 +
    s *
      (0.0013888888888886532 +
        s * (2.480158731725034e-5 + s * (2.755728280527787e-7 + s * 2.0911314678813155e-9)))
  return s * (0.5 + r * (even + r * odd))
}

/**
 * The exponential of `x` + `tail`, where `tail` is far smaller than `x` or both are small.
 */
export function expOfSum(x: number, tail: number): number {
  if (x > 710) return Number.POSITIVE_INFINITY
  // Negated, and with a maximum that keeps it, because of NaN.
  if (!(x > -746)) return Math.max(x, 0)
  const k = Math.floor(x * Math.LOG2E + 0.5)
  const high = x - k * ln2High
  const low = k * ln2Low - tail
  const r = high - low
  const y = 1 + (r + (high - r - low + afterLinear(r)))
  // In two factors: 2^k itself may be out of range where the result is not.
  const half = k >> 1
  return y * powerOfTwo(half) * powerOfTwo(k - half)
}

/**
 * The exponential function, within 1 ulp; subnormal results included.
 */
export function exp(x: number): number {
  return expOfSum(x, 0)
}

/**
 * eˣ − 1 without cancellation near 0, within 1.5 ulp.
 */
export function expm1(x: number): number {
  if (!(x > -2 && x < 40)) return expOfSum(x, 0) - 1
  if (Math.abs(x) < 5e-17) return x
  const k = Math.floor(x * Math.LOG2E + 0.5)
  const high = x - k * ln2High
  const low = k * ln2Low
  const r = high - low
  const rest = high - r - low + afterLinear(r)
  const scale = powerOfTwo(k)
  return scale - 1 + scale * r + scale * rest
}

/**
 * The hyperbolic tangent, within 2.5 ulp.
 *
 * Equation   tanh x = t / (t + 2) = 1 − 2 / (t + 2),  t = e²ˣ − 1
 */
export function tanh(x: number): number {
  const a = Math.abs(x)
  if (a < 1e-8) return x
  if (a > 20) return x < 0 ? -1 : 1
  const t = expm1(2 * a)
  const y = a > 0.55 ? 1 - 2 / (t + 2) : t / (t + 2)
  return x < 0 ? -y : y
}

/**
 * The logistic function 1 / (1 + e⁻ˣ), within 2.5 ulp; it never overflows on the way.
 */
export function sigmoid(x: number): number {
  const e = expOfSum(-Math.abs(x), 0)
  return (x >= 0 ? 1 : e) / (1 + e)
}
