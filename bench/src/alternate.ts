/** Taking turns, so that what the machine does beside counts for both alike. */
import { asError } from './as-error.ts'
import type { Slice } from './workload.ts'

/** Works for one slice of time. */
export type Turn = () => Promise<Slice>

/** Two slices that followed each other. */
export interface Pair {
  readonly ours: Slice
  readonly theirs: Slice
}

/** How often, and when to stop after the round that runs, in milliseconds of `performance.now()`. */
export interface Turns {
  readonly rounds: number
  readonly until?: number
}

/**
 * Lets ours and each of the others work in turn: ours, first, ours, second, … and again. At least one round.
 *
 * One that fails is left out from then on, and its error stands in the place of its pairs; an error of ours is thrown.
 */
export async function alternate(
  ours: Turn,
  others: readonly Turn[],
  { rounds, until = Number.POSITIVE_INFINITY }: Turns,
): Promise<(readonly Pair[] | Error)[]> {
  const pairs: Pair[][] = others.map(() => [])
  const failures = new Map<number, Error>()
  for (let round = 0; round < rounds && (round === 0 || performance.now() < until); round++) {
    for (const [i, other] of others.entries()) {
      if (failures.has(i)) continue
      const own = await ours()
      try {
        pairs[i]?.push({ ours: own, theirs: await other() })
      } catch (error) {
        failures.set(i, asError(error))
      }
    }
  }
  return pairs.map((found, i) => failures.get(i) ?? found)
}
