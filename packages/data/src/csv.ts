/** CSV after RFC 4180: text to a table, and back. */
import Papa from 'papaparse'
import { DataError } from './errors.ts'
import { type Cell, missingWords, type ReadOptions, type Table } from './table.ts'
import { columnTwice, fileEmpty, noRows } from './table-errors.ts'
import { decodeText } from './text.ts'

/** How a CSV file is read where it cannot be told from the file. */
export interface CsvOptions extends ReadOptions {
  /** Whether the first record names the columns (default: yes); else they are `column1`, `column2` … */
  readonly header?: boolean
  /** Default: the first of `,` `;` tab `|` that the first record holds outside of quotes. */
  readonly delimiter?: string
}

/** All cells of a text. */
interface Read {
  readonly first: readonly string[] | undefined
  /** The line on which each record begins, from 1. */
  readonly lines: readonly number[]
  /** Where records may be of several widths. */
  readonly records?: readonly string[][]
  /** The cells of a column, a record each. */
  readonly column: (index: number) => readonly string[]
}

/**
 * Reads CSV: quotes, newlines within quotes, CRLF and lone CR, a byte order mark, empty cells. A blank line is no record,
 * except in a table of one column, where it is a missing value (blank lines at the end never count).
 *
 * Errors     csv-quotes, csv-ragged, column-twice, file-empty, rows-none, file-not-text, data-not-utf-8, file-too-large
 */
export function readCsv(input: string | Uint8Array, options: CsvOptions = {}): Table {
  const { file = 'the CSV text', quotable = true, header = true } = options
  const text = decodeText(input, file)
  const delimiter = options.delimiter ?? guessDelimiter(text)
  const read = readPlain(text, delimiter) ?? readRecords(text, delimiter, file)
  const { first, lines, records } = read
  if (first === undefined) {
    throw fileEmpty(file)
  }
  const names = header ? headerNames(first, file, quotable) : first.map((_, i) => `column${i + 1}`)
  const from = header ? 1 : 0
  const positions = Int32Array.from(lines).subarray(from)
  if (positions.length === 0) throw noRows(file)
  if (records !== undefined) checkWidths(records.slice(from), positions, names.length, file)
  const cellOf = cellReader(options.missingWords ?? missingWords)
  return {
    kind: 'table',
    rows: positions.length,
    columns: names.map((name, i) => ({ name, cells: read.column(i).slice(from).map(cellOf) })),
    origin: { file, counts: 'line', positions, quotable },
  }
}

/**
 * A text without quotes whose lines have all as many cells, column by column: records in between take most of the time and of the
 * memory of a large table. `undefined`: it is not so plain.
 */
function readPlain(input: string, delimiter: string): Read | undefined {
  if (input.includes('"') || input.includes('\r')) return undefined
  const text = withoutLastLineEnds(input)
  const begin = Math.max(0, text.search(/[^\n]/))
  const end = text.indexOf('\n', begin)
  const first = text.slice(begin, end < 0 ? text.length : end).split(delimiter)
  if (first.length < 2) return undefined
  const columns = first.map((): string[] => [])
  const lines: number[] = []
  for (let line = 1, start = 0; start <= text.length; line++) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    if (end > start) {
      if (!splitInto(columns, text, delimiter, start, end)) return undefined
      lines.push(line)
    }
    start = end + 1
  }
  return { first, lines, column: (index) => columns[index] ?? [] }
}

/** Whether there were as many cells as columns. */
function splitInto(
  columns: readonly string[][],
  text: string,
  delimiter: string,
  start: number,
  end: number,
): boolean {
  let at = start
  for (const [i, column] of columns.entries()) {
    const found = text.indexOf(delimiter, at)
    const isLast = i === columns.length - 1
    const hasMore = found >= 0 && found < end
    if (hasMore === isLast) return false
    column.push(text.slice(at, isLast ? end : found))
    at = found + delimiter.length
  }
  return true
}

function readRecords(text: string, delimiter: string, file: string): Read {
  const unified = unifyLineEnds(withoutLastLineEnds(text), delimiter)
  const { data, errors } = Papa.parse<string[]>(unified, { delimiter, newline: '\n' })
  const problem = errors.find((error) => error.type === 'Quotes')
  if (problem !== undefined) {
    const line = 1 + countLineEnds(unified.slice(0, problem.index ?? 0))
    const open = problem.code === 'MissingQuotes'
    const what = open ? 'is never closed' : 'is followed by text'
    throw new DataError('csv-quotes', `${file}:${line}: a quoted cell ${what}`, {
      help: 'close the quotes; a quote inside quotes is written twice, `""`',
      data: { file, line },
    })
  }
  return withoutBlankLines(data)
}

