/** JSON to a table: an array of records or of rows, an object of columns, or one record a line. */

import { ChainruleError } from '@chainrule/program'
import { DataError } from './errors.ts'
import { jsonFault } from './json-fault.ts'
import { type ListColumn, listColumn } from './lists.ts'
import type { FileReader, SourceFile } from './load.ts'
import {
  type Cell,
  type Column,
  missingWords,
  type ReadOptions,
  shorten,
  type Table,
} from './table.ts'
import { columnTwice, fileEmpty, noRows } from './table-errors.ts'
import { decodeText } from './text.ts'

/**
 * Reads `[{"a": 1}, …]`, `[[1, "x"], …]` (columns `column1`, `column2` …), `{"columns": {"a": [1, …]}}`, one record alone,
 * or a record a line. A key that a record lacks is a missing value. Lists of numbers make a column of lists.
 *
 * Errors     json-invalid, json-not-records, cell-nested, rows-none, data-not-utf-8, file-too-large
 */
export function readJson(input: string | Uint8Array, options: ReadOptions = {}): Table {
  const { file = 'the JSON text' } = options
  const text = decodeText(input, file)
  if (text.trim() === '') throw fileEmpty(file)
  const lines = recordLines(text, file)
  if (lines !== undefined) return fromRecords(lines.records, options, file, lines.positions)
  return tableOf(parsed(text, file), options, file)
}

/** A table of records in memory; their numbers count from 1 in errors. Errors: as `readJson`. */
export function readRecords(records: readonly unknown[], options: ReadOptions = {}): Table {
  return tableOf(records, options, options.file ?? 'the data')
}

/** What stands in each row of a column: single values, or lists of numbers. */
export interface NamedColumn {
  readonly name: string
  readonly values: readonly (Cell | readonly unknown[])[]
}

/** A table of columns in memory, which are of one length. Errors: as `readJson`. */
export function readColumns(columns: readonly NamedColumn[], options: ReadOptions = {}): Table {
  const { file = 'the data' } = options
  const cells = columns.map(({ name, values }): [string, RawCell[]] => [
    name,
    values.map((value, row) => cellOf(value, row, name, options, file)),
  ])
  return build(new Map(cells), columns[0]?.values.length ?? 0, options, file)
}

/** A file by a reader that is not built in. Errors: those of the reader, and as `readJson` */
export function readBy(reader: FileReader, file: SourceFile): Table {
  const { name, quotable } = file
  return readColumns(columnsBy(reader, file), { file: name, quotable })
}

/** What a reader says of a file may quote it, so it is not shown of one from outside the model's folder. */
function columnsBy(
  reader: FileReader,
  { name, bytes, quotable }: SourceFile,
): readonly NamedColumn[] {
  try {
    return reader.read({ name, bytes })
  } catch (error) {
    if (quotable || !(error instanceof ChainruleError)) throw error
    throw new ChainruleError(error.code, `${name} could not be read`, {
      help: 'what is wrong with a file from outside is not told: move it beside the model file',
      data: { file: name },
      cause: error,
    })
  }
}

/** A record a line, if the first line that is not blank is an object of its own and another begins behind it. */
function recordLines(
  text: string,
  file: string,
): { records: unknown[]; positions: number[] } | undefined {
  // Nowhere else in JSON does `{` follow `}` at once.
  if (!/^\s*\{[^\n]*\}\s*\n\s*\{/.test(text)) return undefined
  const records: unknown[] = []
  const positions: number[] = []
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    records.push(parsed(line, file, i))
    positions.push(i + 1)
  }
  return { records, positions }
}

/** A whole text, or one line of it, before which so many stand. */
function parsed(text: string, file: string, linesBefore = 0): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid(text, file, linesBefore)
  }
}

function invalid(text: string, file: string, linesBefore: number): DataError {
  const at = jsonFault(text)
  const before = text.slice(0, at).split('\n')
  const [line, character] = [linesBefore + before.length, (before.at(-1)?.length ?? 0) + 1]
  const ends = at >= text.length
  const what = ends ? 'the JSON breaks off' : `this is not JSON from character ${character} on`
  const python = /^-?(NaN|Infinity)/.test(text.slice(at, at + 10))
  const help = ends
    ? 'fetch the file again, or close what is open'
    : python
      ? 'JSON has no NaN or Infinity: write `null`'
      : 'mend the text, or read it as CSV'
  return new DataError('json-invalid', `${file}:${line}: ${what}`, {
    help,
    data: { file, line, character },
  })
}

