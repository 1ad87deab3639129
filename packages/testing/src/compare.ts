/** Comparing what runs leave behind, and what a finding says where it differs. */
import { type Shape, shapeAt, type Values } from '@chainrule/program'
import type { CheckName } from './case.ts'
import type { Finding } from './finding.ts'
import type { Lab } from './lab.ts'
import type { Details } from './subject.ts'
import { type Difference, difference, type Tolerance } from './tolerances.ts'

/** A tensor that is compared, as a report speaks of it. */
export interface Compared {
  readonly quantity: string
  readonly shape: Shape
  readonly found: ArrayLike<number>
  readonly expected: ArrayLike<number>
}

/** A finding where two tensors differ by more than is allowed. */
export function compare(
  lab: Lab,
  check: CheckName,
  { quantity, shape, found, expected }: Compared,
  tolerance: Tolerance,
  details: Details & { readonly problem: string },
): Finding[] {
  const apart = difference(found, expected, tolerance)
  if (apart === undefined) return []
  const { problem, rows = lab.rows, ...rest } = details
  return [
    lab.finding(check, `${problem}${share(apart)}`, {
      quantity,
      element: elementAt(shapeAt(shape, rows), apart.index),
      found: apart.found,
      expected: apart.expected,
      allowed: apart.allowed,
      rows,
      ...rest,
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

/** The first element whose bits differ. */
export function firstUnlike(x: ArrayLike<number>, y: ArrayLike<number>): number | undefined {
  for (let i = 0; i < Math.max(x.length, y.length); i++) if (!Object.is(x[i], y[i])) return i
  return undefined
}

/** A finding for each tensor that has an element which is not finite. */
export function notFinite(
  lab: Lab,
  check: CheckName,
  tensors: Readonly<Record<string, Values>>,
  { problem, ...details }: Details & { readonly problem: string },
): Finding[] {
  return Object.entries(tensors).flatMap(([name, values]) => {
    const index = values.findIndex((value) => !Number.isFinite(value))
    if (index < 0) return []
    const found = values[index] ?? Number.NaN
    return [lab.finding(check, problem, { quantity: name, element: [index], found, ...details })]
  })
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
