/** A check: one thing that must hold of a layer, looked at in one case. */
import { type Shape, shapeAt } from '@chainrule/program'
import type { CheckName } from './case.ts'
import type { Finding } from './finding.ts'
import type { Lab } from './lab.ts'
import { type Difference, difference, type Tolerance } from './tolerances.ts'

export interface Check {
  readonly name: CheckName
  /** What holds where it passes, in the present tense. */
  readonly title: string
  /** Whether there is anything to look at; where left out, always. */
  applies?(lab: Lab): boolean
  run(lab: Lab): Promise<readonly Finding[]> | readonly Finding[]
}

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
  details: Partial<Finding> & Pick<Finding, 'help'> & { readonly problem: string },
): Finding[] {
  const rows = details.rows ?? lab.rows
  const apart = difference(found, expected, tolerance)
  if (apart === undefined) return []
  const { problem, ...rest } = details
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