function tableOf(value: unknown, options: ReadOptions, file: string): Table {
  if (Array.isArray(value)) {
    if (value.length === 0) throw noRows(file)
    return Array.isArray(value[0])
      ? fromRows(value, options, file)
      : fromRecords(value, options, file)
  }
  if (!isRecord(value)) throw notRecords(file)
  const { columns } = value as { columns?: unknown }
  if (isRecord(columns)) return fromColumns(columns, options, file)
  const nested = Object.values(value).some((each) => Array.isArray(each) && each.some(isRecord))
  if (nested) throw recordsInside(file)
  return fromRecords([value], options, file)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `{"data": [{…}, …]}`, as many services answer. */
function recordsInside(file: string): DataError {
  return new DataError('json-not-records', `${file}: the records stand inside an object`, {
    help: 'keep only their list: `[{"width": 2, "kind": "a"}, …]`',
    data: { file },
  })
}

function notRecords(file: string, record?: number): DataError {
  const where = record === undefined ? file : `${file}, record ${record}`
  return new DataError('json-not-records', `${where}: this is not a record`, {
    help: 'give an array of records: `[{"width": 2, "kind": "a"}, …]`',
    data: { file, ...(record === undefined ? {} : { record }) },
  })
}

function fromRecords(
  records: readonly unknown[],
  options: ReadOptions,
  file: string,
  lines?: readonly number[],
): Table {
  const columns = new Map<string, RawCell[]>()
  for (const [row, record] of records.entries()) {
    if (!isRecord(record)) throw notRecords(file, row + 1)
    for (const name of Object.keys(record)) {
      const cells = columns.get(name) ?? new Array<RawCell>(records.length).fill(null)
      columns.set(name, cells)
      cells[row] = cellOf(record[name], row, name, options, file)
    }
  }
  return build(columns, records.length, options, file, lines)
}

function fromRows(rows: readonly unknown[], options: ReadOptions, file: string): Table {
  const width = Array.isArray(rows[0]) ? rows[0].length : 0
  const columns = new Map<string, RawCell[]>()
  for (let i = 0; i < width; i++) columns.set(`column${i + 1}`, [])
  for (const [row, values] of rows.entries()) {
    if (!Array.isArray(values)) throw notRecords(file, row + 1)
    if (values.length !== width) throw raggedRecord(file, row + 1, values.length, width)
    let i = 0
    for (const [name, cells] of columns) cells.push(cellOf(values[i++], row, name, options, file))
  }
  return build(columns, rows.length, options, file)
}

function raggedRecord(file: string, record: number, came: number, required: number): DataError {
  return new DataError(
    'json-not-records',
    `${file}, record ${record}: ${came} values, where the first has ${required}`,
    { help: 'give every row as many values', data: { file, record, came, required } },
  )
}

function fromColumns(
  columns: Readonly<Record<string, unknown>>,
  options: ReadOptions,
  file: string,
): Table {
  const cells = new Map<string, RawCell[]>()
  let rows: number | undefined
  for (const [number, name] of Object.keys(columns).entries()) {
    const values = columns[name]
    if (!Array.isArray(values)) throw notRecords(file)
    rows ??= values.length
    if (values.length !== rows) throw raggedColumn(file, number + 1, values.length, rows)
    cells.set(
      name,
      values.map((value, row) => cellOf(value, row, name, options, file)),
    )
  }
  return build(cells, rows ?? 0, options, file)
}

function raggedColumn(file: string, column: number, came: number, required: number): DataError {
  return new DataError(
    'json-not-records',
    `${file}, column ${column}: ${came} values, where the first column has ${required}`,
    {
      help: 'give every column as many values',
      data: { file, column: String(column), came, required },
    },
  )
}

/** A cell before its column is known to hold lists or not. */
type RawCell = Cell | readonly unknown[]

const isList = (cell: RawCell): cell is readonly unknown[] => Array.isArray(cell)

function cellOf(
  value: unknown,
  row: number,
  name: string,
  options: ReadOptions,
  file: string,
): RawCell {
  if (Array.isArray(value)) return value
  if (value === null || value === undefined) return null
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'string') {
    const trimmed = value.trim()
    return trimmed === '' || (options.missingWords ?? missingWords).includes(trimmed) ? null : value
  }
  const quoted = (options.quotable ?? true) ? ` of \`${shorten(name)}\`` : ''
  const what = typeof value === 'object' ? 'an object' : `a ${typeof value}`
  throw new DataError('cell-nested', `${file}, record ${row + 1}: the value${quoted} is ${what}`, {
    help: 'a value is a number, a text, true, false, null or a list of numbers: give each part a column of its own',
    data: { file, record: row + 1 },
  })
}

function build(
  columns: ReadonlyMap<string, RawCell[]>,
  rows: number,
  { quotable = true }: ReadOptions,
  file: string,
  lines?: readonly number[],
): Table {
  if (rows === 0 || columns.size === 0) throw noRows(file)
  const names = new Set<string>()
  for (const name of columns.keys()) {
    const trimmed = name.trim()
    if (names.has(trimmed)) {
      const numbers = [[...names].indexOf(trimmed) + 1, names.size + 1] as const
      const help = 'rename one of them: spaces round a name do not count'
      throw columnTwice(file, trimmed, numbers, quotable, help)
    }
    names.add(trimmed)
  }
  return {
    kind: 'table',
    rows,
    ...columnsOf(columns),
    origin: {
      file,
      counts: lines === undefined ? 'record' : 'line',
      positions: Int32Array.from({ length: rows }, (_, row) => lines?.[row] ?? row + 1),
      quotable,
    },
  }
}

/** Columns with a list in some row, and all others. */
function columnsOf(columns: ReadonlyMap<string, RawCell[]>): Pick<Table, 'columns' | 'lists'> {
  const plain: Column[] = []
  const lists: ListColumn[] = []
  for (const [name, cells] of columns) {
    const values = cells.filter((cell): cell is Cell => !isList(cell))
    if (values.length === cells.length) plain.push({ name: name.trim(), cells: values })
    else
      lists.push(
        listColumn(
          name.trim(),
          cells.map((cell) => cell ?? undefined),
        ),
      )
  }
  return lists.length === 0 ? { columns: plain } : { columns: plain, lists }
}
