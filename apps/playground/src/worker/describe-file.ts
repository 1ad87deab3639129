/** What a table of one's own holds; apart, as not every visit brings one. */
import { type DataSpecification, describe, loadData, type Table } from '@chainrule/data'
import { fileKind } from '@chainrule/language'
import { startingText, type TableKind } from 'chainrule/workbench'
import type { DescribedFile } from './text-protocol.ts'

/** What a table of one's own holds, and a text to begin with. Throws a `DataError`. */
export async function describeFile(
  name: string,
  bytes: Uint8Array,
  target: string | undefined,
): Promise<DescribedFile> {
  const ending = fileKind(name)
  const kind = ending === undefined || ending === 'text' ? 'csv' : ending
  const table = await readTable(name, bytes, kind)
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
    text:
      description.target === undefined
        ? undefined
        : startingText({ path: name, kind }, description, table.lists ?? [], description.target),
  }
}

async function readTable(name: string, bytes: Uint8Array, kind: TableKind): Promise<Table> {
  const what: DataSpecification =
    kind === 'tsv' ? { kind: 'csv', path: name, delimiter: '\t' } : { kind, path: name }
  const { data } = await loadData({ read: () => ({ bytes, name, quotable: true }) }, what)
  if (data.kind !== 'table') throw new Error(`internal: a ${kind} that is no table`)
  return data
}

function examplesOf(table: Table, name: string): string[] {
  const cells = table.columns.find((column) => column.name === name)?.cells ?? []
  const distinct = new Set<string>()
  for (let i = 0; i < cells.length && distinct.size < 3; i++)
    if (cells[i] !== null) distinct.add(String(cells[i]).slice(0, 40))
  return [...distinct]
}
