/** A text to begin with for a table: what is in it, and a network for its target. */
import type {
  ColumnDescription,
  ListColumn,
  TableDescription,
  TargetDescription,
  UnfitColumn,
} from '@chainrule/data'
import { type FileKind, nameText, printable } from '@chainrule/language'

/** What a table is read as; a `tsv` is a `csv` whose cells are separated by tabs. */
export type TableKind = Exclude<FileKind, 'text'>

/** A table's file, as the text names it. */
export interface TableFile {
  readonly path: string
  readonly kind: TableKind
  /** Whether the first line of a `csv` or `tsv` names the columns (default: yes). */
  readonly header?: boolean
}

/**
 * A network whose width grows with the number of features and shrinks with few rows. The text opens with the table that was
 * described; what it says of columns that could not be read is in the description's warnings too.
 *
 * Errors     those of data from which nothing can be learned, with their place
 */
export function startingText(
  file: TableFile,
  { rows, columns, beginning }: TableDescription,
  lists: readonly ListColumn[],
  target: TargetDescription,
): string {
  if (beginning === undefined) throw new Error('internal: a target without a beginning')
  const { unfit, features, split, fault } = beginning
  if (fault !== undefined) throw fault
  const described = columns.filter(({ name }) => name !== target.column)
  const width = rows < 500 ? 16 : rows < 10_000 ? 32 : 64
  const outputs = Math.max(1, target.task === 'regression' ? 1 : target.classes)
  const chosen = {
    asked: `The target is \`${printable(target.column)}\`, as asked.`,
    name: 'The target is guessed by its name.',
    last: 'The target is guessed for it is the last column: change it if it is another.',
  }[target.because]
  const missing = described
    .filter((column) => column.missing > 0)
    .map(({ name, missing: n }) => `${printable(name)} (${n})`)
  const loss = target.task === 'regression' ? 'mse' : 'cross-entropy'
  const parts = Object.entries(split).filter(([, share]) => share > 0)
  return [
    `// ${rows.toLocaleString('en-US')} rows of ${printable(file.path.replace(/^.*\//, ''))}. ${chosen}`,
    ...columnLines(described, lists, unfit).map((line) => `//   ${line}`),
    ...(missing.length === 0
      ? []
      : [`// Missing values, filled in from the training rows: ${shortened(missing)}`]),
    `data ${sourceText(file)} {`,
    `  target ${nameText(target.column)}`,
    ...(features === undefined ? [] : [`  features [${features.map(nameText).join(', ')}]`]),
    ...unfit
      .filter(({ reading }) => reading === 'category')
      .map(({ name }) => `  column ${nameText(name)} category`),
    `  split ${parts.map(([part, share]) => `${part}=${Math.round(share * 100)}%`).join(' ')}`,
    '}',
    '',
    `dense ${width} relu -> dense ${width} relu -> dense ${outputs}`,
    '',
    `loss ${loss}`,
    'optimizer adam lr=1e-3',
    `metrics [${target.task === 'regression' ? 'mae, r2' : 'accuracy'}]`,
    '',
  ].join('\n')
}

function sourceText({ path, kind, header = true }: TableFile): string {
  const file = JSON.stringify(path)
  if (kind === 'json') return `json ${file}`
  return `csv ${file}${header ? '' : ' header=false'}${kind === 'tsv' ? ' delimiter="\\t"' : ''}`
}

/** Of a table of hundreds of columns the text begins with its statements, and not with pages of comment. */
const mostListed = 12

const shortened = (names: readonly string[]): string =>
  names.length <= mostListed
    ? names.join(', ')
    : `${names.slice(0, mostListed).join(', ')} and ${names.length - mostListed} more`

/** A line a column; of many the first, and how many more there are of which types. */
function columnLines(
  columns: readonly ColumnDescription[],
  lists: readonly ListColumn[],
  unfit: readonly UnfitColumn[],
): string[] {
  const all = [
    ...columns.map((column) => ({ type: column.type, text: columnText(column, unfit) })),
    ...lists.map((list) => ({ type: 'list', text: listText(list, unfit) })),
  ]
  const lines = all.slice(0, mostListed).map(({ text }) => text)
  const more = all.slice(mostListed)
  if (more.length === 0) return lines
  const types = [...new Set(more.map(({ type }) => type))].map(
    (type) => `${more.filter((each) => each.type === type).length} ${type}`,
  )
  return [...lines, `and ${more.length} more: ${types.join(', ')}`]
}

/** `size: number`, or why it is not what it looks like. */
function columnText(
  { name, type, distinct, identifier }: ColumnDescription,
  unfit: readonly UnfitColumn[],
): string {
  const shown = printable(name)
  const found = unfit.find((each) => each.name === name)
  if (found?.reading === 'category')
    return `${shown}: category, not number: ${printable(found.error.message)}`
  if (found !== undefined) return `${shown}: ${type} ${leftOut(found)}`
  const values = type === 'category' ? `, ${distinct} values` : ''
  return `${shown}: ${type}${values}${identifier ? ' (left out: more than half are different)' : ''}`
}

function listText({ name, shape, fault }: ListColumn, unfit: readonly UnfitColumn[]): string {
  const found = unfit.find((each) => each.name === name)
  if (fault !== undefined) return `${printable(name)}: lists of several shapes (left out)`
  const lists = `${printable(name)}: lists of ${shape.join('x')} numbers`
  return found === undefined ? lists : `${lists} ${leftOut(found)}`
}

const leftOut = ({ error }: UnfitColumn): string => `(left out: ${printable(error.message)})`
