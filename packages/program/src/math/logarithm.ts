/**
 * log and log1p in float64 with + − × ÷ only, so that every machine gets the same bits.
 *
 * x = 2ⁿ (1 + f) with 1 + f in [√½, √2), and log(1 + f) = 2 artanh(f / (2 + f)) arranged around f so that its leading
 * term is exact (Tang 1990, Table-driven implementation of the logarithm function, section on polynomials). The polynomial is
 * a Chebyshev fit by `test/fixtures/derive-polynomials.py`.
 */
import { highWord, powerOfTwo } from './bits.ts'

const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10
const highWordOfSqrtHalf = 0x3fe6a09e

/** n ln 2 + log(1 + f) + tail. */
function logOfParts(n: number, f: number, tail: number): number {
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const even =
    0.666666666666667 +
    w * (0.2857142862609589 + w * (0.18182890556695602 + w * 0.1461703754879165))
  const odd = 0.3999999999989924 + w * (0.2222221111514416 + w * 0.1533167403016786)
  const half = 0.5 * f * f
  const rest = s * (half + z * (even + z * odd)) + (n * ln2Low + tail)
  return n * ln2High + (f - (half - rest))
}

/**
 * The natural logarithm, within 1 ulp; −∞ at 0, NaN below.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  if (x < 2.2250738585072014e-308) return logOfSubnormal(x)
  const n = (highWord(x) - highWordOfSqrtHalf) >> 20
  return logOfParts(n, x * powerOfTwo(-n) - 1, 0)
}

function logOfSubnormal(x: number): number {
  const scaled = x * 18014398509481984
  const n = (highWord(scaled) - highWordOfSqrtHalf) >> 20
  return logOfParts(n - 54, scaled * powerOfTwo(-n) - 1, 0)
}

/**
 * log(1 + x) without cancellation near 0, within 1 ulp; −∞ at −1, NaN below.
 */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  if (Math.abs(x) < 5e-17) return x
  if (x > -0.2928 && x < 0.4142) return logOfParts(0, x, 0)
  const u = 1 + x
  // What the addition has lost, to first order in the logarithm: log(u + lost) = log u + lost / u.
  const lost = x > 1 ? 1 - (u - x) : x - (u - 1)
  const n = (highWord(u) - highWordOfSqrtHalf) >> 20
  return logOfParts(n, u * powerOfTwo(-n) - 1, lost / u)
}
