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
import { startingText, type TableFile, type TableKind } from 'chainrule/workbench'
import { tableFrom } from './data-memory.ts'
import type { Files } from './protocol.ts'
import type { DescribedFile } from './text-protocol.ts'

/** What a table of one's own holds, and a text that trains on it. Throws a `DataError` where it cannot be read. */
export async function describeFile(
  name: string,
  bytes: Uint8Array,
  target: string | undefined,
): Promise<DescribedFile> {
  const ending = fileKind(name)
  const kind = ending === undefined || ending === 'text' ? 'csv' : ending
  const files = { [name]: bytes }
  const table = await readTable(name, kind, files)
  const description = describe(table, target)
  const warnings = description.warnings.map(({ message, help }) =>
    help === undefined ? message : `${message}: ${help}`,
  )
  return {
    rows: description.rows,
    columns: description.columns.map((column) => ({
      ...column,
      examples: examplesOf(table, column.name),
    })),
    target: description.target?.column,
    warnings,
    ...offer({ path: name, kind }, description, table),
  }
}

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

function readTable(name: string, kind: TableKind, files: Files): Promise<Table> {
  // As the text asks for it, whose check need then not read it again.
  const what: DataSpecification =
    kind === 'json'
      ? { kind, path: name }
      : { kind: 'csv', path: name, header: true, ...(kind === 'tsv' ? { delimiter: '\t' } : {}) }
  return tableFrom(what, files, async () => {
    const bytes = files[name] as Uint8Array
    const { data } = await loadData({ read: () => ({ bytes, name, quotable: true }) }, what)
    if (data.kind !== 'table') throw new Error(`internal: a ${kind} that is no table`)
    return data
  })
}

function examplesOf(table: Table, name: string): string[] {
  const cells = table.columns.find((column) => column.name === name)?.cells ?? []
  const distinct = new Set<string>()
  for (let i = 0; i < cells.length && distinct.size < 3; i++)
    if (cells[i] !== null) distinct.add(String(cells[i]).slice(0, 40))
  return [...distinct]
}
