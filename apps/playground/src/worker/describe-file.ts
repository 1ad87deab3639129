/** What a table of one's own holds; apart, as not every visit brings one. */
import { describe, readCsv, readJson, type Table } from '@chainrule/data'
import { startingText } from 'chainrule/workbench'
import type { DescribedFile } from './text-protocol.ts'

/** What a table of one's own holds, and a text to begin with. Throws a `DataError`. */
export function describeFile(
  name: string,
  bytes: Uint8Array,
  target: string | undefined,
): DescribedFile {
  const isJson = /\.json[^./]*$/i.test(name)
  const table = isJson ? readJson(bytes, { file: name }) : readCsv(bytes, { file: name })
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
