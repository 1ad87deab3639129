/** `pow` on float32 lanes, against the float64 rule of `@chainrule/program`. */
import { draw24, pow } from '@chainrule/program'
import { describe, expect, it } from 'vitest'
import { emitPow } from '../src/math/pow.ts'
import { compileLanes } from './support/lanes.ts'
import { fromBits, ulpError } from './support/ulp.ts'

const capacity = 65536
const both = [false, true].map((relaxed) => compileLanes({ relaxed }, 2, capacity, emitPow))
const infinity = Number.POSITIVE_INFINITY

/** The largest error in both modes, over pairs that `pair` makes of random words. */
function worstError(rounds: number, pair: (a: number, b: number) => [number, number]): number {
  const scratch = new Int32Array(2)
  let worst = 0
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < capacity; i++) {
      const word = draw24(1, 2, round, i, scratch) << 8
      const [x, y] = pair(
        (word ^ (scratch[0] as number & 0xff)) >>> 0,
        (scratch[1] as number) >>> 0,
      )
      for (const { operands } of both) {
        ;(operands[0] as Float32Array)[i] = x
        ;(operands[1] as Float32Array)[i] = y
      }
    }
    for (const { operands, result, run } of both) {
      run(capacity)
      const [xs, ys] = operands as [Float32Array, Float32Array]
      for (let i = 0; i < capacity; i++) {
        const expected = pow(xs[i] as number, ys[i] as number)
        worst = Math.max(worst, ulpError(result[i] as number, expected))
      }
    }
  }
  return worst
}

describe('pow', () => {
  it('is within 1.5 units in the last place for any bits', () => {
    expect(worstError(8, (a, b) => [fromBits(a), fromBits(b)])).toBeLessThanOrEqual(1.5)
  })

  it('is within 1.5 units in the last place where the result is neither 0 nor infinite', () => {
    const middling = (a: number, b: number): [number, number] => {
      const x = Math.abs(fromBits(a))
      return [x, ((b / 2 ** 31 - 1) * 150) / Math.max(Math.abs(Math.log2(x)), 1e-6)]
    }
    expect(worstError(16, middling)).toBeLessThanOrEqual(1.5)
  })

  const special = [
    0,
    -0,
    1,
    -1,
    2,
    -2,
    3,
    -3,
    0.5,
    -0.5,
    1.5,
    1e-40,
    -1e-40,
    16777216,
    -16777215,
    1e30,
    -1e30,
    3.4028234663852886e38,
    infinity,
    -infinity,
    Number.NaN,
  ]

  it('has the special cases of the rule', () => {
    for (const { operands, result, run } of both) {
      const [xs, ys] = operands as [Float32Array, Float32Array]
      const pairs = special.flatMap((x) => special.map((y) => [x, y] as const))
      for (const [i, [x, y]] of pairs.entries()) {
        xs[i] = x
        ys[i] = y
      }
      run(Math.ceil(pairs.length / 4) * 4)
      for (const i of pairs.keys()) {
        const [x, y] = [xs[i] as number, ys[i] as number]
        const expected = Math.fround(pow(x, y))
        const exact = Object.is(result[i], expected)
        expect(exact || ulpError(result[i] as number, pow(x, y)) < 1.5, `${x}^${y}`).toBe(true)
        if (expected === 0 || Math.abs(expected) === 1) expect(result[i]).toBe(expected)
      }
    }
  })

  it('gives x and x x exactly', () => {
    for (const { operands, result, run } of both) {
      const [xs, ys] = operands as [Float32Array, Float32Array]
      for (let i = 0; i < capacity; i++) {
        xs[i] = fromBits(i * 65521)
        ys[i] = 1 + (i & 1)
      }
      run(capacity)
      const expected = xs.map((x, i) => (ys[i] === 1 ? x : x * x))
      expect(result.slice()).toEqual(expected.slice())
    }
  })
})
