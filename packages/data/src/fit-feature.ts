/** How one feature column becomes numbers: the statistics of the training rows. */
import type { NumericType } from './cells.ts'
import {
  columnIsConstant,
  columnIsUnscaled,
  columnStatement,
  tooLargeToStandardise,
  valueMissing,
} from './column-errors.ts'
import { missingNumber, readBooleans, readLevels, readNumbers } from './column-values.ts'
import { DataError, type DataWarning } from './errors.ts'
import { numbersAsText } from './number-like.ts'
import type { FeatureEncoder } from './preprocessing.ts'
import {
  type ColumnRule,
  type MissingPolicy,
  numbersMeant,
  type Scale,
  type TypedColumn,
} from './recipe.ts'
import { medianOf, mostFrequent, type Statistics, statisticsOf } from './statistics.ts'
import { columnText, missingCount, placeOf, placeText, type Table } from './table.ts'

export interface FitContext {
  readonly table: Table
  readonly trainRows: ArrayLike<number>
  readonly scale: Scale
  readonly warnings: DataWarning[]
}

/**
 * `as`: the input takes whole numbers as they are, or a yes or no.
 *
 * Errors     column-empty, value-missing, missing-policy, non-finite, and those of reading a column
 */
export function fitFeature(
  typed: TypedColumn,
  as: 'integer' | 'boolean' | undefined,
  context: FitContext,
): FeatureEncoder {
  warnMissing(typed, context)
  const like = numbersMeant(typed)
  if (like !== undefined)
    context.warnings.push(numbersAsText(context.table, typed.column.name, like))
  if (as === 'integer') return fitNumber(typed, 'integer', { ...context, scale: 'none' })
  if (as === 'boolean') return fitBoolean(typed, context)
  switch (typed.type) {
    case 'category':
      return fitCategory(typed, context)
    case 'boolean':
      return fitBoolean(typed, context)
    default:
      return fitNumber(typed, promisedType(typed.type, typed.rule), context)
  }
}

/** A guess of whole numbers is no promise that decimals never come; a declaration is. */
function promisedType(type: NumericType, rule: ColumnRule): NumericType {
  return type === 'integer' && rule.type === undefined ? 'number' : type
}

function fitNumber(typed: TypedColumn, numeric: NumericType, context: FitContext): FeatureEncoder {
  const { table, trainRows, scale } = context
  const { name } = typed.column
  const all = readNumbers(table, typed.column, numeric)
  const values = Float64Array.from(trainRows, (row) => all[row] ?? missingNumber)
  const statistics = statisticsOf(values)
  if (statistics.count === 0) throw columnEmpty(table, name)
  if (
    !Number.isFinite(statistics.deviation) ||
    !Number.isFinite(statistics.maximum - statistics.minimum)
  ) {
    throw tooLargeToStandardise(table, name)
  }
  if (statistics.minimum === statistics.maximum)
    context.warnings.push(columnIsConstant(table, name))
  else if (numeric === 'number' && scale === 'none')
    context.warnings.push(...columnIsUnscaled(table, name, statistics))
  const fill = fillNumber(typed, values, statistics, context)
  return {
    type: numeric,
    column: name,
    ...scaling(scale, statistics),
    fill: roundFor(numeric, fill),
  }
}

function roundFor(type: NumericType, fill: number | null): number | null {
  return type === 'integer' && fill !== null ? Math.round(fill) : fill
}

/** How numbers of these statistics are scaled. */
export function scaling(
  scale: Scale,
  { mean, deviation, minimum, maximum }: Statistics,
): { offset: number; divisor: number } {
  if (scale === 'standard') return { offset: mean, divisor: deviation }
  if (scale === 'minmax') return { offset: minimum, divisor: maximum - minimum }
  return { offset: 0, divisor: 1 }
}

