/** What every reader of tables refuses. */
import { DataError } from './errors.ts'
import { shorten } from './table.ts'

export function fileEmpty(file: string): DataError {
  return new DataError('file-empty', `${file} is empty`, {
    help: 'give it a line of column names and rows of values, or records',
    data: { file },
  })
}

export function noRows(file: string): DataError {
  return new DataError('rows-none', `${file} has no rows`, {
    help: 'give it at least one row of values',
    data: { file },
  })
}

/** `numbers` are those of the two columns, from 1. */
export function columnTwice(
  file: string,
  name: string,
  numbers: readonly [number, number],
  quotable: boolean,
  help: string,
): DataError {
  const columns = `${file}: columns ${numbers[0]} and ${numbers[1]}`
  const message = quotable
    ? `${columns} are both called \`${shorten(name)}\``
    : `${columns} have the same name`
  return new DataError('column-twice', message, {
    help,
    data: { file, column: quotable ? name : String(numbers[1]) },
  })
}

/** Whether the data have no more rows, or their split leaves no more to train on. */
export function tooFewRows(file: string, rows: number, where: 'data' | 'training'): DataError {
  const count = rows === 0 ? 'no row' : 'one row'
  const [problem, repair] =
    where === 'data'
      ? [`has ${count} to learn from`, 'give more']
      : [`leaves ${count} to train on`, 'give more, or `split train=100%`']
  return new DataError(rows === 0 ? 'rows-none' : 'rows-one', `${file} ${problem}`, {
    help: `a model needs at least two rows to learn a difference: ${repair}`,
    data: { file, rows },
  })
}
