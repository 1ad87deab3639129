/** The features' side of applying: what a fitted preprocessing makes of raw columns. */
import { sizeOf } from '@chainrule/program'
import { encodeWindows, type TextWindows } from './characters.ts'
import { valueMissing } from './column-errors.ts'
import { readBooleans, readLevels, readNumbers } from './column-values.ts'
import { type Dataset, dataName } from './dataset.ts'
import type { FeatureData } from './encoded.ts'
import { DataError, type DataWarning } from './errors.ts'
import { indexRange, type Reach, ReachOf } from './indices.ts'
import { listOfShape } from './lists.ts'
import {
  encoderWidth,
  type FeatureEncoder,
  type InputEncoder,
  inputShape,
} from './preprocessing.ts'
import type { Series } from './series.ts'
import { cellError, columnOf, columnText, placeOf, type Table, valueText } from './table.ts'

/** Errors: data-mismatch, column-not-found, value-missing, index-range, encoding-too-large, and those of reading a column */
export function encodeInput(
  input: InputEncoder,
  data: Dataset,
  warnings: DataWarning[],
  series?: Series,
): FeatureData {
  if (input.kind === 'images') {
    const { shape, mean, deviation } = input
    if (data.kind !== 'images' || data.shape.join() !== shape.join()) throw mismatch(input, data)
    return { shape, dtype: 'u8', values: data.values, normalise: { mean, deviation } }
  }
  if (input.kind === 'text') {
    const values = encodeWindows(input, asText({ ...input, places: input.window }, data), warnings)
    return { shape: [input.window], dtype: 'i32', values }
  }
  if (data.kind !== 'table') throw mismatch(input, data)
  const { window } = series ?? {}
  const { width, ...encoded } = encodeColumns(data, input, window ?? 1, warnings)
  const shape = inputShape(input, series)
  return window === undefined ? { ...encoded, shape } : { ...encoded, shape, step: width }
}

/** What a data set holds, or a model takes. */
function kindText({ kind, ...held }: InputEncoder | Dataset): string {
  if (kind === 'images' && 'shape' in held) return `images of ${held.shape.join('x')}`
  return kind === 'text' && 'window' in held
    ? `a text in windows of ${held.window}`
    : 'a table of columns'
}

/** The data as a text of windows with so many places, or they are refused. */
export function asText(
  { name, places }: { readonly name: string; readonly places: number },
  data: Dataset,
): TextWindows {
  if (data.kind === 'text' && data.window === places) return data
  throw mismatch({ kind: 'text', name, characters: [], window: places }, data)
}

function mismatch(input: InputEncoder, data: Dataset): DataError {
  const [required, came] = [kindText(input), kindText(data)]
  const file = dataName(data)
  return new DataError('data-mismatch', `the model takes ${required}, ${file} holds ${came}`, {
    help: 'give it data of the kind that it was trained on',
    data: { file, required, came },
  })
}

const maxElements = 0x2000_0000

type EncodedColumns =
  | { readonly dtype: 'f32'; readonly values: Float32Array; readonly width: number }
  | {
      readonly dtype: 'i32'
      readonly values: Int32Array
      readonly width: number
      readonly reach?: Reach
    }
  | { readonly dtype: 'bool'; readonly values: Uint8Array; readonly width: number }

/** All rows once. Before the first stand as many blank ones as its window has others: window i begins at row i of these. */
function encodeColumns(
  table: Table,
  { columns, dtype, below }: Extract<InputEncoder, { kind: 'columns' }>,
  window: number,
  warnings: DataWarning[],
): EncodedColumns {
  const width = columns.reduce((sum, encoder) => sum + encoderWidth(encoder), 0)
  const length = (table.rows + window - 1) * width
  if (length > maxElements) throw tooLarge(table, width)
  const encoded = emptyColumns(dtype, length, width)
  const { values } = encoded
  const reach = new ReachOf(table)
  let offset = (window - 1) * width
  for (const encoder of columns) {
    const start = offset
    const put = (row: number, at: number, value: number): void => {
      values[row * width + start + at] = value
    }
    const putIndex = (row: number, at: number, value: number): void => {
      if (below !== undefined && !(value >= 0 && value < below))
        throw indexRange(table, row, encoder.column, { value, below })
      reach.see(value, row, encoder.column)
      put(row, at, value)
    }
    const write = dtype === 'i32' ? putIndex : put
    encodeColumn(table, encoder, write, dtype, warnings)
    offset += encoderWidth(encoder)
  }
  const { found } = reach
  return encoded.dtype === 'i32' && found !== undefined ? { ...encoded, reach: found } : encoded
}

function emptyColumns(
  dtype: EncodedColumns['dtype'],
  length: number,
  width: number,
): EncodedColumns {
  switch (dtype) {
    case 'f32':
      return { dtype, values: new Float32Array(length), width }
    case 'i32':
      return { dtype, values: new Int32Array(length), width }
    case 'bool':
      return { dtype, values: new Uint8Array(length), width }
  }
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
  dtype: EncodedColumns['dtype'],
  warnings: DataWarning[],
): void {
  if (encoder.type === 'list') {
    encodeList(table, encoder, write, dtype)
    return
  }
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

function encodeList(
  table: Table,
  { column, shape, offset, divisor }: Extract<FeatureEncoder, { type: 'list' }>,
  write: Write,
  dtype: EncodedColumns['dtype'],
): void {
  const size = sizeOf(shape)
  for (const [i, value] of listOfShape(table, column, shape).values.entries()) {
    const row = Math.floor(i / size)
    const scaled = divisor === 0 ? 0 : (value - offset) / divisor
    if (!fits(scaled, dtype)) throw outOfRange(table, row, column, dtype)
    write(row, i - row * size, scaled)
  }
}

function filled<T>(table: Table, row: number, column: string, value: T | null, fill: T | null): T {
  const present = value ?? fill
  if (present === null) throw valueMissing(table, row, column, 'trained')
  return present
}

/** Whether a number can be stored. */
export function fits(value: number, dtype: EncodedColumns['dtype']): boolean {
  if (dtype === 'bool') return value === 0 || value === 1
  return dtype === 'i32' ? value === (value | 0) : Number.isFinite(Math.fround(value))
}

export function outOfRange(
  table: Table,
  row: number,
  column: string,
  dtype: EncodedColumns['dtype'],
): DataError {
  const kind = { f32: '32-bit float', i32: '32-bit integer', bool: 'yes or no, 1 or 0' }[dtype]
  const help =
    dtype === 'bool' ? 'leave `boolean` out of the input' : 'give the column in a larger unit'
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
