/** The cells of a column as values of its type, checked row by row; the first that does not fit is the error. */
import {
  type ColumnType,
  declaredBooleanOf,
  levelOf,
  type NumericType,
  numericOf,
} from './cells.ts'
import { columnStatement, type Reading } from './column-errors.ts'
import { numberLike } from './number-like.ts'
import { type Cell, type Column, cellError, type Table, valueText } from './table.ts'

/** Stands for a missing value in what `readNumbers` returns: data never hold NaN, for a cell that is NaN is an error. */
export const missingNumber = Number.NaN

/** Errors: text-in-number, text-in-timestamp, not-integer, non-finite */
export function readNumbers(
  table: Table,
  { name, cells }: Column,
  type: NumericType,
  reading: Reading = 'fitting',
): Float64Array {
  const values = new Float64Array(cells.length)
  for (const [row, cell] of cells.entries()) {
    values[row] = cell === null ? missingNumber : readNumber(table, row, name, cell, type, reading)
  }
  return values
}

function readNumber(
  table: Table,
  row: number,
  name: string,
  cell: Exclude<Cell, null>,
  type: NumericType,
  reading: Reading,
): number {
  const value = numericOf(cell, type)
  if (value === undefined) throw notNumeric(table, row, name, cell, type, reading)
  if (!Number.isFinite(value)) {
    const help = 'leave the cell empty (in JSON or memory: `null`) where the value is not known'
    throw cellError(
      'non-finite',
      table,
      row,
      name,
      `${valueText(table, cell)} is not a finite number`,
      help,
    )
  }
  if (type === 'integer' && !Number.isInteger(value)) {
    const help =
      reading === 'trained'
        ? 'round the value: the model was trained on whole numbers'
        : `round the value, or write \`${columnStatement(table, name)} number\``
    throw cellError(
      'not-integer',
      table,
      row,
      name,
      `${valueText(table, cell)} is no whole number`,
      help,
    )
  }
  return value
}

function notNumeric(
  table: Table,
  row: number,
  name: string,
  cell: Cell,
  type: NumericType,
  reading: Reading,
): Error {
  const came = valueText(table, cell)
  if (type === 'timestamp') {
    const help = 'write dates as `2024-12-31` or `2024-12-31T23:59:00Z`'
    return cellError('text-in-timestamp', table, row, name, `${came} is no date`, help)
  }
  const statement = `${columnStatement(table, name)} category`
  const like = numberLike([cell])
  const spelling = like === undefined ? '' : ` (${like.help})`
  const help =
    reading === 'trained'
      ? `mend the cell${spelling} or leave it empty: the model was trained on numbers there`
      : `mend the cell${spelling} or leave it empty; where the column is text, write \`${statement}\``
  return cellError('text-in-number', table, row, name, `${came} is not a number`, help)
}

/** Errors: text-in-boolean */
export function readBooleans(table: Table, { name, cells }: Column): (boolean | null)[] {
  return cells.map((cell, row) => {
    if (cell === null) return null
    const value = declaredBooleanOf(cell)
    if (value !== undefined) return value
    const help = 'write true or false (or yes, no, 1, 0)'
    throw cellError(
      'text-in-boolean',
      table,
      row,
      name,
      `${valueText(table, cell)} is neither true nor false`,
      help,
    )
  })
}

/** The level of each row as text. Errors: as `readBooleans` and `readNumbers`, by the column's type. */
export function readLevels(table: Table, column: Column, type: ColumnType): (string | null)[] {
  if (type === 'boolean') readBooleans(table, column)
  else if (type !== 'category') readNumbers(table, column, type)
  return column.cells.map((cell) => (cell === null ? null : levelOf(cell, type)))
}
