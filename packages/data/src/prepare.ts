/** The whole way in one call: drop what has no target, split, fit to the training part, encode every part. */
import { apply } from './apply.ts'
import { tableOf } from './apply-series.ts'
import { withoutTarget } from './column-errors.ts'
import { type Dataset, dataName, labelTable, takeDataRows } from './dataset.ts'
import { type EncodedData, joinRows } from './encoded.ts'
import { DataError, type DataWarning } from './errors.ts'
import { fit } from './fit.ts'
import { distinctLevels } from './infer.ts'
import { prepareSeries } from './prepare-series.ts'
import type { Preprocessing } from './preprocessing.ts'
import { type Recipe, typedColumn } from './recipe.ts'
import type { TimeSplit } from './series-parts.ts'
import { type Split, type SplitParts, split } from './split.ts'
import { columnOf, columnText, placeOf } from './table.ts'
import { tooFewRows } from './table-errors.ts'

/** The data, what is asked of their columns, and how they are split. */
export interface PrepareOptions {
  readonly data: Dataset
  /** The official test data where they come as files of their own. */
  readonly test?: Dataset
  readonly recipe: Recipe
  readonly split?: SplitParts & {
    /** The column of which each part gets the same share. */
    readonly stratify?: string
    readonly ordered?: boolean
    /** Parts of a series by time instead of by shares. */
    readonly times?: TimeSplit
  }
  readonly seed?: number
}

/** Data that are ready to be trained on, with the preprocessing that made them so. */
export interface Prepared {
  readonly preprocessing: Preprocessing
  /** All rows once: those of the data in their order, then those of the official test data. */
  readonly encoded: EncodedData
  readonly parts: Parts
  readonly warnings: readonly DataWarning[]
}

/** Which rows are for what, as `takeRows` takes them; a part without rows is left out. */
export interface Parts {
  readonly train: Int32Array
  readonly validation?: Int32Array
  readonly test?: Int32Array
}

/**
 * Errors     rows-one, stratify-number, split-part, those of `split`, `fit` and `apply`; of a series those of ordering rows,
 *            split-time, window-too-long
 */
export function prepare(options: PrepareOptions): Prepared {
  const { recipe, seed = 0 } = options
  if (recipe.series !== undefined)
    return prepareSeries(tableOf(options.data), { ...recipe, series: recipe.series }, options.split)
  const columns = recipe.targets.flatMap((target) => target.columns)
  const { data, warnings: dropped } = dropRowsWithoutTarget(options.data, columns)
  if (data.rows < 2) throw tooFewRows(dataName(data), data.rows, 'data')
  const { train, validation, test } = splitData(data, options, seed)
  const { preprocessing, warnings } = fit(data, recipe, train)
  const encoded = apply(preprocessing, data, { targets: 'required' })
  const official = options.test && encodeTest(options.test, columns, preprocessing)
  const testRows = official === undefined ? test : rowsFrom(data.rows, official.data.rows)
  return {
    preprocessing,
    encoded: official === undefined ? encoded.data : joinRows(encoded.data, official.data),
    parts: {
      train,
      ...(validation.length === 0 ? {} : { validation }),
      ...(testRows.length === 0 ? {} : { test: testRows }),
    },
    warnings: [...dropped, ...warnings, ...encoded.warnings, ...(official?.warnings ?? [])],
  }
}

function rowsFrom(start: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => start + i)
}

function encodeTest(
  test: Dataset,
  columns: readonly string[],
  preprocessing: Preprocessing,
): { data: EncodedData; warnings: readonly DataWarning[] } {
  const complete = dropRowsWithoutTarget(test, columns)
  const encoded = apply(preprocessing, complete.data, { targets: 'required' })
  return { data: encoded.data, warnings: [...complete.warnings, ...encoded.warnings] }
}

/** Rows whose target is missing cannot be learned from nor judged; a warning counts them. */
export function dropRowsWithoutTarget(
  data: Dataset,
  columns: readonly string[],
): { readonly data: Dataset; readonly warnings: readonly DataWarning[] } {
  const table = labelTable(data)
  const targets = columns.map((name) => columnOf(table, name, ', the target'))
  const kept: number[] = []
  for (let row = 0; row < table.rows; row++) {
    if (targets.every(({ cells }) => cells[row] !== null)) kept.push(row)
  }
  const missing = table.rows - kept.length
  if (missing === 0) return { data, warnings: [] }
  return {
    data: takeDataRows(data, Int32Array.from(kept)),
    warnings: [withoutTarget(table, columns, missing)],
  }
}

function splitData(
  data: Dataset,
  { split: asked = {}, test }: PrepareOptions,
  seed: number,
): Split {
  if (test !== undefined && (asked.test ?? 0) > 0) {
    throw new DataError(
      'split-part',
      'the test part is asked for twice: by the split and by files of its own',
      {
        help: 'take `test=` out of `split`',
      },
    )
  }
  const { stratify, ...parts } = asked
  const values = stratify === undefined ? {} : { stratify: stratifyValues(data, stratify) }
  return split(data.rows, { ...parts, ...values, seed })
}

function stratifyValues(data: Dataset, name: string): readonly unknown[] {
  const table = labelTable(data)
  const { column, type } = typedColumn(table, name, { inputs: [], targets: [] })
  const held = type === 'number' ? 'numbers' : type === 'timestamp' ? 'dates' : undefined
  const isVaried = distinctLevels(column.cells, type).size * 2 > table.rows
  if (held !== undefined || isVaried) {
    const why = isVaried ? 'has too many different values' : `holds ${held}, and no classes,`
    throw new DataError(
      'stratify-number',
      `${columnText(table, name)} ${why} to stratify the split by`,
      {
        help: 'stratify by a column of classes, or leave `stratify` out',
        data: placeOf(table, undefined, name),
      },
    )
  }
  return column.cells
}
