/** What a person asks of the columns: which are features, which targets, their types, scale and missing values. */
import type { ColumnType } from './cells.ts'
import { DataError, type DataWarning } from './errors.ts'
import { inferType, looksLikeIdentifier, type TargetKind } from './infer.ts'
import { findList, type ListColumn, usableList } from './lists.ts'
import { type NumberLike, numberLike, numberLikeText } from './number-like.ts'
import { type Column, columnOf, columnText, placeOf, type Table } from './table.ts'

/** standard: mean 0 and deviation 1 over the training part; minmax: 0 to 1 over it; none: as they are. */
export type Scale = 'standard' | 'minmax' | 'none'

/** What stands for a missing value: a statistic of the training part, or nothing. */
export type MissingPolicy = 'mean' | 'median' | 'most' | 'refuse'

/** `column NAME type missing=policy`, where the guess is wrong. */
export interface ColumnRule {
  readonly name: string
  readonly type?: ColumnType
  readonly missing?: MissingPolicy
}

/** Which columns go into an input of the model, and as what. */
export interface InputRecipe {
  /** The model's input. */
  readonly name: string
  /** Left out: every column that is no target, no column of another input and no identifier. */
  readonly columns?: readonly string[]
  /** The input takes whole numbers as they are, or a yes or no of each column. */
  readonly as?: 'integer' | 'boolean'
}

/** Which columns a target is made of, and as what. */
export interface TargetRecipe {
  /** How the encoded target is called, such as the model's head. */
  readonly name: string
  /** One column; several numbers side by side make a target of that width. Images have the column `label`. */
  readonly columns: readonly string[]
  /** Left out: guessed from the column (`inferTargetKind`). */
  readonly as?: TargetKind
  /** The column that says how much each row counts for it; it is no feature unless an input names it. */
  readonly weight?: string
  /** How many rows of a series later its value stands (default: 0). */
  readonly shift?: number
}

/** `time=timestamp group=station`, `window 48` */
export interface SeriesRecipe {
  readonly time: string
  readonly group?: string
  readonly window?: number
}

/** What is asked of the columns of some data. */
export interface Recipe {
  readonly inputs: readonly InputRecipe[]
  readonly targets: readonly TargetRecipe[]
  /** The rows follow each other in time. */
  readonly series?: SeriesRecipe
  readonly columns?: readonly ColumnRule[]
  readonly scale?: Scale
}

/** A column with the type that it is read as. */
export interface TypedColumn {
  readonly column: Column
  readonly type: ColumnType
  readonly rule: ColumnRule
}

export function typedColumn(table: Table, name: string, recipe: Recipe): TypedColumn {
  const column = columnOf(table, name)
  const rule = recipe.columns?.find((each) => each.name === name) ?? { name }
  return { column, type: rule.type ?? inferType(column), rule }
}

export interface PlannedInput {
  readonly input: InputRecipe
  readonly columns: readonly (TypedColumn | ListColumn)[]
}

/**
 * The columns of each input. Errors: features-unclear, features-none, feature-is-target, column-not-found
 */
export function planInputs(table: Table, recipe: Recipe, warnings: DataWarning[]): PlannedInput[] {
  for (const rule of recipe.columns ?? []) columnOf(table, rule.name)
  // What stands rows later is no copy of what the model sees.
  const now = recipe.targets.filter(({ shift = 0 }) => shift === 0)
  const targets = new Set(now.flatMap((target) => target.columns))
  const open = recipe.inputs.filter((input) => input.columns === undefined)
  if (open.length > 1) throw featuresUnclear(open)
  const named = recipe.inputs.flatMap((input) => input.columns ?? [])
  const { time, group } = recipe.series ?? {}
  const others = [time, group, ...recipe.targets.map(({ weight }) => weight)]
  const weights = others.filter((name) => name !== undefined)
  return recipe.inputs.map((input) => {
    const columns =
      input.columns === undefined
        ? otherColumns(table, recipe, new Set([...targets, ...named, ...weights]), warnings)
        : namedColumns(table, recipe, input.columns, targets)
    if (columns.length === 0) throw featuresNone(table, input, warnings)
    return { input, columns }
  })
}

