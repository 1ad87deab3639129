/** Whether a peer does the same work: its first losses or predictions against ours. */

/**
 * Between what was measured: sums in another order differ by up to 6e-5 and an epsilon beside the root by 2e-5, a learning
 * rate that is 10 % off by 8e-4 or more.
 */
const tolerance = 2e-4

/** What differs, or `undefined` where they agree. Each number may be off by a share of the largest. */
export function difference(ours: readonly number[], theirs: readonly number[]): string | undefined {
  if (ours.length !== theirs.length) return `${theirs.length} numbers instead of ${ours.length}`
  const scale = Math.max(...ours.map(Math.abs))
  const off = ours.map((value, i) => Math.abs(value - (theirs[i] ?? Number.NaN)) / scale)
  // Written so that a NaN is a difference.
  const first = off.findIndex((share) => !(share <= tolerance))
  if (first < 0) return undefined
  return `number ${first + 1} is ${theirs[first]?.toPrecision(6)}, ours ${ours[first]?.toPrecision(6)}`
}
