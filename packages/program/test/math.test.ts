/** Each function of `src/math` against values recorded to far more digits, and at the ends of its domain. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { erf } from '../src/math/error-function.ts'
import { exp, expm1, sigmoid, tanh } from '../src/math/exponential.ts'
import { log, log1p } from '../src/math/logarithm.ts'
import { pow } from '../src/math/pow.ts'
import { cos, sin } from '../src/math/trigonometric.ts'

type Row = readonly number[]
const { vectors } = JSON.parse(
  readFileSync(new URL('./fixtures/math.json', import.meta.url), 'utf8'),
) as { vectors: Readonly<Record<string, readonly Row[]>> }

/** The distance from |y| to the next larger float64. */
function lastPlace(y: number): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(y))
  view.setBigInt64(0, view.getBigInt64(0) + 1n)
  return view.getFloat64(0) - Math.abs(y)
}

function worstError(rows: readonly Row[], compute: (row: Row) => number): [number, Row] {
  let worst: [number, Row] = [0, []]
  for (const row of rows) {
    const [expected = Number.NaN, rest = Number.NaN] = row.slice(-2)
    const error = Math.abs((compute(row) - expected) / lastPlace(expected) - rest)
    if (!(error <= worst[0])) worst = [error, row]
  }
  return worst
}

const unary = { exp, expm1, log, log1p, tanh, sigmoid, erf, sin, cos }
type Unary = keyof typeof unary

describe('accuracy', () => {
  // The bounds are the worst of 120,000 random arguments, rounded up; the worst arguments are among the recorded ones.
  test.each<[Unary, number]>([
    ['exp', 1],
    ['expm1', 1.3],
    ['log', 0.85],
    ['log1p', 0.85],
    ['tanh', 2.4],
    ['sigmoid', 2.2],
    ['erf', 1.4],
    ['sin', 0.85],
    ['cos', 0.85],
  ])('%s is within %f units in the last place', (name, bound) => {
    const rows = vectors[name] ?? []
    expect(rows.length).toBeGreaterThan(100)
    const [error, row] = worstError(rows, ([x = Number.NaN]) => unary[name](x))
    expect(error, `at ${row}`).toBeLessThanOrEqual(bound)
  })

  test('pow is within 0.9 units in the last place', () => {
    const rows = vectors['pow'] ?? []
    expect(rows.length).toBeGreaterThan(100)
    const [error, row] = worstError(rows, ([x = Number.NaN, y = Number.NaN]) => pow(x, y))
    expect(error, `at ${row}`).toBeLessThanOrEqual(0.9)
  })
})

const nan = Number.NaN
const infinity = Number.POSITIVE_INFINITY

describe('the ends of the domain', () => {
  test.each<[Unary, number, number]>([
    ['exp', 0, 1],
    ['exp', -0, 1],
    ['exp', 709.79, infinity],
    ['exp', -746, 0],
    ['exp', -745.13, 5e-324],
    ['exp', infinity, infinity],
    ['exp', -infinity, 0],
    ['exp', nan, nan],
    ['expm1', 0, 0],
    ['expm1', -0, -0],
    ['expm1', 710, infinity],
    ['expm1', -800, -1],
    ['expm1', infinity, infinity],
    ['expm1', -infinity, -1],
    ['expm1', nan, nan],
    ['log', 1, 0],
    ['log', 0, -infinity],
    ['log', -0, -infinity],
    ['log', -1, nan],
    ['log', -infinity, nan],
    ['log', infinity, infinity],
    ['log', nan, nan],
    ['log1p', 0, 0],
    ['log1p', -0, -0],
    ['log1p', -1, -infinity],
    ['log1p', -1.5, nan],
    ['log1p', infinity, infinity],
    ['log1p', nan, nan],
    ['tanh', 0, 0],
    ['tanh', -0, -0],
    ['tanh', 25, 1],
    ['tanh', -infinity, -1],
    ['tanh', infinity, 1],
    ['tanh', nan, nan],
    ['sigmoid', 0, 0.5],
    ['sigmoid', 800, 1],
    ['sigmoid', -800, 0],
    ['sigmoid', infinity, 1],
    ['sigmoid', -infinity, 0],
    ['sigmoid', nan, nan],
    ['erf', 0, 0],
    ['erf', -0, -0],
    ['erf', 7, 1],
    ['erf', infinity, 1],
    ['erf', -infinity, -1],
    ['erf', nan, nan],
    ['sin', 0, 0],
    ['sin', -0, -0],
    ['sin', infinity, nan],
    ['sin', nan, nan],
    ['cos', 0, 1],
    ['cos', -0, 1],
    ['cos', -infinity, nan],
    ['cos', nan, nan],
  ])('%s(%d) is %d', (name, x, expected) => {
    expect(unary[name](x)).toBe(expected)
  })

  test.each<[number, number, number]>([
    [nan, 0, 1],
    [1, nan, 1],
    [1, infinity, 1],
    [-1, -infinity, 1],
    [-1, infinity, 1],
    [nan, 1, nan],
    [2, nan, nan],
    [-1, 0.5, nan],
    [-8, 1 / 3, nan],
    [-2, 3, -8],
    [-2, 4, 16],
    [-2, -1, -0.5],
    [0, 3, 0],
    [-0, 3, -0],
    [-0, 4, 0],
    [-0, 0.5, 0],
    [0, -3, infinity],
    [-0, -3, -infinity],
    [-0, -2.5, infinity],
    [0, infinity, 0],
    [0, -infinity, infinity],
    [0.5, infinity, 0],
    [0.5, -infinity, infinity],
    [2, infinity, infinity],
    [-2, -infinity, 0],
    [infinity, 0.5, infinity],
    [infinity, -0.5, 0],
    [-infinity, 3, -infinity],
    [-infinity, 2.5, infinity],
    [-infinity, -3, -0],
    [2, 1024, infinity],
    [-2, 1025, -infinity],
    [2, -1075, 0],
    [2, -1074, 5e-324],
    [2, 1e300, infinity],
    [1 - 1e-9, 1e300, 0],
    [-1, 9007199254740991, -1],
    [-1, 9007199254740992, 1],
    [3, 1, 3],
    [1.1, 2, 1.1 * 1.1],
  ])('pow(%d, %d) is %d', (x, y, expected) => {
    expect(pow(x, y)).toBe(expected)
  })
})
