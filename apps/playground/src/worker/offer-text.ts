/** A text that trains on a table of one's own, found by trying; or what the table lacks. */
import { DataError, type Table, type TableDescription } from '@chainrule/data'
import { applyEdits, dataRequest, nameText, parse } from '@chainrule/language'
import { startingText, type TableFile, trainingData } from 'chainrule/workbench'
import { changeText } from './change-text.ts'
import { openText, registry } from './open-text.ts'
import type { Files } from './protocol.ts'
import type { DescribedFile, Shares } from './text-protocol.ts'

interface Offer extends Pick<DescribedFile, 'text' | 'lacks'> {
  /** Why columns are no features. */
  readonly leftOut: readonly string[]
}

/** Only what was tried is offered. */
export async function offerOf(
  file: TableFile,
  description: TableDescription,
  table: Table,
  files: Files,
): Promise<Offer> {
  const { target, rows } = description
  const { columns, lists = [] } = table
  if (columns.length + lists.length === 1) return nothing(oneColumn)
  if (rows < 2) return nothing(oneRow)
  if (target === undefined) return nothing(oneValue)
  const text = startingText(file, description, lists, target)
  const usable = [
    ...description.columns
      .filter(
        ({ name, identifier, missing }) => name !== target.column && !identifier && missing < rows,
      )
      .map(({ name }) => name),
    ...lists.filter(({ fault }) => fault === undefined).map(({ name }) => name),
  ]
  const texts = [text, ...smallSplits.map((shares) => withSplit(text, shares))]
  let first: Offer | undefined
  for (const each of texts) {
    const { isSmall, ...offer } = await withoutFaults(each, usable, table, files)
    if (offer.text !== undefined) return offer
    first ??= offer
    // Another split helps where too few rows are left to train on.
    if (!isSmall) break
  }
  return first ?? nothing(oneValue)
}

const nothing = (lacks: string): Offer => ({ text: undefined, lacks, leftOut: [] })

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

/** A column in which something is wrong is no feature, as long as another is left. */
async function withoutFaults(
  text: string,
  usable: readonly string[],
  table: Table,
  files: Files,
): Promise<Offer & { readonly isSmall: boolean }> {
  const leftOut: string[] = []
  let kept = usable
  let tried = text
  for (;;) {
    const { diagnostics } = await openText(tried, files)
    const error = diagnostics.find(({ severity }) => severity === 'error')
    if (error === undefined) return { text: tried, lacks: undefined, leftOut, isSmall: false }
    const said = [error.message, ...error.help].join(': ')
    const isSmall = error.code === 'rows-one' || error.code === 'rows-none'
    const faulty = faultyColumn(tried, table)
    const others = kept.filter((name) => name !== faulty)
    if (others.length === 0 || others.length === kept.length) return { ...nothing(said), isSmall }
    kept = others
    leftOut.push(`${said}. Until then the column is left out.`)
    tried = withFeatures(text, kept)
  }
}

function faultyColumn(text: string, table: Table): string | undefined {
  const { request } = dataRequest(parse(text).ast, { registry })
  try {
    if (request !== undefined) trainingData(request, { data: table }, request.seed)
  } catch (error) {
    const column = error instanceof DataError ? error.data['column'] : undefined
    if (typeof column === 'string') return column
  }
  return undefined
}

const withFeatures = (text: string, names: readonly string[]): string =>
  text.replace(
    /^ {2}target .*$/m,
    (target) => `${target}\n  features [${names.map(nameText).join(', ')}]`,
  )
