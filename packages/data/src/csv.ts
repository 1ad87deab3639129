/** CSV after RFC 4180: text to a table, and back. */
import Papa from 'papaparse'
import { DataError } from './errors.ts'
import { type Cell, type Column, missingWords, type ReadOptions, type Table } from './table.ts'
import { columnTwice, fileEmpty, noRows } from './table-errors.ts'
import { decodeText } from './text.ts'

/** How a CSV file is read where it cannot be told from the file. */
export interface CsvOptions extends ReadOptions {
  /** Whether the first record names the columns (default: yes); else they are `column1`, `column2` … */
  readonly header?: boolean
  /** Default: the first of `,` `;` tab `|` that the first record holds outside of quotes. */
  readonly delimiter?: string
}

interface Records {
  readonly records: string[][]
  /** The line on which each record begins, from 1. */
  readonly lines: number[]
}

/**
 * Reads CSV: quotes, newlines within quotes, CRLF and lone CR, a byte order mark, empty cells. A blank line is no record,
 * except in a table of one column, where it is a missing value (blank lines at the end never count).
 *
 * Errors     csv-quotes, csv-ragged, column-twice, file-empty, rows-none, data-not-utf-8, file-too-large
 */
export function readCsv(input: string | Uint8Array, options: CsvOptions = {}): Table {
  const { file = 'the CSV text', quotable = true, header = true } = options
  const text = decodeText(input, file)
  const { records, lines } = parseRecords(text, options.delimiter ?? guessDelimiter(text), file)
  const first = records[0]
  if (first === undefined) {
    throw fileEmpty(file)
  }
  const names = header ? headerNames(first, file, quotable) : first.map((_, i) => `column${i + 1}`)
  const rows = header ? records.slice(1) : records
  const positions = Int32Array.from(header ? lines.slice(1) : lines)
  if (rows.length === 0) throw noRows(file)
  checkWidths(rows, positions, names.length, file)
  return {
    kind: 'table',
    rows: rows.length,
    columns: columnsOf(names, rows, options.missingWords ?? missingWords),
    origin: { file, counts: 'line', positions, quotable },
  }
}

function parseRecords(text: string, delimiter: string, file: string): Records {
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

function withoutBlankLines(data: readonly string[][]): Records {
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
  return { records, lines }
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

function columnsOf(
  names: readonly string[],
  rows: readonly string[][],
  words: readonly string[],
): Column[] {
  const missing = new Set(words)
  const read = (cell: string): Cell => {
    const trimmed = cell.trim()
    return trimmed === '' || missing.has(trimmed) ? null : cell
  }
  return names.map((name, i) => ({ name, cells: rows.map((record) => read(record[i] ?? '')) }))
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