/** A blank line at the end says nothing, while `""` there is a row of a table of one column. */
function withoutLastLineEnds(text: string): string {
  let end = text.length
  while (end > 0 && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--
  return text.slice(0, end)
}

/** Line ends outside quotes become `\n`, so that a file may mix them; those inside are the cell's own. */
function unifyLineEnds(text: string, delimiter: string): string {
  if (!text.includes('\r')) return text
  const separator = delimiter.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const pieces = new RegExp(`(?<=^|${separator}|\\n|\\r)"[^"]*(?:""[^"]*)*"|\\r\\n?`, 'g')
  return text.replace(pieces, (piece) => (piece.startsWith('"') ? piece : '\n'))
}

function countLineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0
}

function withoutBlankLines(data: readonly string[][]): Read {
  const width = data.find((record) => !isBlank(record))?.length ?? 0
  const records: string[][] = []
  const lines: number[] = []
  let line = 1
  for (const record of data) {
    if (width === 1 || !isBlank(record)) {
      records.push(record)
      lines.push(line)
    }
    line += 1
    for (const cell of record) if (/[\r\n]/.test(cell)) line += countLineEnds(cell)
  }
  const column = (index: number): string[] => records.map((record) => record[index] ?? '')
  return { first: records[0], lines, records, column }
}

function isBlank(record: readonly string[]): boolean {
  return record.length === 1 && record[0] === ''
}

/** Where the first record stands, unless its names are longer than a file's usually are. */
const headLength = 0x1_0000

function guessDelimiter(text: string): string {
  // What is quoted may hold line breaks and delimiters; a letter stands for it, so that its line is not blank.
  const quoted = /(?<=^|[,;\t|\r\n])"[^"]*(?:""[^"]*)*"/g
  const head = text.slice(0, headLength).replace(quoted, 'q')
  const line = /^.*\S.*$/m.exec(head)?.[0] ?? ''
  return [',', ';', '\t', '|'].find((delimiter) => line.includes(delimiter)) ?? ','
}

function headerNames(record: readonly string[], file: string, quotable: boolean): string[] {
  const names = record.map((name, i) => name.trim() || `column${i + 1}`)
  const twice = names.findIndex((name, i) => names.indexOf(name) < i)
  const name = names[twice]
  if (name !== undefined) {
    const isData = Number.isFinite(Number(name))
    const help = isData
      ? 'the first line seems to be data already: write `header=false`'
      : 'rename one of them in the first line; where that is no line of names, write `header=false`'
    throw columnTwice(file, name, [names.indexOf(name) + 1, twice + 1], quotable, help)
  }
  return names
}

function checkWidths(
  rows: readonly string[][],
  positions: Int32Array,
  width: number,
  file: string,
): void {
  const row = rows.findIndex((record) => record.length !== width)
  if (row < 0) return
  const line = positions[row] ?? 0
  const came = rows[row]?.length ?? 0
  const cells = `${came} cell${came === 1 ? '' : 's'}`
  throw new DataError(
    'csv-ragged',
    `${file}:${line}: this row has ${cells}, the first has ${width}`,
    {
      help: 'give every row as many cells as there are columns; a cell that holds a delimiter stands in quotes',
      data: { file, line, required: width, came },
    },
  )
}

function cellReader(words: readonly string[]): (cell: string) => Cell {
  const missing = new Set(words)
  return (cell) => {
    const trimmed = cell.trim()
    return trimmed === '' || missing.has(trimmed) ? null : cell
  }
}

/** Writes CSV: CRLF after each record, quotes where a cell needs them, a missing value as an empty cell (`""` if alone). */
export function writeCsv(names: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const missing = names.length === 1 ? '""' : ''
  let text = `${names.map((name) => writeCell(name, missing)).join(',')}\r\n`
  for (const row of rows) text += `${row.map((cell) => writeCell(cell, missing)).join(',')}\r\n`
  return text
}

function writeCell(cell: Cell, missing: string): string {
  if (cell === null) return missing
  const text = String(cell)
  return text === '' || /[",;|\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
