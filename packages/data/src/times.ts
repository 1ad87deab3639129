/** The column of times by which the rows of a series are ordered: dates, or numbers such as years or seconds. */
import { numberOf, timestampOf } from './cells.ts'
import { DataError } from './errors.ts'
import { type Cell, cellError, columnOf, columnText, type Table, valueText } from './table.ts'

/** What the times of a series are; of dates the seconds since 1970. */
export type TimeType = 'timestamp' | 'number'

/** Numbers where more of the cells are numbers than dates. */
export function guessTimeType(table: Table, name: string): TimeType {
  const { cells } = columnOf(table, name, ', by which the rows are ordered')
  let balance = 0
  for (const cell of cells) {
    if (timestampOf(cell) !== undefined) balance++
    else if (numberOf(cell) !== undefined) balance--
  }
  return balance < 0 ? 'number' : 'timestamp'
}

/** The time of each row. Errors: time-missing, time-invalid, column-not-found */
export function readTimes(table: Table, name: string, type: TimeType): Float64Array {
  const { cells } = columnOf(table, name, ', by which the rows are ordered')
  return Float64Array.from(cells, (cell, row) => {
    const time = type === 'timestamp' ? timestampOf(cell) : numberOf(cell)
    if (time !== undefined && Number.isFinite(time)) return time
    throw cell === null ? missing(table, row, name) : invalid(table, row, name, cell, type)
  })
}

function missing(table: Table, row: number, name: string): DataError {
  const help = 'a row without its time has no place in the series: fill the cell, or leave it out'
  return cellError('time-missing', table, row, name, 'the time is missing', help)
}

function invalid(table: Table, row: number, name: string, cell: Cell, type: TimeType): DataError {
  const help =
    type === 'timestamp'
      ? 'write times as `2024-12-31`, `2024-12-31T23:59` or with a zone as `2024-12-31T23:59Z`'
      : 'the other times are numbers: write this one as a number too'
  return cellError('time-invalid', table, row, name, `${valueText(table, cell)} is no time`, help)
}

/** Two rows of one series at one time; `first` and `again` are rows of the table. */
export function timeTwice(
  table: Table,
  name: string,
  [first, again]: readonly [number, number],
  grouped: boolean,
): DataError {
  const { counts, positions } = table.origin
  const cell = columnOf(table, name).cells[again] ?? null
  const message = `the time ${valueText(table, cell)} stands in ${counts} ${positions[first]} too`
  const help = grouped
    ? 'leave one of the two rows out'
    : 'leave one of the two rows out; several series in one table are told apart by `group=COLUMN`'
  return cellError('time-twice', table, again, name, message, help)
}

/** Which moments a part takes; both ends belong to it, one that is left out is open. */
export interface TimeRange {
  readonly from?: TimeBound
  readonly to?: TimeBound
}

/** A bound as it is written, and what that is: a date, a number, or as `2024` either. */
export interface TimeBound {
  readonly text: string
  /** Seconds since 1970 at which it begins, and at which what follows it begins. */
  readonly date?: { readonly start: number; readonly end: number }
  readonly number?: number
}

/** What a range is for. */
export interface RangeOf {
  readonly table: Table
  /** The column of times. */
  readonly column: string
  readonly type: TimeType
  readonly part: 'train' | 'validate' | 'test'
}

/** Whether a time lies in a range. Errors: split-time */
export function rangeTest({ from, to }: TimeRange, of: RangeOf): (time: number) => boolean {
  if (of.type === 'number') {
    const first = from === undefined ? -Infinity : (from.number ?? refuse(from, of))
    const last = to === undefined ? Infinity : (to.number ?? refuse(to, of))
    return (time) => time >= first && time <= last
  }
  const start = from === undefined ? -Infinity : (from.date ?? refuse(from, of)).start
  const end = to === undefined ? Infinity : (to.date ?? refuse(to, of)).end
  return (time) => time >= start && time < end
}

function refuse(bound: TimeBound, { table, column, type, part }: RangeOf): never {
  const { file } = table.origin
  const [kind, help] =
    type === 'number'
      ? ['numbers', 'write a number such as `..1000`']
      : ['dates', 'write a date such as `2024-12`']
  const message = `the split ends a part at \`${bound.text}\`, but ${columnText(table, column)} of ${file} holds ${kind}`
  throw new DataError('split-time', message, { help, data: { file, part, bound: bound.text } })
}
