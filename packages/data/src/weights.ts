/** A column that says how much each row counts for a target. */
import { readNumbers } from './column-values.ts'
import { DataError } from './errors.ts'
import { cellError, columnOf, placeOf, placeText, type Table } from './table.ts'

/**
 * The weight of each row: numbers from 0 on, as they stand. Errors: column-not-found, weight-invalid, and those of reading
 * a column.
 */
export function readWeights(table: Table, name: string): Float32Array {
  const column = columnOf(table, name, ', by which rows are weighed')
  const values = Float32Array.from(readNumbers(table, column, 'number'))
  const wrong = values.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)))
  if (wrong < 0) return values
  const missing = column.cells[wrong] === null
  throw cellError(
    'weight-invalid',
    table,
    wrong,
    name,
    missing
      ? 'the weight of the row is missing'
      : 'a weight is a number from 0 on that fits float32',
    'a row that is not to count has the weight 0',
  )
}

/** Some row must count. */
export function checkWeights(table: Table, name: string, trainRows: ArrayLike<number>): void {
  const weights = readWeights(table, name)
  if (Array.from(trainRows).some((row) => (weights[row] ?? 0) > 0)) return
  const place = placeText(table, undefined, name)
  throw new DataError('weight-invalid', `${place}: no row of the training part has a weight`, {
    help: 'there is nothing to learn from: check the column and the split',
    data: placeOf(table, undefined, name),
  })
}
