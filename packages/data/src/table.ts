/** A table as it was read: named columns of raw cells, and where each row stands in its file. */
import { sizeOf } from '@chainrule/program'
import { type DataDetails, DataError, type DataErrorCode } from './errors.ts'
import type { ListColumn } from './lists.ts'
import { nearest } from './nearest.ts'

/** What a file held, before any column has a type; `null` is a missing value. */
export type Cell = string | number | boolean | null

/** The cells of one column, a row each. */
export interface Column {
  readonly name: string
  readonly cells: readonly Cell[]
}

/** Where a table comes from, for errors. */
export interface Origin {
  /** As the person named it. */
  readonly file: string
  /** Whether `positions` are lines of a text or numbers of records. */
  readonly counts: 'line' | 'record'
  /** The position of each row, from 1. */
  readonly positions: Int32Array
  /** Whether errors may quote the content; never for a file from outside the model's folder. */
  readonly quotable: boolean
}

/** Rows and columns as they were read, before anything is fitted to them. */
export interface Table {
  readonly kind: 'table'
  readonly rows: number
  readonly columns: readonly Column[]
  /** Columns that hold a list of numbers in each row. */
  readonly lists?: readonly ListColumn[]
  readonly origin: Origin
}

/** What every reader takes to name its file in errors. */
export interface ReadOptions {
  /** The name that errors show. */
  readonly file?: string
  /** Whether errors may quote the content (default: yes). */
  readonly quotable?: boolean
  /** Texts that mean that a value is missing, besides the empty text (default: `missingWords`). */
  readonly missingWords?: readonly string[]
}

/** Read as missing unless `missingWords` says otherwise; the empty text always is. Compared exactly, after trimming. */
export const missingWords: readonly string[] = ['NA', 'N/A', 'NaN', 'nan', 'null', 'NULL']

/** Where a value stands, as data for errors. */
export function placeOf(table: Table, row?: number, column?: string): DataDetails {
  const position = row === undefined ? undefined : table.origin.positions[row]
  return {
    file: table.origin.file,
    ...(position === undefined ? {} : { [table.origin.counts]: position }),
    ...(column === undefined ? {} : { column: columnData(table, column) }),
  }
}

/** `iris.csv:12, column `petal`` or `cars.json, record 7, column 3`. */
export function placeText(table: Table, row?: number, column?: string): string {
  const { file, counts, positions } = table.origin
  let text = file
  if (row !== undefined)
    text += counts === 'line' ? `:${positions[row]}` : `, record ${positions[row]}`
  return column === undefined ? text : `${text}, ${columnText(table, column)}`
}

/** How many cells have no value. */
export function missingCount(cells: readonly Cell[]): number {
  return cells.filter((cell) => cell === null).length
}

/** A column for a message: by name, or by number where the file may not be quoted. */
export function columnText(table: Table, name: string): string {
  if (table.origin.quotable) return `column \`${shorten(name)}\``
  return `column ${columnNumber(table, name)}`
}

function columnData(table: Table, name: string): string {
  return table.origin.quotable ? name : String(columnNumber(table, name))
}

function columnNumber(table: Table, name: string): number {
  const column = table.columns.findIndex((each) => each.name === name) + 1
  if (column > 0) return column
  return table.columns.length + 1 + (table.lists ?? []).findIndex((each) => each.name === name)
}

/** A value for a message: quoted, or only measured where the file may not be quoted. */
export function valueText(table: Table, value: Cell): string {
  const text = String(value)
  if (table.origin.quotable) return `\`${shorten(text)}\``
  return `a text of ${text.length} character${text.length === 1 ? '' : 's'}`
}

/** A text of the data for a message, in one line. */
export function shorten(text: string): string {
  const line = text.replace(/[\p{Cc}`]+/gu, ' ')
  return line.length > 40 ? `${line.slice(0, 37)}…` : line
}

/** An error about one value. */
export function cellError(
  code: DataErrorCode,
  table: Table,
  row: number,
  column: string,
  message: string,
  help?: string,
): DataError {
  return new DataError(code, `${placeText(table, row, column)}: ${message}`, {
    ...(help === undefined ? {} : { help }),
    data: placeOf(table, row, column),
  })
}

/**
 * The column of this name. Errors: column-not-found, which names the nearest and says what the column is for; cell-nested
 * for one of lists.
 */
export function columnOf(table: Table, name: string, purpose = ''): Column {
  const found = table.columns.find((column) => column.name === name)
  if (found !== undefined) return found
  const { file, quotable } = table.origin
  if (table.lists?.some((list) => list.name === name) === true) throw listColumnTaken(table, name)
  const names = [...table.columns, ...(table.lists ?? [])].map((column) => column.name)
  throw new DataError('column-not-found', `${file} has no column \`${shorten(name)}\`${purpose}`, {
    help: quotable ? suggestion(name, names) : `it has ${names.length} columns; check the name`,
    data: { file, column: name, ...(quotable ? { columns: names } : {}) },
  })
}

function listColumnTaken(table: Table, name: string): DataError {
  const message = `${columnText(table, name)} holds lists, where a single value is needed`
  return new DataError('cell-nested', `${table.origin.file}: ${message}`, {
    help: 'lists of numbers are features: `features [COLUMN]`',
    data: placeOf(table, undefined, name),
  })
}

function suggestion(name: string, names: readonly string[]): string {
  if (names.length === 0)
    return 'give the labels of the images: `--labels FILE`, or `labels=` in `data idx`'
  const near = nearest(name, names)
  const listed = names.slice(0, 12).map((each) => `\`${shorten(each)}\``)
  const all = `it has ${listed.join(', ')}${names.length > 12 ? ', …' : ''}`
  return near === undefined ? all : `did you mean \`${near}\`? ${all}`
}

/** The table with only these rows, in this order; positions stay those of the file. */
export function takeTableRows(table: Table, rows: ArrayLike<number>): Table {
  const take = Array.from(rows)
  return {
    ...table,
    rows: take.length,
    columns: table.columns.map(({ name, cells }) => ({
      name,
      cells: take.map((row) => cells[row] ?? null),
    })),
    ...(table.lists === undefined
      ? {}
      : { lists: table.lists.map((list) => takeLists(list, take)) }),
    origin: {
      ...table.origin,
      positions: Int32Array.from(take, (row) => table.origin.positions[row] ?? 0),
    },
  }
}

function takeLists(list: ListColumn, rows: readonly number[]): ListColumn {
  if (list.fault !== undefined) {
    const { row, message } = list.fault
    const taken = row === undefined ? -1 : rows.indexOf(row)
    return { ...list, fault: { row: taken < 0 ? undefined : taken, message } }
  }
  const size = sizeOf(list.shape)
  const values = new Float64Array(rows.length * size)
  for (const [i, row] of rows.entries())
    values.set(list.values.subarray(row * size, (row + 1) * size), i * size)
  return { ...list, values }
}
