/**
 * A line search for the strong Wolfe conditions: how far to go along a direction d, so that the loss falls enough for the
 * way (Armijo), and is about as low there as it gets (curvature). φ(t) = L(W + t d).
 */

/** A place on the line. */
export interface Probe {
  readonly t: number
  /** φ(t). */
  readonly loss: number
  /** φ'(t) = ∂L/∂W · d. */
  readonly slope: number
  /** ∂L/∂W there. */
  readonly gradient: Float64Array
}

/** φ may rise above its first slope by no more than this share. */
const armijo = 1e-4
/** The slope must fall to this share of the first. */
const curvature = 0.9
const maxProbes = 25
/** A bracket is narrow enough where no parameter changes by more than this. */
const narrow = 1e-15

export interface Line {
  /** Looks at W + t d. */
  probe(t: number): Probe
  /** t = 0. */
  readonly start: Probe
  /** The first t to try. */
  readonly first: number
  /** max |d_i|. */
  readonly size: number
}

/**
 * The place that is found; `undefined` where no place is lower. Yields between its probes. A place where the loss is not
 * finite counts as too high.
 *
 * Equation   φ(t) ≤ φ(0) + 10⁻⁴ t φ'(0)  and  |φ'(t)| ≤ 0.9 |φ'(0)|
 * Source     Nocedal and Wright 2006, algorithms 3.5 and 3.6, with the safeguards of Schmidt's minFunc, as PyTorch 1.13.
 */
export function* strongWolfe(line: Line): Generator<undefined, Probe | undefined> {
  const { probe, start, first } = line
  const search = new Search(line)
  let [previous, current] = [start, probe(first)]
  for (let probes = 1; probes < maxProbes; probes++) {
    yield undefined
    if (search.isTooHigh(current) || (probes > 1 && current.loss >= previous.loss))
      return yield* search.zoom(previous, current, probes)
    if (search.isFlat(current)) return current
    if (current.slope >= 0) return yield* search.zoom(current, previous, probes)
    const [nearest, farthest] = [current.t + 0.01 * (current.t - previous.t), 10 * current.t]
    const t = lowestOfCubic(previous, current, nearest, farthest)
    ;[previous, current] = [current, probe(t)]
  }
  return search.lower(current)
}

class Search {
  readonly #line: Line

  constructor(line: Line) {
    this.#line = line
  }

  isTooHigh({ t, loss, slope }: Probe): boolean {
    const { start } = this.#line
    const isKnown = Number.isFinite(loss) && Number.isFinite(slope)
    return !isKnown || loss > start.loss + armijo * t * start.slope
  }

  isFlat({ slope }: Probe): boolean {
    return Math.abs(slope) <= -curvature * this.#line.start.slope
  }

  /** The place itself, where it is lower than the start. */
  lower(place: Probe): Probe | undefined {
    return place.t > 0 && !this.isTooHigh(place) ? place : undefined
  }

  /** Between the two lies a place that fulfils both conditions; `low` is the lower one that fulfils the first. */
  *zoom(low: Probe, high: Probe, probes: number): Generator<undefined, Probe | undefined> {
    const { probe, size } = this.#line
    let isSlow = false
    for (; probes < maxProbes && Math.abs(high.t - low.t) * size > narrow; probes++) {
      const [least, most] = [Math.min(low.t, high.t), Math.max(low.t, high.t)]
      const wanted = lowestOfCubic(low, high, least, most)
      const t = awayFromEnds(wanted, least, most, isSlow)
      isSlow = t === wanted && isNearEnd(wanted, least, most)
      const found = probe(t)
      yield undefined
      if (this.isTooHigh(found) || found.loss >= low.loss) {
        high = found
        continue
      }
      if (this.isFlat(found)) return found
      if (found.slope * (high.t - low.t) >= 0) high = low
      low = found
    }
    return this.lower(low)
  }
}

const isNearEnd = (t: number, least: number, most: number): boolean =>
  Math.min(most - t, t - least) < 0.1 * (most - least)

/** A place near an end is taken once; the second time, and at the end itself, a tenth of the bracket is left before it. */
function awayFromEnds(t: number, least: number, most: number, isSlow: boolean): number {
  if (!isNearEnd(t, least, most) || (!isSlow && t > least && t < most)) return t
  const margin = 0.1 * (most - least)
  return most - t < t - least ? most - margin : least + margin
}

/** Where the cubic through both places, with their slopes, is lowest, kept within bounds; their middle where it is not. */
function lowestOfCubic(a: Probe, b: Probe, least: number, most: number): number {
  const [left, right] = a.t <= b.t ? [a, b] : [b, a]
  const d1 = left.slope + right.slope - (3 * (left.loss - right.loss)) / (left.t - right.t)
  const square = d1 * d1 - left.slope * right.slope
  const d2 = Math.sqrt(square)
  const share = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2)
  const t = right.t - (right.t - left.t) * share
  return Number.isFinite(t) ? Math.min(Math.max(t, least), most) : (least + most) / 2
}
