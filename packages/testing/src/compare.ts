/** Comparing what runs leave behind, and what a finding says where it differs. */
import type { CheckName } from './case.ts'
import type { Finding } from './finding.ts'
import type { Lab } from './lab.ts'
import type { Measured, Results } from './run.ts'
import type { Details } from './subject.ts'
import { type Difference, difference, type Tolerance } from './tolerances.ts'

/** Two tensors that should be the same, as a report speaks of them. */
export interface Pair {
  readonly quantity: string
  readonly found: Measured | undefined
  readonly expected: Measured | undefined
}

/** Each tensor that a run should leave behind, with what was found of it. */
export function pairsOf(found: Results, expected: Results): Pair[] {
  return Object.entries(expected).map(([quantity, measured]) => {
    return { quantity, found: found[quantity], expected: measured }
  })
}

/** What is said of a pair that is not the same. */
export type Report = Details & { readonly problem: string }

const nothing: Measured = { shape: [0], values: [] }

/** A finding where two tensors differ by more than is allowed. */
export function compare(
  lab: Lab,
  check: CheckName,
  { quantity, found = nothing, expected = nothing }: Pair,
  tolerance: Tolerance,
  { problem, ...details }: Report,
): Finding[] {
  const apart = difference(found.values, expected.values, tolerance)
  if (apart === undefined) return []
  return [
    lab.finding(check, `${problem}${share(apart)}`, {
      quantity,
      element: elementAt(expected.shape, apart.index),
      found: apart.found,
      expected: apart.expected,
      allowed: apart.allowed,
      rows: lab.rows,
      ...details,
    }),
  ]
}

const share = ({ count, of }: Difference): string =>
  of === 1 ? '' : `, in ${count} of ${of} elements`

/** The place of an element along each axis. */
export function elementAt(shape: readonly number[], index: number): number[] {
  let left = index
  return shape
    .toReversed()
    .map((size) => {
      const at = size === 0 ? 0 : left % size
      left = size === 0 ? 0 : Math.floor(left / size)
      return at
    })
    .reverse()
}

/** A finding where a bit differs. */
export function compareBits(
  lab: Lab,
  check: CheckName,
  { quantity, found = nothing, expected = nothing }: Pair,
  { problem, ...details }: Report,
): Finding[] {
  const index = firstUnlike(found.values, expected.values)
  if (index === undefined) return []
  return [
    lab.finding(check, problem, {
      quantity,
      element: elementAt(expected.shape, index),
      found: found.values[index] ?? Number.NaN,
      expected: expected.values[index] ?? Number.NaN,
      ...details,
    }),
  ]
}

/** The first element whose bits differ. */
function firstUnlike(x: ArrayLike<number>, y: ArrayLike<number>): number | undefined {
  for (let i = 0; i < Math.max(x.length, y.length); i++) if (!Object.is(x[i], y[i])) return i
  return undefined
}

/** Whether all that two runs left behind has the same bits. */
export function sameBits(first: Results, other: Results): boolean {
  return Object.entries(first).every(
    ([name, { values }]) => firstUnlike(values, other[name]?.values ?? []) === undefined,
  )
}

/** A finding for each tensor that has an element which is not finite. */
export function notFinite(
  lab: Lab,
  check: CheckName,
  results: Results,
  { problem, ...details }: Report,
): Finding[] {
  return Object.entries(results).flatMap(([quantity, { shape, values }]) => {
    for (let i = 0; i < values.length; i++) {
      const found = values[i] ?? Number.NaN
      if (Number.isFinite(found)) continue
      return [
        lab.finding(check, problem, { quantity, element: elementAt(shape, i), found, ...details }),
      ]
    }
    return []
  })
}

/** The results with the entry before their names. */
export function named(entry: string, results: Results): Results {
  return Object.fromEntries(
    Object.entries(results).map(([name, measured]) => [`${entry}: ${name}`, measured]),
  )
}

/** Σ x ⊙ y, and the size of its terms. */
export function inner(x: ArrayLike<number>, y: ArrayLike<number>): { sum: number; size: number } {
  let [sum, size] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    const term = (x[i] ?? 0) * (y[i] ?? 0)
    sum += term
    size += Math.abs(term)
  }
  return { sum, size }
}