function namedColumns(
  table: Table,
  recipe: Recipe,
  names: readonly string[],
  targets: ReadonlySet<string>,
): PlannedInput['columns'] {
  const both = names.find((name) => targets.has(name))
  if (both !== undefined) {
    throw new DataError('feature-is-target', `\`${both}\` is both a feature and a target`, {
      help: 'the model would only copy it: take it out of the features',
      data: { column: both },
    })
  }
  return names.map((name) => {
    const list = findList(table, name)
    return list === undefined ? typedColumn(table, name, recipe) : usableList(table, list)
  })
}

function otherColumns(
  table: Table,
  recipe: Recipe,
  taken: ReadonlySet<string>,
  warnings: DataWarning[],
): PlannedInput['columns'] {
  const kept: (TypedColumn | ListColumn)[] = []
  for (const { name } of table.columns) {
    if (taken.has(name)) continue
    const typed = typedColumn(table, name, recipe)
    const asked = recipe.columns?.some((rule) => rule.name === name) ?? false
    const warning = asked ? undefined : leftOut(table, typed)
    if (warning === undefined) kept.push(typed)
    else warnings.push(warning)
  }
  for (const list of table.lists ?? []) {
    if (taken.has(list.name)) continue
    if (list.fault === undefined) kept.push(usableList(table, list))
    else warnings.push(unusableList(table, list.name, list.fault.message))
  }
  return kept
}

function unusableList(table: Table, name: string, fault: string): DataWarning {
  return {
    code: 'column-left-out',
    message: `${columnText(table, name)} is not used as a feature: ${fault}`,
    help: 'give every row a list of the same shape to use it',
    data: placeOf(table, undefined, name),
  }
}

/** Why a column that nobody named is no feature. */
function leftOut(table: Table, typed: TypedColumn): DataWarning | undefined {
  const { column, type } = typed
  const isEmpty = column.cells.every((cell) => cell === null)
  if (!isEmpty && !looksLikeIdentifier(column, type)) return undefined
  const like = numbersMeant(typed)
  const texts =
    like === undefined ? 'more than half of its texts are different' : numberLikeText(table, like)
  const reason = isEmpty ? 'it has no values' : texts
  const help = 'name it in `features` to use it all the same'
  return {
    code: 'column-left-out',
    message: `${columnText(table, column.name)} is not used as a feature: ${reason}`,
    help: like === undefined ? help : `${like.help}, or ${help}`,
    data: placeOf(table, undefined, column.name),
  }
}

/** Numbers in a spelling that is not read, in a column whose type was guessed. */
export function numbersMeant({ column, type, rule }: TypedColumn): NumberLike | undefined {
  return type === 'category' && rule.type === undefined ? numberLike(column.cells) : undefined
}

function featuresUnclear(open: readonly InputRecipe[]): DataError {
  const names = open.map((input) => `\`@${input.name}\``).join(' and ')
  return new DataError('features-unclear', `which columns go into ${names}?`, {
    help: `write \`features @${open[0]?.name} [first, second]\` for each input`,
    data: { inputs: open.map((input) => input.name) },
  })
}

function featuresNone(
  table: Table,
  input: InputRecipe,
  warnings: readonly DataWarning[],
): DataError {
  const left = warnings.filter(({ code }) => code === 'column-left-out')
  const reasons = left.slice(0, 3).map(({ message }) => message)
  const why = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`
  return new DataError(
    'features-none',
    `${table.origin.file} leaves no column to learn from${why}`,
    {
      help: left[0]?.help ?? 'give it columns besides the target, or name them in `features`',
      data: { file: table.origin.file, input: input.name },
    },
  )
}
