/** What a table of one's own holds; apart, as not every visit brings one. */
import {
  DataError,
  type DataSpecification,
  describe,
  loadData,
  type Table,
  type TableDescription,
} from '@chainrule/data'
import { fileKind } from '@chainrule/language'
import { startingText, type TableFile } from 'chainrule/workbench'
import { firstLineLabel } from '../data/first-line.ts'
import { tableFrom } from './data-memory.ts'
import type { Files } from './protocol.ts'
import type { DescribedFile } from './text-protocol.ts'

/** How a file is read, where it does not say. */
export interface Reading {
  /** The column to predict; guessed where left out. */
  readonly target?: string | undefined
  /** Whether the first line names the columns (default: yes). */
  readonly header?: boolean | undefined
}

/** What a table of one's own holds, and a text that trains on it. Throws a `DataError` where it cannot be read. */
export async function describeFile(
  name: string,
  bytes: Uint8Array,
  { target, header = true }: Reading = {},
): Promise<DescribedFile> {
  const ending = fileKind(name)
  const kind = ending === undefined || ending === 'text' ? 'csv' : ending
  const files = { [name]: bytes }
  const file = { path: name, kind, header }
  const table = await readTable(file, files)
  const description = describe(table, target)
  const warnings = description.warnings.map(({ code, message, help }) => {
    const repair = code === 'header-of-values' ? `where it is a row, ${uncheck}` : help
    return repair === undefined ? message : `${message}: ${repair}`
  })
  return {
    rows: description.rows,
    columns: description.columns.map((column) => ({
      ...column,
      examples: examplesOf(table, column.name),
    })),
    target: description.target?.column,
    warnings,
    ...offer(file, description, table),
  }
}

/** The text says `header=false`; here there is no text yet. */
const uncheck = `uncheck "${firstLineLabel}"`

const oneColumn =
  'There is one column: a model predicts one column from others. Add a column, or separate the cells of a row by commas, semicolons or tabs.'
const oneRow = 'There is one row: a difference is learnt from at least 2. Add rows.'
const oneValue =
  'No column has two different values to predict. Add rows, or a column whose values differ.'

/** A text that trains on the table, or what that lacks. */
function offer(
  file: TableFile,
  description: TableDescription,
  { columns, lists = [] }: Table,
): Pick<DescribedFile, 'text' | 'lacks'> {
  const nothing = (lacks: string) => ({ text: undefined, lacks })
  const { target, rows } = description
  if (columns.length + lists.length === 1) return nothing(oneColumn)
  if (rows < 2) return nothing(oneRow)
  if (target === undefined) return nothing(oneValue)
  try {
    return { text: startingText(file, description, lists, target), lacks: undefined }
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    const { message, help } = error
    return nothing(help === undefined ? message : `${message}: ${help}`)
  }
}

async function readTable({ path, kind, header = true }: TableFile, files: Files): Promise<Table> {
  // As the text asks for it, whose check need then not read it again.
  const what: DataSpecification =
    kind === 'json'
      ? { kind, path }
      : { kind: 'csv', path, header, ...(kind === 'tsv' ? { delimiter: '\t' } : {}) }
  try {
    return await tableFrom(what, files, async () => {
      const bytes = files[path] as Uint8Array
      const { data } = await loadData({ read: () => ({ bytes, name: path, quotable: true }) }, what)
      if (data.kind !== 'table') throw new Error(`internal: a ${kind} that is no table`)
      return data
    })
  } catch (error) {
    if (!(error instanceof DataError) || error.code !== 'column-twice' || kind === 'json')
      throw error
    const help = `where the first line is a row, ${uncheck}; else give one of the two another name`
    throw new DataError(error.code, error.message, { help, data: error.data, cause: error })
  }
}

function examplesOf(table: Table, name: string): string[] {
  const cells = table.columns.find((column) => column.name === name)?.cells ?? []
  const distinct = new Set<string>()
  for (let i = 0; i < cells.length && distinct.size < 3; i++)
    if (cells[i] !== null) distinct.add(String(cells[i]).slice(0, 40))
  return [...distinct]
}
