/** What a table of one's own holds; apart, as not every visit brings one. */
import {
  type DataSpecification,
  describe,
  loadData,
  type Table,
  type TableDescription,
} from '@chainrule/data'
import { applyEdits, fileKind, parse } from '@chainrule/language'
import { startingText, type TableKind } from 'chainrule/workbench'
import { changeText } from './change-text.ts'
import { tableFrom } from './data-memory.ts'
import { openText } from './open-text.ts'
import type { Files } from './protocol.ts'
import type { DescribedFile, Shares } from './text-protocol.ts'

/** What a table of one's own holds, and a text that trains on it. Throws a `DataError`. */
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
    ...(await offerOf({ path: name, kind }, description, table, files)),
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

type Offer = Pick<DescribedFile, 'text' | 'lacks'>

/** Only what was tried is offered. */
async function offerOf(
  file: Parameters<typeof startingText>[0],
  description: TableDescription,
  { columns, lists = [] }: Table,
  files: Files,
): Promise<Offer> {
  const { target, rows } = description
  if (columns.length + lists.length === 1) return { text: undefined, lacks: oneColumn }
  if (rows < 2) return { text: undefined, lacks: oneRow }
  if (target === undefined) return { text: undefined, lacks: oneValue }
  const text = startingText(file, description, lists, target)
  return firstThatTrains([text, ...smallSplits.map((shares) => withSplit(text, shares))], files)
}

const oneColumn =
  'There is one column: a model predicts one column from others. Add a column, or separate the cells of a row by commas, semicolons or tabs.'
const oneRow = 'There is one row: a difference is learnt from at least 2. Add rows.'
const oneValue =
  'No column has two different values to predict. Add rows, or a column whose values differ.'

/** For few rows: what is left to train on has at least two. */
const smallSplits: readonly Shares[] = [
  { train: 70, validate: 30, test: 0 },
  { train: 100, validate: 0, test: 0 },
]

function withSplit(text: string, value: Shares): string {
  return applyEdits(text, changeText(parse(text).ast, text, { setting: 'split', value }))
}

/** Another split helps where a part is too small; else the first text says what is wrong. */
async function firstThatTrains(texts: readonly string[], files: Files): Promise<Offer> {
  let lacks: string | undefined
  for (const text of texts) {
    const { diagnostics } = await openText(text, files)
    const error = diagnostics.find(({ severity }) => severity === 'error')
    if (error === undefined) return { text, lacks: undefined }
    lacks ??= [error.message, ...error.help].join(': ')
    if (error.code !== 'rows-one' && error.code !== 'rows-none') break
  }
  return { text: undefined, lacks }
}
