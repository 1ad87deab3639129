/** Distances between a float32 and the exact value, in units in the last place. A float64 stands for the exact value. */

const smallestNormal = 2 ** -126
const largestFinite = 3.4028234663852886e38
const words = new Uint32Array(1)
const floats = new Float32Array(words.buffer)

/** The float32 with these bits. */
export function fromBits(bits: number): number {
  words[0] = bits
  return floats[0] as number
}

/** From one float32 to the next at |y|; of subnormals 2⁻¹⁴⁹. */
export function ulp(y: number): number {
  const magnitude = Math.min(Math.abs(y), largestFinite)
  if (!(magnitude > smallestNormal)) return 2 ** -149
  floats[0] = magnitude
  // Rounding may have led to the next power of two.
  if ((floats[0] as number) > magnitude) words[0] = (words[0] as number) - 1
  words[0] = (words[0] as number) & 0x7f800000
  return (floats[0] as number) * 2 ** -23
}

/**
 * How far `actual` is from `expected`, which is exact; infinite where one is NaN or an infinity and the other is not.
 * Overflow: float32's infinity stands for 2¹²⁸.
 */
export function ulpError(actual: number, expected: number): number {
  if (Number.isNaN(expected)) return Number.isNaN(actual) ? 0 : Number.POSITIVE_INFINITY
  if (Math.abs(expected) === Number.POSITIVE_INFINITY) {
    return actual === expected ? 0 : Number.POSITIVE_INFINITY
  }
  const rounded = Math.fround(expected)
  if (actual === rounded && Math.abs(rounded) === Number.POSITIVE_INFINITY) return 0
  const bounded = Math.max(-(2 ** 128), Math.min(expected, 2 ** 128))
  const near = Math.abs(actual) === Number.POSITIVE_INFINITY ? Math.sign(actual) * 2 ** 128 : actual
  const error = Math.abs(near - bounded) / ulp(bounded)
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error
}

/** The largest error so far, and for which operands. */
export interface Worst {
  error: number
  operands: readonly number[]
}

// 2 / ulp by the exponent's bits, so that a product with it is no less than the error.
const inverseUlps = Float64Array.from({ length: 256 }, (_, exponent) => {
  return 2 / ulp(fromBits(exponent << 23))
})

/**
 * Compares the first results with `expected`. Most are told to be no worse than the worst without their exact error; a
 * zero of the wrong sign counts as infinitely far.
 */
export function updateWorst(
  worst: Worst,
  { operands, result }: { operands: readonly Float32Array[]; result: Float32Array },
  expected: Float64Array,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const y = result[i] as number
    const exact = expected[i] as number
    floats[0] = exact
    const exponent = ((words[0] as number) >>> 23) & 255
    const bound = Math.abs(y - exact) * (inverseUlps[exponent] as number)
    const sameZero = y !== 0 || exact !== 0 || Object.is(y, exact)
    if (bound <= worst.error && sameZero) continue
    const error = sameZero ? ulpError(y, exact) : Number.POSITIVE_INFINITY
    if (error <= worst.error) continue
    worst.error = error
    worst.operands = operands.map((operand) => operand[i] as number)
  }
}
