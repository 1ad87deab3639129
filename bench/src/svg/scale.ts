/** From values to places on a picture. */

export interface Scale {
  readonly at: (value: number) => number
  readonly ticks: readonly number[]
}

export type ScaleKind = 'linear' | 'log'

/** A scale over the values, from one place to another; ticks at round numbers unless they are given. */
export function scaleOf(
  kind: ScaleKind,
  values: readonly number[],
  [from, to]: readonly [number, number],
  given?: readonly number[],
): Scale {
  const known = values.filter((value) => Number.isFinite(value) && (kind === 'linear' || value > 0))
  const all = known.length === 0 ? [1] : known
  return kind === 'log' ? logScale(all, from, to, given) : linearScale(all, from, to)
}

/** From 0 to a round number above. */
function linearScale(values: readonly number[], from: number, to: number): Scale {
  const most = Math.max(...values)
  const rough = most / 4
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10) * magnitude
  const top = Math.ceil(most / step) * step
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step)
  return { at: (value) => from + (value / top) * (to - from), ticks }
}

/** Over whole powers of ten, or exactly over ticks that are given. */
function logScale(
  values: readonly number[],
  from: number,
  to: number,
  given?: readonly number[],
): Scale {
  const low =
    given === undefined
      ? Math.floor(Math.log10(Math.min(...values)))
      : Math.log10(Math.min(...given))
  const high =
    given === undefined
      ? Math.ceil(Math.log10(Math.max(...values)))
      : Math.log10(Math.max(...given))
  const span = high - low || 1
  const powers = Array.from({ length: Math.round(span) + 1 }, (_, i) => 10 ** (low + i))
  return {
    at: (value) => from + ((Math.log10(value) - low) / span) * (to - from),
    ticks: given ?? powers,
  }
}

/** `5.7M`, `33k`, `0.01`. */
export function short(value: number): string {
  const rounded = Number.isInteger(value) && value < 1e4 ? value : Number(value.toPrecision(3))
  if (rounded >= 1e6) return `${rounded / 1e6}M`
  return rounded >= 1e4 ? `${rounded / 1e3}k` : String(rounded)
}
