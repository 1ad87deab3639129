/** Whether a table can be learned from as it is read by itself, and what becomes of the columns for which it cannot. */
import { columnStatement } from './column-errors.ts'
import { encodeInput } from './encode-input.ts'
import { DataError, type DataWarning } from './errors.ts'
import { fitInputs } from './fit.ts'
import { distinctLevels, looksLikeIdentifier } from './infer.ts'
import { dropRowsWithoutTarget, prepare } from './prepare.ts'
import { type ColumnRule, type Recipe, type TargetRecipe, typedColumn } from './recipe.ts'
import { type SplitParts, split } from './split.ts'
import { columnOf, missingCount, placeOf, type Table } from './table.ts'

/** Of fewer rows nothing is left to train on where some are set apart. */
const all: Parts = { train: 1, validate: 0, test: 0 }
const some: Parts = { train: 0.7, validate: 0.15, test: 0.15 }
const enough = 4

/** Of a text that names none. */
const seed = 42

/** A column that cannot be a feature as it is read by itself. */
export interface UnfitColumn {
  readonly name: string
  /** A category after all, or left out. */
  readonly reading: 'category' | 'none'
  readonly error: DataError
}

type Parts = Required<SplitParts>

/** What a first text has to say, so that a table can be learned from. */
export interface Beginning {
  readonly split: Parts
  readonly unfit: readonly UnfitColumn[]
  /** The columns to learn from, where one that is unfit is left out. */
  readonly features?: readonly string[]
  /** Why nothing can be learned all the same. */
  readonly fault?: DataError
  readonly warnings: readonly DataWarning[]
}

/** Does what a training would; where that fails, looks at each column by itself. */
export function beginWith(whole: Table, target: TargetRecipe): Beginning {
  const { data } = dropRowsWithoutTarget(whole, target.columns)
  const table = data.kind === 'table' ? data : whole
  const parts = table.rows < enough ? all : some
  const open = { split: parts, unfit: [], warnings: [] }
  if (target.columns.includes('')) return { ...open, fault: nameless(whole) }
  if (faultOf(whole, recipeOf(target), parts) === undefined) return open
  const { train } = split(table.rows, { ...parts, seed })
  const candidates = featuresOf(table, target)
  const unfit = unfitOf(table, candidates, train)
  const left = new Set(unfit.filter(({ reading }) => reading === 'none').map(({ name }) => name))
  const features = left.size === 0 ? undefined : candidates.filter((name) => !left.has(name))
  const rules = unfit.filter(({ name }) => !left.has(name)).map(({ name }) => asCategory(name))
  const recipe = recipeOf(target, rules, features)
  const fault = features?.length === 0 ? unfit[0]?.error : faultOf(whole, recipe, parts)
  if (fault !== undefined) return { ...open, unfit, fault: orAnother(fault, target) }
  const warnings = unfit.map((each) => warningOf(table, each))
  return { ...open, unfit, warnings, ...(features === undefined ? {} : { features }) }
}

const asCategory = (name: string): ColumnRule => ({ name, type: 'category' })

function recipeOf(
  target: TargetRecipe,
  columns: readonly ColumnRule[] = [],
  features?: readonly string[],
): Recipe {
  const input = { name: 'input', ...(features === undefined ? {} : { columns: features }) }
  return { inputs: [input], targets: [target], columns }
}

/** What stops a training. */
function faultOf(data: Table, recipe: Recipe, parts: Parts): DataError | undefined {
  return failureOf(() => prepare({ data, recipe, split: parts, seed }))
}

/** Of a mistake in the target: that another one may be chosen. */
function orAnother(fault: DataError, { columns }: TargetRecipe): DataError {
  const { code, message, help, data } = fault
  if (help === undefined || !columns.some((name) => name === data.column)) return fault
  const more = `${help}; or predict another column`
  return new DataError(code, message, { help: more, data, cause: fault })
}

function failureOf(work: () => void): DataError | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof DataError) return error
    throw error
  }
}

/** The columns that would be features if nobody named any. */
function featuresOf(table: Table, target: TargetRecipe): string[] {
  const recipe = recipeOf(target)
  const kept = table.columns.filter((column) => {
    const isEmpty = missingCount(column.cells) === table.rows
    return !isEmpty && !looksLikeIdentifier(column, typedColumn(table, column.name, recipe).type)
  })
  const lists = (table.lists ?? []).filter(({ fault }) => fault === undefined)
  return [...kept, ...lists]
    .map(({ name }) => name)
    .filter((name) => !target.columns.includes(name))
}

/** Those of the candidates that fail; where any is left out the others have to be named. */
function unfitOf(table: Table, candidates: readonly string[], train: Int32Array): UnfitColumn[] {
  const found = candidates.flatMap((name) => unfitColumn(table, name, train) ?? [])
  const isListed = found.some(({ reading }) => reading === 'none')
  const isNameless = isListed && candidates.includes('') && found.every(({ name }) => name !== '')
  return isNameless ? [...found, { name: '', reading: 'none', error: nameless(table) }] : found
}

function unfitColumn(table: Table, name: string, train: Int32Array): UnfitColumn | undefined {
  const error = failureOf(() => tryColumn(table, name, train))
  if (error === undefined) return undefined
  const isCategory =
    error.code === 'text-in-number' &&
    name !== '' &&
    hasFewValues(table, name) &&
    failureOf(() => tryColumn(table, name, train, [asCategory(name)])) === undefined
  return { name, reading: isCategory ? 'category' : 'none', error }
}

function tryColumn(
  table: Table,
  name: string,
  train: Int32Array,
  columns: readonly ColumnRule[] = [],
): void {
  const recipe = { inputs: [{ name: 'input', columns: [name] }], targets: [], columns }
  for (const input of fitInputs(table, recipe, train, [])) encodeInput(input, table, [])
}

/** More than these are rather numbers with a slip among them. */
const fewValues = 20

function hasFewValues(table: Table, name: string): boolean {
  const { cells } = columnOf(table, name)
  const distinct = distinctLevels(cells, 'category').size
  return distinct <= fewValues && distinct * 2 <= cells.length - missingCount(cells)
}

function nameless(table: Table): DataError {
  const { file } = table.origin
  return new DataError('column-not-found', `${file} has a column without a name`, {
    help: 'give it a name, by which a text can speak of it',
    data: { file },
  })
}

function warningOf(table: Table, { name, reading, error }: UnfitColumn): DataWarning {
  const data = placeOf(table, undefined, name)
  if (reading === 'category') {
    return {
      code: 'numbers-as-text',
      message: `${error.message}; as the column has few different values, the text reads it as categories`,
      help: `where it holds numbers, mend the cell or leave it empty, and take \`${columnStatement(table, name)} category\` out of the text`,
      data,
    }
  }
  return {
    code: 'column-left-out',
    message: `${error.message}; the text leaves the column out`,
    ...(error.help === undefined || advisesLeavingOut.has(error.code)
      ? {}
      : { help: `${error.help}; then name it in \`features\`` }),
    data,
  }
}

/** Errors whose repair is what was done. */
const advisesLeavingOut: ReadonlySet<string> = new Set(['column-empty', 'encoding-too-large'])
