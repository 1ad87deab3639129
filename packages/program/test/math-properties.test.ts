/** Laws of the functions of `src/math`, and the promise that their bits are the same on every machine. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { productError } from '../src/math/bits.ts'
import { erf } from '../src/math/error-function.ts'
import { exp, expm1, sigmoid, tanh } from '../src/math/exponential.ts'
import { log, log1p } from '../src/math/logarithm.ts'
import { pow } from '../src/math/pow.ts'
import { cos, sin } from '../src/math/trigonometric.ts'

const epsilon = Number.EPSILON
const seeded = { seed: 20261123, numRuns: 2000 }

function within(low: number, high: number): fc.Arbitrary<number> {
  return fc.double({ min: low, max: high, noNaN: true })
}

/** Asserts that two numbers agree to `ulps` units of the last place, roughly. */
function close(actual: number, expected: number, ulps: number): void {
  const scale = Math.max(Math.abs(expected), Number.MIN_VALUE / epsilon)
  expect(Math.abs(actual - expected) / scale / epsilon).toBeLessThanOrEqual(ulps)
}

describe('monotone functions', () => {
  test.each<[string, (x: number) => number, number, number]>([
    ['exp', exp, -750, 712],
    ['expm1', expm1, -45, 45],
    ['log', log, 0, 40],
    ['log1p', log1p, -1, 40],
    ['tanh', tanh, -22, 22],
    ['sigmoid', sigmoid, -750, 40],
    ['erf', erf, -7, 7],
  ])('%s never falls', (_, f, low, high) => {
    const steps = 50_000
    let previous = f(low)
    let falls = 0
    for (let i = 1; i <= steps; i++) {
      const next = f(low + (i / steps) * (high - low))
      if (!(next >= previous)) falls++
      previous = next
    }
    expect(falls).toBe(0)
  })
})

describe('laws', () => {
  test('tanh, erf and sin are odd, cos is even, to the bit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(tanh(-x)).toBe(-tanh(x))
        expect(erf(-x)).toBe(-erf(x))
        expect(sin(-x)).toBe(-sin(x))
        expect(cos(-x)).toBe(cos(x))
      }),
      seeded,
    )
  })

  test('exp undoes log', () => {
    fc.assert(
      fc.property(within(1e-300, 1e300), (x) => close(exp(log(x)), x, 2 + 2 * Math.abs(log(x)))),
      seeded,
    )
  })

  test('log1p undoes expm1 near zero, where exp and log lose everything', () => {
    fc.assert(
      fc.property(within(-0.5, 0.5), (x) => close(log1p(expm1(x)), x, 6)),
      seeded,
    )
    expect(expm1(1e-20)).toBe(1e-20)
    expect(log1p(1e-20)).toBe(1e-20)
  })

  test('exp turns sums into products', () => {
    fc.assert(
      fc.property(within(-300, 300), within(-300, 300), (x, y) =>
        close(exp(x + y), exp(x) * exp(y), 4 + Math.abs(x + y)),
      ),
      seeded,
    )
  })

  test('sigmoid x and sigmoid −x sum to one', () => {
    fc.assert(
      fc.property(within(-700, 700), (x) => close(sigmoid(x) + sigmoid(-x), 1, 2)),
      seeded,
    )
  })

  test('sigmoid is half of one plus tanh of the half', () => {
    fc.assert(
      fc.property(within(0, 40), (x) => close(sigmoid(x), 0.5 + 0.5 * tanh(0.5 * x), 3)),
      seeded,
    )
  })

  test('the squares of sin and cos sum to one, however large the argument', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) =>
        close(sin(x) * sin(x) + cos(x) * cos(x), 1, 2),
      ),
      seeded,
    )
  })

  test('pow with an integer exponent is the repeated product', () => {
    fc.assert(
      fc.property(within(-30, 30), fc.integer({ min: 3, max: 12 }), (x, n) => {
        let product = 1
        for (let i = 0; i < n; i++) product *= x
        if (Math.abs(product) > 1e-290) close(pow(x, n), product, n)
      }),
      seeded,
    )
  })

  test('pow is exact for powers of two', () => {
    for (let k = 0, power = 1; k <= 1023; k++, power *= 2) expect(pow(2, k)).toBe(power)
    for (let k = 0, power = 1; k >= -1074; k--, power /= 2) expect(pow(2, k)).toBe(power)
  })

  test('pow with one half is the square root', () => {
    fc.assert(
      fc.property(within(1e-300, 1e300), (x) => close(pow(x, 0.5), Math.sqrt(x), 1)),
      seeded,
    )
  })

  test('a product and its error are the exact product', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        const product = a * b
        expect(BigInt(product) + BigInt(productError(a, b, product))).toBe(BigInt(a) * BigInt(b))
      }),
      seeded,
    )
  })
})

/** FNV-1a over the bytes of f at 10,000 arguments in low…high, made by a linear congruence. */
function fingerprint(f: (x: number) => number, low: number, high: number): string {
  const values = new Float64Array(10_000)
  for (let i = 0, state = 1; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values[i] = f(low + (state / 4294967296) * (high - low))
  }
  const view = new DataView(new ArrayBuffer(8))
  let hash = 0x811c9dc5
  for (const value of values) {
    view.setFloat64(0, value)
    for (let byte = 0; byte < 8; byte++) hash = Math.imul(hash ^ view.getUint8(byte), 0x01000193)
  }
  return (hash >>> 0).toString(16)
}

describe('the bits', () => {
  // A trained network's weights hang on these: whoever changes one changes what a seed gives.
  test.each<[string, (x: number) => number, number, number, string]>([
    ['exp', exp, -30, 30, '98f473de'],
    ['expm1', expm1, -5, 5, '84a90623'],
    ['log', log, 0, 100, '8defdd9'],
    ['log1p', log1p, -1, 10, '1626fe7a'],
    ['tanh', tanh, -10, 10, '114d74b3'],
    ['sigmoid', sigmoid, -30, 30, '687247af'],
    ['erf', erf, -6, 6, '12244f72'],
    ['sin', sin, -100, 100, '11d7b4b5'],
    ['cos', cos, -1e9, 1e9, '986bb77b'],
    ['pow', (x) => pow(x, 1.7), 0, 10, 'cfc245c1'],
  ])('of %s are those of every other machine', (_, f, low, high, expected) => {
    expect(fingerprint(f, low, high)).toBe(expected)
  })
})
