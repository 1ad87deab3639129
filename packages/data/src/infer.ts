/** The type of a column, guessed from its cells. */
import { booleanOf, type ColumnType, levelOf, numberOf, timestampOf } from './cells.ts'
import { type Cell, type Column, missingCount } from './table.ts'

/**
 * All truth values: boolean. All whole numbers: integer. All dates: timestamp. More than half numbers: number, so that a
 * stray text is an error with a line and not a silent category. Anything else, and a column without values: category.
 */
export function inferType(column: Column): ColumnType {
  let values = 0
  let booleans = 0
  let numbers = 0
  let integers = 0
  let timestamps = 0
  for (const cell of column.cells) {
    if (cell === null) continue
    values++
    const number = numberOf(cell)
    if (number !== undefined) {
      numbers++
      if (Number.isInteger(number)) integers++
    } else if (booleanOf(cell) !== undefined) booleans++
    else if (timestampOf(cell) !== undefined) timestamps++
  }
  if (values === 0) return 'category'
  if (booleans === values) return 'boolean'
  if (timestamps === values) return 'timestamp'
  if (integers === values) return 'integer'
  return numbers * 2 > values ? 'number' : 'category'
}

/** What a target asks for: one class of several, one of two, or a number. */
export type TargetKind = 'class' | 'binary' | 'number'

const classWords = [
  'label',
  'class',
  'target',
  'species',
  'category',
  'digit',
  'kind',
  'type',
  'diagnosis',
  'outcome',
]

/**
 * What a target column asks for where nobody says: truth values are binary, categories are classes, and so are whole
 * numbers that are only 0 and 1; whole numbers that count 0…k-1 or 1…k without a gap are classes where the column's name
 * says so (`label`, `class`, `digit` …). Anything else is a number.
 */
export function inferTargetKind(column: Column, type: ColumnType): TargetKind {
  if (type === 'boolean') return 'binary'
  if (type === 'category') return 'class'
  if (type !== 'integer') return 'number'
  const values = [...distinctLevels(column.cells, type)].map(Number).sort((a, b) => a - b)
  const first = values[0] ?? 0
  const counting = values.every((value, i) => value === first + i) && values.length >= 2
  if (!counting || first < 0 || first > 1) return 'number'
  if (first === 0 && values.length === 2) return 'class'
  return saysClass(column.name) && values.length <= 1000 ? 'class' : 'number'
}

function saysClass(name: string): boolean {
  const words = name.toLowerCase().split(/[^a-z]+/)
  return classWords.some((word) => words.includes(word))
}

export function distinctLevels(cells: readonly Cell[], type: ColumnType): Set<string> {
  const levels = new Set<string>()
  for (const cell of cells) if (cell !== null) levels.add(levelOf(cell, type))
  return levels
}

/** How many levels there are. To spell numbers takes longer than to tell them apart. */
export function distinctCount(cells: readonly Cell[], type: ColumnType): number {
  if (type !== 'number' && type !== 'integer') return distinctLevels(cells, type).size
  const levels = new Set<number | string>()
  for (const cell of cells) if (cell !== null) levels.add(numberOf(cell) ?? String(cell))
  return levels.size
}

/** Whether a text column names its rows rather than describes them: of 20 values or more, more than half are different. */
export function looksLikeIdentifier({ cells }: Column, type: ColumnType): boolean {
  if (type !== 'category') return false
  return mostlyDiffer(cells.length - missingCount(cells), distinctLevels(cells, type).size)
}

/** Whether most of the texts of a column occur once. */
export const mostlyDiffer = (values: number, distinct: number): boolean =>
  values >= 20 && distinct * 2 > values
