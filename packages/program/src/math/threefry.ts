/**
 * Random numbers as a function of where they are used: Threefry-2x32 with 20 rounds.
 *
 * Source     Salmon, Moraes, Dror and Shaw 2011, Parallel random numbers: as easy as 1, 2, 3. Matches the known answers
 *            of Random123.
 */

/** Where the functions below put a pair of words. */
export type WordPair = Int32Array

const keyParity = 0x1bd11bda

/**
 * Enciphers a counter with a key; `out` receives both words.
 *
 * Every argument is taken modulo 2³². The rounds are written out: a loop over a table of rotations draws less
 * than half as many a second.
 */
export function threefry2x32(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: WordPair,
): void {
  const key2 = keyParity ^ key0 ^ key1
  let x0 = (counter0 + key0) | 0
  let x1 = (counter1 + key1) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
  x0 = (x0 + key1) | 0
  x1 = (x1 + key2 + 1) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0
  x0 = (x0 + key2) | 0
  x1 = (x1 + key0 + 2) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
  x0 = (x0 + key0) | 0
  x1 = (x1 + key1 + 3) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0
  x0 = (x0 + key1) | 0
  x1 = (x1 + key2 + 4) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
  x0 = (x0 + key2) | 0
  x1 = (x1 + key0 + 5) | 0
  out[0] = x0
  out[1] = x1
}

/**
 * The key for all draws of one use of randomness in one step; `out` receives both words.
 *
 * Equation   threefry(key = (seed, site), counter = (step's low word, high word))
 */
export function drawKey(
  seed: number,
  site: number,
  stepLow: number,
  stepHigh: number,
  out: WordPair,
): void {
  threefry2x32(seed, site, stepLow, stepHigh, out)
}

/**
 * An integer in [0, 2²⁴) for one element of one row; `scratch` is overwritten.
 *
 * Equation   threefry(key, counter = (row, element)), the top 24 bits of the first word
 */
export function draw24(
  key0: number,
  key1: number,
  row: number,
  element: number,
  scratch: WordPair,
): number {
  threefry2x32(key0, key1, row, element, scratch)
  return (scratch[0] as number) >>> 8
}

/**
 * Draws `rows` × `elementsPerRow` integers in [0, 2²⁴) into the head of `out`, row by row.
 *
 * A row's integers depend on its global number `firstRow` + i alone, so that a batch may be drawn in parts.
 */
export function fillDraws(
  out: Int32Array,
  seed: number,
  site: number,
  stepLow: number,
  stepHigh: number,
  firstRow: number,
  rows: number,
  elementsPerRow: number,
): void {
  const pair: WordPair = new Int32Array(2)
  drawKey(seed, site, stepLow, stepHigh, pair)
  const key0 = pair[0] as number
  const key1 = pair[1] as number
  let at = 0
  for (let row = 0; row < rows; row++) {
    for (let element = 0; element < elementsPerRow; element++) {
      out[at++] = draw24(key0, key1, firstRow + row, element, pair)
    }
  }
}
