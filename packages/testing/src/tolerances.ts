/** How far numbers may be apart. One table by dtype; whoever needs more says why. */

/** Two numbers may be `absolute` + `relative` · size apart. */
export interface Tolerance {
  readonly relative: number
  readonly absolute: number
}

/** How far two numbers may be apart, by the dtype in which they were computed, and a gradient from finite differences. */
export const tolerances: Readonly<Record<'f64' | 'f32' | 'finiteDifference', Tolerance>> = {
  f64: { relative: 1e-12, absolute: 1e-13 },
  f32: { relative: 1e-5, absolute: 1e-6 },
  /** Central differences in float64 with steps of 1e-5: truncation 1e-10, rounding 1e-11, times the third derivative. */
  finiteDifference: { relative: 1e-7, absolute: 1e-8 },
}

/** An element that is too far from what is expected, and how many others are. */
export interface Difference {
  readonly index: number
  readonly found: number
  readonly expected: number
  readonly allowed: number
  /** How many elements differ, of how many. */
  readonly count: number
  readonly of: number
}

/**
 * The element that is furthest from what is expected, where one is too far. Sizes are those of the largest element of the
 * whole tensor: a sum whose terms cancel is off by the size of the terms, not of what is left. What is not finite must
 * be the same.
 */
export function difference(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative, absolute }: Tolerance,
): Difference | undefined {
  const of = Math.max(found.length, expected.length)
  const allowed = absolute + relative * magnitude(expected)
  let [index, worst, count] = [-1, 0, 0]
  for (let i = 0; i < of; i++) {
    const [f = Number.NaN, e = Number.NaN] = [found[i], expected[i]]
    if (Object.is(f, e) || f === e || Math.abs(f - e) <= allowed) continue
    count++
    const apart = Number.isFinite(f - e) ? Math.abs(f - e) : Number.POSITIVE_INFINITY
    if (apart > worst) [index, worst] = [i, apart]
  }
  if (index < 0) return undefined
  const at = (list: ArrayLike<number>): number => list[index] ?? Number.NaN
  return { index, found: at(found), expected: at(expected), allowed, count, of }
}

/** The largest finite absolute value. */
function magnitude(values: ArrayLike<number>): number {
  let largest = 0
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] ?? 0)
    if (Number.isFinite(size) && size > largest) largest = size
  }
  return largest
}
