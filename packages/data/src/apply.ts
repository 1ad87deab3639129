/** From raw columns and the fitted preprocessing to numbers. */
import { levelOf } from './cells.ts'
import { targetMissing, valueMissing } from './column-errors.ts'
import { readBooleans, readLevels, readNumbers } from './column-values.ts'
import { type Dataset, dataName, labelTable } from './dataset.ts'
import type { EncodedData, FeatureData, TargetData } from './encoded.ts'
import { DataError, type DataWarning } from './errors.ts'
import { targetNumbers } from './fit-target.ts'
import {
  encoderWidth,
  type FeatureEncoder,
  type InputEncoder,
  inputShape,
  type Preprocessing,
  type TargetEncoder,
  targetColumns,
} from './preprocessing.ts'
import { cellError, columnOf, columnText, placeOf, type Table, valueText } from './table.ts'
import { readWeights } from './weights.ts'

export interface Applied {
  readonly data: EncodedData
  readonly warnings: readonly DataWarning[]
}

export interface ApplyOptions {
  /** required: all of them, or error column-not-found; present (default): those whose columns are there; none. */
  readonly targets?: 'required' | 'present' | 'none'
}

/**
 * Encodes raw data as the model was trained on it. A level that the training part did not have becomes zeros, with a
 * warning that counts; a class that it did not have is an error.
 *
 * Errors     data-mismatch, column-not-found, value-missing, target-missing, target-unseen-class, weight-invalid,
 *            encoding-too-large, and those of reading a column
 */
export function apply(
  preprocessing: Preprocessing,
  data: Dataset,
  { targets = 'present' }: ApplyOptions = {},
): Applied {
  const warnings: DataWarning[] = []
  const features = preprocessing.inputs.map((input) => [
    input.name,
    encodeInput(input, data, warnings),
  ])
  const table = labelTable(data)
  const has = (name: string): boolean => table.columns.some((column) => column.name === name)
  const wanted = preprocessing.targets.filter(
    (target) =>
      targets === 'required' || (targets === 'present' && targetColumns(target).every(has)),
  )
  return {
    data: {
      rows: data.rows,
      features: Object.fromEntries(features),
      targets: Object.fromEntries(
        wanted.map((target) => [target.name, weighed(target, table, encodeTarget(target, table))]),
      ),
    },
    warnings,
  }
}

/** With the weights of the rows, where the data have the column. */
function weighed({ weight }: TargetEncoder, table: Table, data: TargetData): TargetData {
  const known = table.columns.some(({ name }) => name === weight)
  return weight === undefined || !known ? data : { ...data, weights: readWeights(table, weight) }
}

function encodeInput(input: InputEncoder, data: Dataset, warnings: DataWarning[]): FeatureData {
  if (input.kind === 'images') {
    const { shape, mean, deviation } = input
    if (data.kind !== 'images' || data.shape.join() !== shape.join()) throw mismatch(input, data)
    return { shape, dtype: 'u8', values: data.values, normalise: { mean, deviation } }
  }
  if (data.kind === 'images') throw mismatch(input, data)
  return encodeColumns(data, input.columns, inputShape(input), input.dtype, warnings)
}

function mismatch(input: InputEncoder, data: Dataset): DataError {
  const required =
    input.kind === 'images' ? `images of ${input.shape.join('x')}` : 'a table of columns'
  const came = data.kind === 'images' ? `images of ${data.shape.join('x')}` : 'a table of columns'
  const file = dataName(data)
  return new DataError('data-mismatch', `the model takes ${required}, ${file} holds ${came}`, {
    help: 'give it data of the kind that it was trained on',
    data: { file, required, came },
  })
}

const maxElements = 0x2000_0000

