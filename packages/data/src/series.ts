/** Rows in the order of time: where a series begins and ends, and which rows end a whole window. */
import { DataError } from './errors.ts'
import { cellError, columnOf, placeOf, placeText, type Table, takeTableRows } from './table.ts'
import { readTimes, type TimeType, timeTwice } from './times.ts'

/** How the rows of a table follow each other; part of the preprocessing. */
export interface Series {
  /** The column by which rows are ordered. */
  readonly time: string
  readonly type: TimeType
  /** The column that tells several series in one table apart. */
  readonly group?: string
  /** How many rows an input takes at once; left out, one, without an axis of its own. */
  readonly window?: number
}

/** A table in the order of its series. */
export interface Ordered {
  readonly table: Table
  readonly times: Float64Array
  /** The number of each row's series, which stand one after another. */
  readonly group: Int32Array
}

/** Series by series in the order of time. Errors: time-missing, time-invalid, time-twice, value-missing */
export function orderRows(unordered: Table, { time, type, group }: Series): Ordered {
  const times = readTimes(unordered, time, type)
  const groups = group === undefined ? undefined : readGroups(unordered, group)
  const rows = Array.from(times.keys())
  const groupOf = (row: number): number => groups?.[row] ?? 0
  rows.sort((a, b) => groupOf(a) - groupOf(b) || (times[a] ?? 0) - (times[b] ?? 0) || a - b)
  for (const [i, row] of rows.entries()) {
    const before = rows[i - 1]
    if (before === undefined || groupOf(before) !== groupOf(row)) continue
    if (times[before] === times[row])
      throw timeTwice(unordered, time, [before, row], group !== undefined)
  }
  return {
    table: takeTableRows(unordered, rows),
    times: Float64Array.from(rows, (row) => times[row] ?? 0),
    group: Int32Array.from(rows, groupOf),
  }
}

/** A number for each value, in the order in which the file has them. */
function readGroups(table: Table, name: string): number[] {
  const numbers = new Map<string, number>()
  return columnOf(table, name, ', which tells the series apart').cells.map((cell, row) => {
    if (cell === null) {
      const help = 'fill the cell, or leave the row out: nothing says to which series it belongs'
      throw cellError('value-missing', table, row, name, 'the name of the series is missing', help)
    }
    const known = numbers.get(String(cell)) ?? numbers.size
    numbers.set(String(cell), known)
    return known
  })
}

/** The first and last row of each stretch of equal values. */
export function stretchesOf(values: Int32Array): (readonly [first: number, last: number])[] {
  const stretches: (readonly [number, number])[] = []
  let first = 0
  for (let row = 1; row <= values.length; row++) {
    if (row < values.length && values[row] === values[first]) continue
    stretches.push([first, row - 1])
    first = row
  }
  return values.length === 0 ? [] : stretches
}

/** How many rows the longest of them has. */
export function longestStretch(stretches: readonly (readonly [number, number])[]): number {
  return stretches.reduce((longest, [first, last]) => Math.max(longest, last - first + 1), 0)
}

/**
 * The rows that end a window and have what stands `later` rows after them, without leaving their stretch: a window crosses
 * no part of a split and no series.
 */
export function windowEnds(stretch: Int32Array, window: number, later: number): Int32Array {
  const ends: number[] = []
  for (const [first, last] of stretchesOf(stretch))
    for (let row = first + window - 1; row + later <= last; row++) ends.push(row)
  return Int32Array.from(ends)
}

/** `what` is the part, or the file, that has too few rows in a row. */
export function windowTooLong(
  table: Table,
  what: string,
  { window = 1 }: Series,
  later: number,
  longest: number,
): DataError {
  const target = later === 0 ? '' : ` and a target ${later} row${later === 1 ? '' : 's'} later`
  const required = window + later
  return new DataError(
    'window-too-long',
    `${placeText(table)}: ${what} has at most ${longest} rows that follow each other, but a window of ${window}${target} takes ${required}`,
    {
      help: 'take a shorter window, or give more rows',
      data: { ...placeOf(table), window, shift: later, rows: longest, required },
    },
  )
}
