/** Statistics of the values that are there; a missing one is NaN and is passed over. Sums run in row order. */

export interface Statistics {
  readonly count: number
  readonly mean: number
  /** Divides by the count, as scikit-learn's StandardScaler does. */
  readonly deviation: number
  readonly minimum: number
  readonly maximum: number
}

export function statisticsOf(values: Float64Array): Statistics {
  let [count, sum, minimum, maximum] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (Number.isNaN(value)) continue
    count++
    sum += value
    minimum = Math.min(minimum, value)
    maximum = Math.max(maximum, value)
  }
  if (minimum === maximum) return { count, mean: minimum, deviation: 0, minimum, maximum }
  const mean = sum / count
  let squares = 0
  for (const value of values) if (!Number.isNaN(value)) squares += (value - mean) * (value - mean)
  return { count, mean, deviation: Math.sqrt(squares / count), minimum, maximum }
}

export function medianOf(values: Float64Array): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  if (sorted.length % 2 === 1) return upper
  const lower = sorted[middle - 1] ?? 0
  return lower + (upper - lower) / 2
}

/** The value that occurs most; among equals the one that stands `before` the others. */
export function mostFrequent<T>(
  values: Iterable<T>,
  before: (a: T, b: T) => boolean,
): T | undefined {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  let best: T | undefined
  let most = 0
  for (const [value, count] of counts) {
    if (count > most || (count === most && best !== undefined && before(value, best))) {
      best = value
      most = count
    }
  }
  return best
}