function encodeColumns(
  table: Table,
  encoders: readonly FeatureEncoder[],
  shape: readonly number[],
  dtype: 'f32' | 'i32',
  warnings: DataWarning[],
): FeatureData {
  const width = shape[0] ?? 0
  const length = table.rows * width
  if (length > maxElements) throw tooLarge(table, width)
  const values = dtype === 'f32' ? new Float32Array(length) : new Int32Array(length)
  let offset = 0
  for (const encoder of encoders) {
    const write = (row: number, at: number, value: number): void => {
      values[row * width + offset + at] = value
    }
    encodeColumn(table, encoder, write, dtype, warnings)
    offset += encoderWidth(encoder)
  }
  return values instanceof Float32Array
    ? { shape, dtype: 'f32', values }
    : { shape, dtype: 'i32', values }
}

function tooLarge(table: Table, width: number): DataError {
  const { file } = table.origin
  return new DataError(
    'encoding-too-large',
    `${file} becomes ${table.rows} rows of ${width} numbers`,
    {
      help: 'leave out the columns with many different texts, or use a part of the rows',
      data: { file, rows: table.rows, width },
    },
  )
}

type Write = (row: number, at: number, value: number) => void

function encodeColumn(
  table: Table,
  encoder: FeatureEncoder,
  write: Write,
  dtype: 'f32' | 'i32',
  warnings: DataWarning[],
): void {
  const column = columnOf(table, encoder.column, ', which the model takes')
  switch (encoder.type) {
    case 'category': {
      const levels = readLevels(table, column, 'category')
      encodeLevels(table, encoder, levels, write, warnings)
      return
    }
    case 'boolean':
      for (const [row, value] of readBooleans(table, column).entries()) {
        write(row, 0, filled(table, row, encoder.column, value, encoder.fill) ? 1 : 0)
      }
      return
    default: {
      const { offset, divisor, fill } = encoder
      for (const [row, value] of readNumbers(table, column, encoder.type, 'trained').entries()) {
        const present = filled(table, row, encoder.column, Number.isNaN(value) ? null : value, fill)
        const scaled = divisor === 0 ? 0 : (present - offset) / divisor
        if (!fits(scaled, dtype)) throw outOfRange(table, row, encoder.column, dtype)
        write(row, 0, scaled)
      }
    }
  }
}

function filled<T>(table: Table, row: number, column: string, value: T | null, fill: T | null): T {
  const present = value ?? fill
  if (present === null) throw valueMissing(table, row, column, 'trained')
  return present
}

function fits(value: number, dtype: 'f32' | 'i32'): boolean {
  return dtype === 'i32' ? value === (value | 0) : Number.isFinite(Math.fround(value))
}

function outOfRange(table: Table, row: number, column: string, dtype: 'f32' | 'i32'): DataError {
  const kind = dtype === 'i32' ? '32-bit integer' : '32-bit float'
  const help = 'give the column in a larger unit'
  return cellError('non-finite', table, row, column, `the number does not fit a ${kind}`, help)
}

function encodeLevels(
  table: Table,
  { column, levels, fill }: Extract<FeatureEncoder, { type: 'category' }>,
  values: readonly (string | null)[],
  write: Write,
  warnings: DataWarning[],
): void {
  const indices = new Map(levels.map((level, index) => [level, index]))
  let unseen = 0
  let firstRow = 0
  for (const [row, value] of values.entries()) {
    const index = indices.get(filled(table, row, column, value, fill))
    if (index !== undefined) write(row, index, 1)
    else if (unseen++ === 0) firstRow = row
  }
  if (unseen === 0) return
  const first = valueText(table, values[firstRow] ?? null)
  warnings.push({
    code: 'level-unseen',
    message: `${columnText(table, column)}: ${unseen} of ${table.rows} rows have a value that the model was not trained on, first ${first}`,
    help: 'the model sees zeros there: check the spelling, or train it on such rows',
    data: { ...placeOf(table, firstRow, column), rows: unseen },
  })
}

function encodeTarget(target: TargetEncoder, table: Table): TargetData {
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
  const known = classes.slice(0, 10).map((each) => `\`${each}\``)
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
