/** `pow` on float32 lanes, against the float64 rule of `@chainrule/program`. */
import { pow, threefry2x32 } from '@chainrule/program'
import { describe, expect, it } from 'vitest'
import { emitPow } from '../src/math/pow.ts'
import { compileLanes, type Lanes } from './support/lanes.ts'
import { fromBits, ulpError, updateWorst, type Worst } from './support/ulp.ts'

const capacity = 65536
const compile = (relaxed: boolean): Lanes => compileLanes({ relaxed }, 2, capacity, emitPow)
const both = [compile(false), compile(true)] as const
const infinity = Number.POSITIVE_INFINITY

/** The largest error in both modes, over pairs that `pair` makes of random words. */
function worstError(rounds: number, pair: (a: number, b: number) => [number, number]): number {
  const scratch = new Int32Array(2)
  const expected = new Float64Array(capacity)
  const worst: Worst = { error: 0, operands: [] }
  for (let round = 0; round < rounds; round++) {
    set(capacity, (i) => {
      threefry2x32(1, 2, round, i, scratch)
      return pair((scratch[0] as number) >>> 0, (scratch[1] as number) >>> 0)
    })
    const [xs, ys] = both[0].operands as [Float32Array, Float32Array]
    for (let i = 0; i < capacity; i++) expected[i] = pow(xs[i] as number, ys[i] as number)
    for (const lanes of both) {
      lanes.run(capacity)
      updateWorst(worst, lanes, expected, capacity)
    }
  }
  return worst.error
}

/** Gives both modes their first operands. */
function set(count: number, pair: (i: number) => readonly [number, number]): void {
  for (let i = 0; i < count; i++) {
    const [x, y] = pair(i)
    for (const { operands } of both) {
      ;(operands[0] as Float32Array)[i] = x
      ;(operands[1] as Float32Array)[i] = y
    }
  }
}

describe('pow', () => {
  // The bound is that of 2³⁰ pairs by `bench/math-error.ts`, rounded up.
  it('is within 1.4 units in the last place for any bits', () => {
    expect(worstError(8, (a, b) => [fromBits(a), fromBits(b)])).toBeLessThanOrEqual(1.4)
  })

  it('is within 1.4 units in the last place where the result is neither 0 nor infinite', () => {
    const middling = (a: number, b: number): [number, number] => {
      const x = Math.abs(fromBits(a))
      return [x, ((b / 2 ** 31 - 1) * 150) / Math.max(Math.abs(Math.log2(x)), 1e-6)]
    }
    expect(worstError(16, middling)).toBeLessThanOrEqual(1.4)
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

  const pairs = special.flatMap((x) => special.map((y) => [x, y] as const))
  const padded = Math.ceil(pairs.length / 4) * 4

  it('has the special cases of the rule', () => {
    set(padded, (i) => pairs[i] ?? [1, 1])
    for (const { operands, result, run } of both) {
      const [xs, ys] = operands as [Float32Array, Float32Array]
      run(padded)
      for (const i of pairs.keys()) {
        const exact = pow(xs[i] as number, ys[i] as number)
        const message = `${xs[i]}^${ys[i]}`
        // Beside the special cases there are ordinary ones here; those have errors.
        if (exact === 0 || Math.abs(exact) === 1) expect(result[i], message).toBe(exact)
        else expect(ulpError(result[i] as number, exact), message).toBeLessThan(1.4)
      }
    }
  })

  it('depends on neither the place of a lane nor its neighbours', () => {
    for (const lanes of both) {
      const bits = new Uint32Array(lanes.result.buffer, lanes.result.byteOffset, capacity)
      set(padded, (i) => pairs[i] ?? [1, 1])
      lanes.run(padded)
      const together = bits.slice(0, pairs.length)
      set(4 * pairs.length, (i) => pairs[i >> 2] as readonly [number, number])
      lanes.run(4 * pairs.length)
      for (const i of pairs.keys()) {
        if (Number.isNaN(lanes.result[4 * i])) continue
        expect([...bits.subarray(4 * i, 4 * i + 4)]).toEqual(new Array(4).fill(together[i]))
      }
    }
  })

  it('gives x and x x exactly', () => {
    set(capacity, (i) => [fromBits(i * 65521), 1 + (i & 1)])
    for (const { operands, result, run } of both) {
      const [xs, ys] = operands as [Float32Array, Float32Array]
      run(capacity)
      const expected = xs.map((x, i) => (ys[i] === 1 ? x : x * x))
      expect(result.slice()).toEqual(expected.slice())
    }
  })
})
