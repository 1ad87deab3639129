/** How far apart the times of a series are, and what the time some rows later is. */
import type { DataWarning } from './errors.ts'
import { columnText, placeOf, type Table } from './table.ts'
import type { TimeType } from './times.ts'

/** The usual step from one time to the next: in seconds or as the numbers have it, or in months. */
export interface Cadence {
  readonly unit: 'time' | 'months'
  readonly step: number
  /** How many steps there are, and how many of them are others. */
  readonly steps: number
  readonly others: number
}

/** The share of other steps up to which one is the usual one: days without weekends have none. */
const mostOthers = 0.1

/** Seconds; December and January alone are one as long as the other. */
const shortestMonth = 28 * 86_400

/** The usual step in series of their own; months where dates keep their place in them. Nothing where none is usual. */
export function cadenceOf(series: readonly Float64Array[], type: TimeType): Cadence | undefined {
  const even = commonest(series, 'time')
  if (type === 'number' || (even?.others === 0 && even.step < shortestMonth)) return usual(even)
  const months = series.map(monthsOf)
  const known = months.filter((each) => each !== undefined)
  const monthly = known.length < months.length ? undefined : commonest(known, 'months')
  return usual(monthly) ?? usual(even)
}

function usual(cadence: Cadence | undefined): Cadence | undefined {
  if (cadence === undefined) return undefined
  return cadence.others <= mostOthers * cadence.steps ? cadence : undefined
}

function commonest(
  series: readonly ArrayLike<number>[],
  unit: Cadence['unit'],
): Cadence | undefined {
  const counts = new Map<number, number>()
  let steps = 0
  for (const times of series) {
    for (let row = 1; row < times.length; row++, steps++) {
      const step = (times[row] ?? 0) - (times[row - 1] ?? 0)
      counts.set(step, (counts.get(step) ?? 0) + 1)
    }
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  return most === undefined ? undefined : { unit, step: most[0], steps, others: steps - most[1] }
}

/** Months since 1970 of dates that all stand at one place of their month, such as its first day. */
function monthsOf(times: Float64Array): number[] | undefined {
  const dates = Array.from(times, (time) => new Date(time * 1000))
  const places = dates.map((date, row) => (times[row] ?? 0) - startOfMonth(date) / 1000)
  if (places.some((place) => place !== places[0])) return undefined
  return dates.map((date) => (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth())
}

const startOfMonth = (date: Date): number => Date.UTC(date.getUTCFullYear(), date.getUTCMonth())

/** The time so many rows later, of dates in seconds since 1970. */
export function timeLater(time: number, rows: number, { unit, step }: Cadence): number {
  if (unit === 'time') return time + rows * step
  const date = new Date(time * 1000)
  const start = startOfMonth(date)
  const later = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + rows * step)
  return time + (later - start) / 1000
}

/** A series with a few gaps: a window and a target `shift` rows later count rows, not hours. */
export function warnUneven(
  cadence: Cadence | undefined,
  table: Table,
  column: string,
): DataWarning[] {
  if (cadence === undefined || cadence.others === 0) return []
  const { steps, others } = cadence
  return [
    {
      code: 'time-uneven',
      message: `${columnText(table, column)}: ${others} of ${steps} steps from row to row are others than usual`,
      help: 'a window and a later target count rows: give the rows that are missing, with empty cells',
      data: { ...placeOf(table, undefined, column), steps, others },
    },
  ]
}
