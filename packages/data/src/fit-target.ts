/** The targets' side of fitting: names of classes, or mean and deviation. */
import { type ColumnType, sortLevels, spellingOf } from './cells.ts'
import {
  columnIsUnscaled,
  columnStatement,
  targetMissing,
  tooLargeToStandardise,
} from './column-errors.ts'
import { missingNumber, readLevels, readNumbers } from './column-values.ts'
import { DataError, type DataWarning } from './errors.ts'
import { inferTargetKind, type TargetKind } from './infer.ts'
import { numbersAsText } from './number-like.ts'
import type { TargetEncoder } from './preprocessing.ts'
import {
  numbersMeant,
  type Recipe,
  type TargetRecipe,
  type TypedColumn,
  typedColumn,
} from './recipe.ts'
import { mostFrequent, statisticsOf } from './statistics.ts'
import { type Cell, columnText, placeOf, placeText, type Table } from './table.ts'
import { checkWeights } from './weights.ts'

/** Errors: target-none, target-type, target-one-class, target-not-binary, target-missing, weight-invalid, and those of reading a column */
export function fitTargets(
  table: Table,
  recipe: Recipe,
  trainRows: ArrayLike<number>,
  warnings: DataWarning[],
): TargetEncoder[] {
  return recipe.targets.map((target) => {
    const { weight } = target
    const encoder = fitTarget(table, target, recipe, trainRows, warnings)
    if (weight === undefined) return encoder
    checkWeights(table, weight, trainRows)
    return { ...encoder, weight }
  })
}

function fitTarget(
  table: Table,
  target: TargetRecipe,
  recipe: Recipe,
  trainRows: ArrayLike<number>,
  warnings: DataWarning[],
): TargetEncoder {
  const columns = target.columns.map((name) => typedColumn(table, name, recipe))
  const [first] = columns
  if (first === undefined) throw targetNone(target)
  for (const { column } of columns) refuseMissing(table, column.name, column.cells.indexOf(null))
  const kind = kindOf(table, target, columns)
  const like = kind === 'class' ? numbersMeant(first) : undefined
  if (like !== undefined) warnings.push(numbersAsText(table, first.column.name, like))
  if (kind === 'number') {
    const isScaled = recipe.scale !== 'none'
    return fitNumbers(table, target, columns, isScaled, trainRows, warnings)
  }
  return fitClasses(table, target, first, kind, trainRows, warnings)
}

function targetNone(target: TargetRecipe): DataError {
  return new DataError('target-none', `the target \`${target.name}\` names no column`, {
    help: 'write `target COLUMN`',
    data: { target: target.name },
  })
}

function refuseMissing(table: Table, column: string, row: number): void {
  if (row >= 0) throw targetMissing(table, row, column)
}

function kindOf(table: Table, target: TargetRecipe, columns: readonly TypedColumn[]): TargetKind {
  for (const { column, type } of columns) {
    if (type === 'timestamp')
      throw wrongType(table, column.name, 'a date cannot be a target', 'number')
  }
  const [first] = columns
  const only = columns.length === 1 ? first : undefined
  const kind =
    target.as ?? (only === undefined ? 'number' : inferTargetKind(only.column, only.type))
  for (const { column, type } of columns) checkKind(table, kind, column.name, type)
  if (kind !== 'number' && only === undefined) {
    const message = 'classes come from one column, several columns are numbers'
    throw wrongType(table, first?.column.name ?? '', message, 'category')
  }
  return kind
}

function checkKind(table: Table, kind: TargetKind, name: string, type: ColumnType): void {
  if (kind === 'number' && type === 'category') {
    throw wrongType(
      table,
      name,
      'the target holds categories, where a number is asked for',
      'number',
    )
  }
  if (kind !== 'number' && type === 'number') {
    throw wrongType(
      table,
      name,
      'the target holds numbers, where classes are asked for',
      'category',
    )
  }
}

function wrongType(table: Table, name: string, message: string, type: ColumnType): DataError {
  const fits =
    type === 'number'
      ? 'a loss for classes (`cross-entropy`) fits this target'
      : 'a loss for numbers (`mse`) fits this target'
  return new DataError('target-type', `${placeText(table, undefined, name)}: ${message}`, {
    help: `${fits}; if the guess is wrong, write \`${columnStatement(table, name)} ${type}\``,
    data: placeOf(table, undefined, name),
  })
}

