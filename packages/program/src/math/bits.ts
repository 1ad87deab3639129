/** The bit patterns of float64, for the functions beside this file: exponents read and powers of two made exactly. */

// Read and written within one call, never kept: reinterpreting bits has no other spelling without allocation.
const scratch = new Float64Array(1)
const words = new Int32Array(scratch.buffer)
const highIndex = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0

/** Sign, exponent and the 20 leading fraction bits of `x`. */
export function highWord(x: number): number {
  scratch[0] = x
  return words[highIndex] as number
}

const smallestExponent = -1074
const powers = makePowers()

function makePowers(): Float64Array {
  const table = new Float64Array(1023 - smallestExponent + 1)
  for (let k = 0, power = 1; k <= 1023; k++, power *= 2) table[k - smallestExponent] = power
  for (let k = 0, power = 1; k >= smallestExponent; k--, power /= 2) {
    table[k - smallestExponent] = power
  }
  return table
}

/** 2^k for an integer k in −1074…1023. */
export function powerOfTwo(k: number): number {
  return powers[k - smallestExponent] as number
}

/**
 * What the rounding of `product` = a b has lost, so that a b = product + error.
 *
 * Source     Dekker 1971, A floating-point technique for extending the available precision; splitting by Veltkamp.
 */
export function productError(a: number, b: number, product: number): number {
  const wideA = 134217729 * a
  const highA = wideA - (wideA - a)
  const lowA = a - highA
  const wideB = 134217729 * b
  const highB = wideB - (wideB - b)
  const lowB = b - highB
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB)
}
