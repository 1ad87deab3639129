import { dayStart, zoneSeconds } from '@chainrule/core'
import type { TimeBound, TimeRange } from '../experiment.ts'

/** Ranges of time as a split names them: `..2024-12`, `2025-01..`, `2024-01..2024-06`. Both ends belong to a range. */

const moment =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[-+]\d{2}:?\d{2})?)?)?)?$/
const decimal = /^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/

/** What is wrong with a range: the text that is no time, or that it ends before it begins. */
export type WrongRange =
  | { readonly wrong: 'form' }
  | { readonly wrong: 'bound'; readonly text: string }
  | { readonly wrong: 'reversed' }

/** Reads `FROM..TO`, of which one side may be empty. */
export function parseTimeRange(text: string): TimeRange | WrongRange {
  const dots = text.indexOf('..')
  const sides = [text.slice(0, dots).trim(), text.slice(dots + 2).trim()] as const
  if (dots < 0 || sides.every((side) => side === '')) return { wrong: 'form' }
  const bounds = sides.map((side) => (side === '' ? undefined : boundOf(side)))
  const odd = sides.find((side, i) => side !== '' && bounds[i] === undefined)
  if (odd !== undefined) return { wrong: 'bound', text: odd }
  const [from, to] = bounds
  const range = { ...(from && { from }), ...(to && { to }) }
  if (from !== undefined && to !== undefined) {
    const known = intervalOf(range)
    if (known === undefined) return { wrong: 'bound', text: sides[1] }
    if (known[0] > known[1]) return { wrong: 'reversed' }
  }
  return range
}

function boundOf(text: string): TimeBound | undefined {
  const date = dateOf(text)
  const number = decimal.test(text) ? Number(text) : undefined
  if (date === undefined && number === undefined) return undefined
  return { text, ...(date && { date }), ...(number !== undefined && { number }) }
}

/** Seconds since 1970 at which a year, month, day, minute or second begins and ends; without a zone it is UTC. */
function dateOf(text: string): TimeBound['date'] | undefined {
  const parts = moment.exec(text)
  if (parts === null) return undefined
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => parts[i])
  const numbers = [year, month, day, hour, minute, second].map((part, i) =>
    part === undefined ? (i < 3 ? 1 : 0) : Number(part),
  )
  const start = secondsAt(numbers)
  if (start === undefined) return undefined
  const zone = zoneSeconds(parts[7])
  const last = [year, month, day, hour, minute, second].findLastIndex((part) => part !== undefined)
  return { start: start - zone, end: endOf(numbers, start, last) - zone }
}

/** Nothing for what the calendar does not have. */
function secondsAt([
  year = 0,
  month = 1,
  day = 1,
  hour = 0,
  minute = 0,
  second = 0,
]: readonly number[]): number | undefined {
  const midnight = dayStart(year, month, day)
  if (midnight === undefined || hour > 23 || minute > 59 || second > 59) return undefined
  return midnight + (hour * 60 + minute) * 60 + second
}

/** `last` is the place of the finest part that is written, from the year at 0. */
function endOf([year = 0, month = 1]: readonly number[], start: number, last: number): number {
  if (last === 0) return secondsAt([year + 1]) ?? start
  if (last === 1) return secondsAt(month === 12 ? [year + 1] : [year, month + 1]) ?? start
  return start + ([86_400, 3600, 60, 1][last - 2] ?? 0)
}

/** First and last time of a range, of dates in seconds; nothing where one side is a date and the other a number. */
function intervalOf({ from, to }: TimeRange): readonly [number, number] | undefined {
  if (areAll('date', from, to))
    // The last moment before a date ends.
    return [from?.date?.start ?? -Infinity, (to?.date?.end ?? Infinity) - 1e-3]
  return areAll('number', from, to)
    ? [from?.number ?? -Infinity, to?.number ?? Infinity]
    : undefined
}

function areAll(kind: 'date' | 'number', ...bounds: readonly (TimeBound | undefined)[]): boolean {
  return bounds.every((bound) => bound === undefined || bound[kind] !== undefined)
}

/** Whether some time lies in both ranges. Of dates and numbers at most one kind fits the data, which say so. */
export function overlap(one: TimeRange, other: TimeRange): boolean {
  const bounds = [one.from, one.to, other.from, other.to]
  if (!areAll('date', ...bounds) && !areAll('number', ...bounds)) return false
  const [a, b] = [intervalOf(one), intervalOf(other)]
  return a !== undefined && b !== undefined && a[0] <= b[1] && b[0] <= a[1]
}
