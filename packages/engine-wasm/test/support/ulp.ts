/** Distances between a float32 and the exact value, in units in the last place. */

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
