/** What a raw cell says as a number, a truth value or a point in time; `undefined` where it says nothing of the kind. */
import { dayStart, zoneSeconds } from '@chainrule/program'
import type { Cell } from './table.ts'

/** What the cells of a column are read as. */
export type ColumnType = 'number' | 'integer' | 'category' | 'boolean' | 'timestamp'

/** A column type whose cells become one number. */
export type NumericType = 'number' | 'integer' | 'timestamp'

const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/
const infinite = /^[-+]?inf(?:inity)?$/i

/** A decimal number, or an infinity where one is written or a number is too large. */
export function numberOf(cell: Cell): number | undefined {
  if (typeof cell === 'number') return cell
  if (typeof cell !== 'string') return undefined
  const short = shortDecimal(cell)
  if (short !== undefined) return short
  const text = cell.trim()
  if (decimal.test(text)) return Number(text)
  if (!infinite.test(text)) return undefined
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

const powersOfTen = Array.from({ length: 16 }, (_, power) => Number(`1e${power}`))

/**
 * A decimal of at most 15 digits and nothing else, which most cells of a table are: in a fifth of the time, and to the same bit.
 * Whole numbers below 2^53 and these powers of ten are exact, so that their quotient is rounded once, as `Number` rounds.
 */
function shortDecimal(text: string): number | undefined {
  const { length } = text
  if (length > 15) return undefined
  const { minus, plus, point, zero, nine } = signs
  const sign = text.charCodeAt(0)
  let whole = 0
  let digits = 0
  let before = -1
  for (let at = sign === minus || sign === plus ? 1 : 0; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code >= zero && code <= nine) {
      whole = whole * 10 + (code - zero)
      digits++
    } else if (code === point && before < 0) before = digits
    else return undefined
  }
  if (digits === 0) return undefined
  const value = before < 0 ? whole : whole / (powersOfTen[digits - before] ?? 1)
  return sign === minus ? -value : value
}

const signs = { minus: 45, plus: 43, point: 46, zero: 48, nine: 57 } as const

const truths: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['false', false],
  ['no', false],
])

/** `true`, `yes`, `false`, `no` in any case. */
export function booleanOf(cell: Cell): boolean | undefined {
  if (typeof cell === 'boolean') return cell
  return typeof cell === 'string' ? truths.get(cell.trim().toLowerCase()) : undefined
}

/** As `booleanOf`, and 0 and 1: for a column that was declared boolean. */
export function declaredBooleanOf(cell: Cell): boolean | undefined {
  const number = numberOf(cell)
  return number === 0 || number === 1 ? number === 1 : booleanOf(cell)
}

const moment =
  /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*(Z|[-+]\d{2}:?\d{2})?)?)?$/i

/** Seconds since 1970 of an ISO 8601 date or date and time; without a zone it is UTC on every machine. */
export function timestampOf(cell: Cell): number | undefined {
  if (typeof cell !== 'string') return undefined
  const parts = moment.exec(cell.trim())
  if (parts === null) return undefined
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) =>
    Number(parts[i] ?? (i === 3 ? 1 : 0)),
  ) as [number, number, number, number, number, number]
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const midnight = dayStart(year, month, day)
  if (midnight === undefined) return undefined
  const time = (hour * 60 + minute) * 60 + second + Number(parts[7] ?? 0)
  return midnight + time - zoneSeconds(parts[8])
}

/** The number that a cell of a numeric column stands for. */
export function numericOf(cell: Cell, type: NumericType): number | undefined {
  return type === 'timestamp' ? timestampOf(cell) : numberOf(cell)
}

/** The level that a cell stands for: `8` and `8.0` are one level of an integer column, two of a category. */
export function levelOf(cell: Exclude<Cell, null>, type: ColumnType): string {
  if (type === 'boolean') return String(declaredBooleanOf(cell) ?? cell)
  if (type === 'integer' || type === 'number') return String(numberOf(cell) ?? cell)
  return spellingOf(cell)
}

/** The text of a cell as the file has it. */
export function spellingOf(cell: Exclude<Cell, null>): string {
  return String(cell).trim()
}

/** Levels in the order of the classes: by value where all are numbers, else by code unit on every machine. */
export function sortLevels(levels: Iterable<string>): string[] {
  const all = [...levels]
  const numeric = all.every((level) => decimal.test(level))
  if (numeric) return all.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1))
  return all.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}
