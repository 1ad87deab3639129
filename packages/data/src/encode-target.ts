/** The targets' side of applying. */
import { levelOf } from './cells.ts'
import { encodeNext } from './characters.ts'
import { targetMissing } from './column-errors.ts'
import { readLevels } from './column-values.ts'
import type { Dataset } from './dataset.ts'
import { asText, fits, outOfRange } from './encode-input.ts'
import type { TargetData } from './encoded.ts'
import type { DataError } from './errors.ts'
import { targetNumbers } from './fit-target.ts'
import type { TargetEncoder } from './preprocessing.ts'
import { cellError, columnOf, shorten, type Table, valueText } from './table.ts'
import { readWeights } from './weights.ts'

/** With the weights of the rows, where the data have the column. Errors: target-missing, target-unseen-class, weight-invalid */
export function encodeTarget(
  target: TargetEncoder,
  table: Table,
  given: Dataset = table,
): TargetData {
  const { weight } = target
  const data =
    target.kind === 'character'
      ? encodeNext(target, asText(target, given))
      : encodeValues(target, table)
  const known = table.columns.some(({ name }) => name === weight)
  return weight === undefined || !known ? data : { ...data, weights: readWeights(table, weight) }
}

function encodeValues(
  target: Exclude<TargetEncoder, { kind: 'character' }>,
  table: Table,
): TargetData {
  if (target.kind === 'number') return encodeNumbers(target, table)
  const column = columnOf(table, target.column)
  const classes: readonly string[] = target.classes
  const indices = new Map(classes.map((word, index) => [levelOf(word, target.type), index]))
  const values = readLevels(table, column, target.type).map((level, row) => {
    if (level === null) throw targetMissing(table, row, target.column)
    const index = indices.get(level)
    if (index === undefined) throw unseenClass(table, row, target.column, level, classes)
    return index
  })
  if (target.kind === 'binary') {
    return { kind: 'binary', classes: target.classes, values: Float32Array.from(values) }
  }
  return { kind: 'class', classes, values: Int32Array.from(values) }
}

function unseenClass(
  table: Table,
  row: number,
  column: string,
  level: string,
  classes: readonly string[],
): DataError {
  const named = table.origin.quotable ? `class ${valueText(table, level)}` : 'a class'
  const known = classes.slice(0, 10).map((each) => `\`${shorten(each)}\``)
  const help = `it knows ${known.join(', ')}${classes.length > 10 ? ', …' : ''}`
  const message = `target has ${named} that the model was not trained on`
  return cellError('target-unseen-class', table, row, column, message, help)
}

function encodeNumbers(
  { columns, types, mean, deviation }: Extract<TargetEncoder, { kind: 'number' }>,
  table: Table,
): TargetData {
  const width = columns.length
  const values = new Float32Array(table.rows * width)
  for (const [at, name] of columns.entries()) {
    const column = columnOf(table, name)
    for (const [row, value] of targetNumbers(table, column, types[at] ?? 'number').entries()) {
      if (column.cells[row] === null) throw targetMissing(table, row, name)
      if (!fits(value, 'f32')) throw outOfRange(table, row, name, 'f32')
      values[row * width + at] = value
    }
  }
  return { kind: 'number', values, width, mean, deviation }
}