function fillNumber(
  typed: TypedColumn,
  values: Float64Array,
  statistics: Statistics,
  { table }: FitContext,
): number | null {
  switch (typed.rule.missing ?? 'mean') {
    case 'mean':
      return statistics.mean
    case 'median':
      return medianOf(values)
    case 'most':
      return (
        mostFrequent(
          values.filter((value) => !Number.isNaN(value)),
          (a, b) => a < b,
        ) ?? null
      )
    case 'refuse':
      refuseMissing(typed, table)
      return null
  }
}

function fitCategory(typed: TypedColumn, context: FitContext): FeatureEncoder {
  const { column } = typed
  const all = readLevels(context.table, column, 'category')
  const present = pick(all, context)
  const levels = [...new Set(present)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  if (levels.length === 0) throw columnEmpty(context.table, column.name)
  if (levels.length === 1) context.warnings.push(columnIsConstant(context.table, column.name))
  if (levels.length > 100) warnLevels(column.name, levels.length, context)
  const fill = fillMost(typed, present, (a, b) => a < b, context)
  return { type: 'category', column: column.name, levels, fill }
}

function fitBoolean(typed: TypedColumn, context: FitContext): FeatureEncoder {
  const { column } = typed
  const present = pick(readBooleans(context.table, column), context)
  if (present.length === 0) throw columnEmpty(context.table, column.name)
  if (new Set(present).size === 1)
    context.warnings.push(columnIsConstant(context.table, column.name))
  const fill = fillMost(typed, present, (a, b) => !a && b, context)
  return { type: 'boolean', column: column.name, fill }
}

/** The values of the training rows that are there. */
function pick<T>(values: readonly (T | null)[], { trainRows }: FitContext): T[] {
  return Array.from(trainRows, (row) => values[row] ?? null).filter((value) => value !== null)
}

function fillMost<T>(
  typed: TypedColumn,
  values: readonly T[],
  before: (a: T, b: T) => boolean,
  { table }: FitContext,
): T | null {
  const policy: MissingPolicy = typed.rule.missing ?? 'most'
  if (policy === 'refuse') refuseMissing(typed, table)
  else if (policy !== 'most') throw wrongPolicy(typed, policy, table)
  return policy === 'refuse' ? null : (mostFrequent(values, before) ?? null)
}

function refuseMissing({ column }: TypedColumn, table: Table): void {
  const row = column.cells.indexOf(null)
  if (row >= 0) throw valueMissing(table, row, column.name)
}

function wrongPolicy(
  { column, type }: TypedColumn,
  policy: MissingPolicy,
  table: Table,
): DataError {
  const place = placeText(table, undefined, column.name)
  return new DataError('missing-policy', `${place}: a ${type} has no ${policy}`, {
    help: 'write `missing=most` or `missing=refuse`',
    data: { ...placeOf(table, undefined, column.name), policy },
  })
}

function columnEmpty(table: Table, name: string): DataError {
  return new DataError(
    'column-empty',
    `${placeText(table, undefined, name)} has no values in the training part`,
    {
      help: 'leave the column out of `features`',
      data: placeOf(table, undefined, name),
    },
  )
}

function warnLevels(name: string, levels: number, { table, warnings }: FitContext): void {
  warnings.push({
    code: 'levels-many',
    message: `${columnText(table, name)} has ${levels} different values, each of which becomes an input of its own`,
    help: `leave it out of \`features\`, or write \`${columnStatement(table, name)} number\` if it holds numbers`,
    data: { ...placeOf(table, undefined, name), levels },
  })
}

function warnMissing({ column, type, rule }: TypedColumn, { table, warnings }: FitContext): void {
  if (rule.missing !== undefined) return
  const missing = missingCount(column.cells)
  if (missing === 0) return
  const by = type === 'category' || type === 'boolean' ? 'most frequent value' : 'mean'
  warnings.push({
    code: 'values-filled',
    message: `${columnText(table, column.name)}: ${missing} of ${table.rows} values are missing; the training part's ${by} stands for them`,
    help: 'write `missing=` mean, median, most or refuse for the column',
    data: { ...placeOf(table, undefined, column.name), missing },
  })
}
