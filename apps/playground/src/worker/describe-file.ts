/** What a table of one's own holds; apart, as not every visit brings one. */
import { describe, loadData, type Table } from '@chainrule/data'
import { isJsonName, startingText } from 'chainrule/workbench'
import type { DescribedFile } from './text-protocol.ts'

/** What a table of one's own holds, and a text to begin with. Throws a `DataError`. */
export async function describeFile(
  name: string,
  bytes: Uint8Array,
  target: string | undefined,
): Promise<DescribedFile> {
  const source = { read: () => ({ bytes, name, quotable: true }) }
  const kind = isJsonName(name) ? 'json' : 'csv'
  const { data: table } = await loadData(source, { kind, path: name })
  if (table.kind !== 'table') throw new Error(`internal: ${kind} is a table`)
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
        : startingText(name, description, table.lists ?? [], description.target),
  }
}

function examplesOf(table: Table, name: string): string[] {
  const cells = table.columns.find((column) => column.name === name)?.cells ?? []
  const distinct = new Set<string>()
  for (let i = 0; i < cells.length && distinct.size < 3; i++)
    if (cells[i] !== null) distinct.add(String(cells[i]).slice(0, 40))
  return [...distinct]
}
