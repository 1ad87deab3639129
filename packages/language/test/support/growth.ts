const milliseconds = (work: () => void): number => {
  const before = performance.now()
  work()
  return performance.now() - before
}

/**
 * How many times longer a task takes that is `times` as large: about `times` where its time is linear, the square of that
 * where it is quadratic.
 *
 * The small one is run `times` times, so that both take about as long and other work on the machine slows both alike. It
 * only ever adds to a time, and so does the collection of garbage: the least of a few measurements is the nearest to the
 * truth; more are taken while the ratio seems larger than `plausible`.
 */
export function growth(
  times: number,
  plausible: number,
  small: () => void,
  large: () => void,
): number {
  const least = { small: Number.POSITIVE_INFINITY, large: Number.POSITIVE_INFINITY }
  const repeated = (): void => {
    for (let i = 0; i < times; i++) small()
  }
  const ratio = (): number => (times * least.large) / least.small
  for (let i = 0; i < 12 && (i < 3 || ratio() > plausible); i++) {
    least.small = Math.min(least.small, milliseconds(repeated))
    least.large = Math.min(least.large, milliseconds(large))
  }
  return ratio()
}
