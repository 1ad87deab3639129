/**
 * Data that no network can learn by heart, so that a long run works on ordinary numbers to its end: with a loss near 0
 * gradients become subnormal, and the processor slow.
 */

import { placesOf } from './family.ts'
import type { Arrays } from './work-folder.ts'
import type { NetworkWorkload } from './workload.ts'

/** Different inputs of a classification; rows beyond repeat them, with classes of their own. */
const prototypes = 256

/** Inputs and targets: evenly drawn numbers or tokens, and classes or numbers that do not depend on them. */
export function madeData({ sizes, loss, rows, family }: NetworkWorkload): Omit<Arrays, 'weights'> {
  const [features = 0] = sizes
  const outputs = sizes.at(-1) ?? 0
  const draw = evenDraws(1)
  const distinct = loss === 'cross-entropy' ? prototypes : rows
  const whole = (below: number) => (): number => Math.floor(((draw() + 1) / 2) * below)
  const input = family?.tokens === undefined ? draw : whole(family.tokens)
  const drawn = Float32Array.from({ length: Math.min(distinct, rows) * features }, input)
  const inputs = new Float32Array(rows * features)
  for (let at = 0; at < inputs.length; at += drawn.length)
    inputs.set(drawn.subarray(0, Math.min(drawn.length, inputs.length - at)), at)
  const targets =
    loss === 'cross-entropy'
      ? Int32Array.from({ length: rows * placesOf({ family }) }, whole(outputs))
      : Float32Array.from({ length: rows * outputs }, draw)
  return { inputs, targets }
}

/** Numbers in [-1, 1), the same for the same seed: Marsaglia's xorshift of 32 bits. */
export function evenDraws(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state / 2 ** 31
  }
}