function fitNumbers(
  table: Table,
  target: TargetRecipe,
  columns: readonly TypedColumn[],
  isScaled: boolean,
  trainRows: ArrayLike<number>,
  warnings: DataWarning[],
): TargetEncoder {
  const statistics = columns.map(({ column, type }) => {
    const all = targetNumbers(table, column, type)
    const found = statisticsOf(Float64Array.from(trainRows, (row) => all[row] ?? missingNumber))
    const { mean, deviation } = found
    if (deviation === 0) warnings.push(constantTarget(table, column.name))
    else if (!isScaled) warnings.push(...columnIsUnscaled(table, column.name, found))
    if (!Number.isFinite(deviation)) throw tooLargeToStandardise(table, column.name)
    return { mean, deviation: deviation === 0 ? 1 : deviation }
  })
  return {
    kind: 'number',
    name: target.name,
    columns: columns.map(({ column }) => column.name),
    types: columns.map(({ type }) => (type === 'boolean' ? 'boolean' : 'number')),
    mean: statistics.map(({ mean }) => mean),
    deviation: statistics.map(({ deviation }) => deviation),
  }
}

/** A target's numbers; truth values count as 0 and 1. */
export function targetNumbers(
  table: Table,
  column: TypedColumn['column'],
  type: ColumnType,
): Float64Array {
  if (type !== 'boolean') return readNumbers(table, column, 'number')
  const levels = readLevels(table, column, 'boolean')
  return Float64Array.from(levels, (level) => (level === 'true' ? 1 : 0))
}

function constantTarget(table: Table, name: string): DataWarning {
  return {
    code: 'column-constant',
    message: `the target, ${columnText(table, name)}, has the same value in every row of the training part`,
    help: 'there is nothing to learn from it: check the column and the split',
    data: placeOf(table, undefined, name),
  }
}

function fitClasses(
  table: Table,
  target: TargetRecipe,
  { column, type }: TypedColumn,
  kind: 'class' | 'binary',
  trainRows: ArrayLike<number>,
  warnings: DataWarning[],
): TargetEncoder {
  const levels = readLevels(table, column, type)
  const occurring = new Set(levels.filter((level) => level !== null))
  if (occurring.size < 2) throw oneClass(table, column.name)
  const sorted = sortLevels(occurring)
  const trained = new Set(Array.from(trainRows, (row) => levels[row]))
  const untrained = sorted.filter((level) => !trained.has(level)).length
  if (untrained > 0) warnings.push(untrainedClasses(table, column.name, untrained))
  const classes = spellings(sorted, levels, column.cells)
  const common = { name: target.name, column: column.name, type }
  if (kind === 'class') return { kind, ...common, classes }
  const [negative, affirmative] = classes
  if (classes.length !== 2 || negative === undefined || affirmative === undefined) {
    throw notBinary(table, column.name, classes.length, type)
  }
  return { kind, ...common, classes: [negative, affirmative] }
}

/** Each level as the file spells it: `yes` and not `true`, `1.0` and not `1`; of several spellings the most frequent. */
function spellings(
  sorted: readonly string[],
  levels: readonly (string | null)[],
  cells: readonly Cell[],
): string[] {
  const found = new Map<string, string[]>(sorted.map((level) => [level, []]))
  for (const [row, level] of levels.entries()) {
    const cell = cells[row] ?? null
    if (level !== null && cell !== null) found.get(level)?.push(spellingOf(cell))
  }
  return sorted.map((level) => mostFrequent(found.get(level) ?? [], (a, b) => a < b) ?? level)
}

function oneClass(table: Table, name: string): DataError {
  return new DataError(
    'target-one-class',
    `${placeText(table, undefined, name)}: every row has the same class`,
    {
      help: 'a classifier needs rows of at least two classes: check the column',
      data: placeOf(table, undefined, name),
    },
  )
}

function notBinary(table: Table, name: string, classes: number, type: ColumnType): DataError {
  const isQuantity = type === 'number' || type === 'integer'
  const otherwise = isQuantity ? '; where it is a quantity, with `loss mse`' : ''
  return new DataError(
    'target-not-binary',
    `${placeText(table, undefined, name)}: the target has ${classes} classes, where two are asked for`,
    {
      help: `end the model in \`dense ${classes}\` with \`loss cross-entropy\`${otherwise}`,
      data: { ...placeOf(table, undefined, name), classes },
    },
  )
}

function untrainedClasses(table: Table, name: string, count: number): DataWarning {
  return {
    code: 'class-untrained',
    message: `the target, ${columnText(table, name)}: ${count === 1 ? 'a class has' : `${count} classes have`} no row in the training part`,
    help: 'write `split … stratify=` with the target, or give more rows of the rare classes',
    data: { ...placeOf(table, undefined, name), classes: count },
  }
}
