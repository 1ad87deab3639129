/** What `chainrule init` needs to know of a table: its columns, and what to predict. */
import { type Beginning, beginWith } from './beginning.ts'
import type { ColumnType } from './cells.ts'
import type { DataWarning } from './errors.ts'
import { distinctCount, inferTargetKind, inferType, mostlyDiffer } from './infer.ts'
import { headerOfValues, numberLike, numbersAsText } from './number-like.ts'
import { type Column, missingCount, type Table } from './table.ts'

/** What one column of a table holds. */
export interface ColumnDescription {
  readonly name: string
  readonly type: ColumnType
  readonly missing: number
  /** How many different values there are, missing ones not counted. */
  readonly distinct: number
  /** A column of 20 texts or more, of which more than half are different. */
  readonly identifier: boolean
}

/** The column to predict, and what kind of prediction that is. */
export interface TargetDescription {
  readonly column: string
  readonly task: 'regression' | 'binary' | 'classification'
  /** How many classes; 0 for a regression. */
  readonly classes: number
  /** Asked for, or guessed by its name or as the last column that may be one. */
  readonly because: 'asked' | 'name' | 'last'
}

/** What a table holds, and what may be predicted from it. */
export interface TableDescription {
  readonly rows: number
  readonly columns: readonly ColumnDescription[]
  /** What is likely to be read otherwise than it is meant. */
  readonly warnings: readonly DataWarning[]
  /** The column that was asked for, or the likeliest; none where it is not there, or none has two different values. */
  readonly target?: TargetDescription
  /** What a text has to say so that the target can be learned; there where a target is. */
  readonly beginning?: Beginning
}

/** What the columns of a table hold, and which of them is likely to be the target; with `asked`, that one. */
export function describe(table: Table, asked?: string): TableDescription {
  const columns = table.columns.map(describeColumn)
  const target =
    asked === undefined
      ? guessTarget(table, columns)
      : describeTarget(table, columns, asked, 'asked')
  const description = { rows: table.rows, columns, warnings: doubts(table, columns) }
  if (target === undefined) return description
  const { column, task } = target
  const as = task === 'regression' ? 'number' : 'class'
  const beginning = beginWith(table, { name: 'target', columns: [column], as })
  const warnings = [...description.warnings, ...beginning.warnings]
  return { ...description, warnings, target, beginning }
}

function doubts(table: Table, columns: readonly ColumnDescription[]): DataWarning[] {
  const header = headerOfValues(table)
  const texts = table.columns.flatMap(({ name, cells }, i) => {
    const like = columns[i]?.type === 'category' ? numberLike(cells) : undefined
    return like === undefined ? [] : [numbersAsText(table, name, like)]
  })
  return header === undefined ? texts : [header, ...texts]
}

function describeColumn(column: Column): ColumnDescription {
  const { name, cells } = column
  const type = inferType(column)
  const [missing, distinct] = [missingCount(cells), distinctCount(cells, type)]
  const identifier = type === 'category' && mostlyDiffer(cells.length - missing, distinct)
  return { name, type, missing, distinct, identifier }
}

/** The likeliest first; compared without case, spaces and punctuation. */
const targetNames = [
  'target',
  'label',
  'class',
  'species',
  'y',
  'outcome',
  'output',
  'diagnosis',
  'survived',
  'price',
  'mpg',
  'milespergallon',
  'medv',
  'quality',
  'digit',
  'category',
  'salary',
]

function guessTarget(
  table: Table,
  descriptions: readonly ColumnDescription[],
): TargetDescription | undefined {
  const possible = descriptions.filter(
    ({ name, type, distinct, identifier }) =>
      name !== '' && type !== 'timestamp' && distinct >= 2 && !identifier,
  )
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')
  for (const word of targetNames) {
    const named = possible.find(({ name }) => plain(name) === word)
    if (named !== undefined) return describeTarget(table, descriptions, named.name, 'name')
  }
  const last = possible.at(-1)
  return last === undefined ? undefined : describeTarget(table, descriptions, last.name, 'last')
}

function describeTarget(
  table: Table,
  descriptions: readonly ColumnDescription[],
  name: string,
  because: TargetDescription['because'],
): TargetDescription | undefined {
  const column = table.columns.find((each) => each.name === name)
  const description = descriptions.find((each) => each.name === name)
  if (column === undefined || description === undefined) return undefined
  const { type, distinct } = description
  if (inferTargetKind(column, type) === 'number') {
    return { column: name, task: 'regression', classes: 0, because }
  }
  return {
    column: name,
    task: distinct === 2 ? 'binary' : 'classification',
    classes: distinct,
    because,
  }
}
