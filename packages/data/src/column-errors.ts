/** Errors about a column or a value that fitting and applying share. */
import { DataError, type DataWarning } from './errors.ts'
import type { Statistics } from './statistics.ts'
import { cellError, columnText, placeOf, placeText, type Table } from './table.ts'

/** Whether a column is read to decide how, or as a model was trained on it, which can no longer be asked for. */
export type Reading = 'fitting' | 'trained'

export function valueMissing(
  table: Table,
  row: number,
  column: string,
  reading: Reading = 'fitting',
): DataError {
  const help =
    reading === 'trained'
      ? 'fill the cell: the model was trained to refuse missing values there'
      : 'fill the cell, or write `missing=most`, for numbers also `missing=mean` or `missing=median`'
  return cellError('value-missing', table, row, column, 'the value is missing', help)
}

export function targetMissing(table: Table, row: number, column: string): DataError {
  const help = 'a row without its target cannot be learned from: fill the cell, or take the row out'
  return cellError('target-missing', table, row, column, 'the target is missing', help)
}

export function tooLargeToStandardise(table: Table, name: string): DataError {
  const place = placeText(table, undefined, name)
  return new DataError('non-finite', `${place} holds numbers too large to standardise`, {
    help: 'give the column in a larger unit',
    data: placeOf(table, undefined, name),
  })
}

/** `column NAME` as the language takes it, for help; without the name where the file may not be quoted. */
export function columnStatement(table: Table, name: string): string {
  if (!table.origin.quotable) return 'column NAME'
  return `column ${JSON.stringify(name)}`
}

export function columnIsConstant(table: Table, name: string): DataWarning {
  return {
    code: 'column-constant',
    message: `${columnText(table, name)} has the same value in every row of the training part`,
    help: 'it tells the model nothing: leave it out of `features`',
    data: placeOf(table, undefined, name),
  }
}

/** Rows that cannot be learned from nor judged. */
export function withoutTarget(
  table: Table,
  columns: readonly string[],
  missing: number,
): DataWarning {
  const [only] = columns
  const target = only !== undefined && columns.length === 1 ? `, ${columnText(table, only)},` : ''
  return {
    code: 'rows-without-target',
    message: `${missing} of ${table.rows} rows are left out, for their target${target} is missing`,
    data: { ...placeOf(table), rows: missing },
  }
}

/** Beyond it, steps that fit the other columns are far too large for this one. */
const largestUnscaled = 1000

export function columnIsUnscaled(
  table: Table,
  name: string,
  { minimum, maximum }: Statistics,
): DataWarning[] {
  if (Math.max(Math.abs(minimum), Math.abs(maximum)) <= largestUnscaled) return []
  return [
    {
      code: 'column-unscaled',
      message: `${columnText(table, name)} runs from ${minimum} to ${maximum}, and nothing scales it`,
      help: 'such numbers make training slow or let it fail: write `scale standard`, or leave `scale` out',
      data: placeOf(table, undefined, name),
    },
  ]
}
