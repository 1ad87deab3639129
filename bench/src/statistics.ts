/** What several slices in turn come to. */

/** The value at a share of the sorted values, between neighbours in proportion; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  return low + (high - low) * (place - Math.floor(place))
}

/** The middle value; the mean of the middle two of an even number. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Half of what lies between the quartiles, as a share of the median: ± 0.05 is 5 %. 0 of one value. */
export function spread(values: readonly number[]): number {
  const middle = median(values)
  return middle === 0 ? 0 : (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / middle
}

export interface Summary {
  /** The median of ours and of theirs, in the workload's unit. */
  readonly ours: number
  readonly theirs: number
  /** The median of the ratios of neighbours, so that what slows both at once does not count; above 1 we are faster. */
  readonly ratio: number
  readonly spread: number
}

/** Sums up rounds of an alternation. */
export function summarise(
  rounds: readonly { readonly ours: number; readonly theirs: number; readonly ratio: number }[],
): Summary {
  const ratios = rounds.map(({ ratio }) => ratio)
  return {
    ours: median(rounds.map(({ ours }) => ours)),
    theirs: median(rounds.map(({ theirs }) => theirs)),
    ratio: median(ratios),
    spread: spread(ratios),
  }
}
