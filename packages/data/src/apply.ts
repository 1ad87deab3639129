/** From raw columns and the fitted preprocessing to numbers. */
import { type AppliedSeries, applySeries } from './apply-series.ts'
import { type Dataset, labelTable } from './dataset.ts'
import { encodeInput } from './encode-input.ts'
import { encodeTarget } from './encode-target.ts'
import type { EncodedData } from './encoded.ts'
import type { DataWarning } from './errors.ts'
import { type Preprocessing, targetColumns } from './preprocessing.ts'

/** Raw data as a trained model takes them. */
export interface Applied {
  readonly data: EncodedData
  /** For a model of a series: its rows in their order, and those that end a window. */
  readonly series?: AppliedSeries
  readonly warnings: readonly DataWarning[]
}

/** What is asked of the targets of data to be predicted or measured. */
export interface ApplyOptions {
  /**
   * required: all of them, or error column-not-found; present (default): those whose columns are there, of a series none;
   * none.
   */
  readonly targets?: 'required' | 'present' | 'none'
}

/**
 * Encodes raw data as the model was trained on it. A level that the training part did not have becomes zeros, with a
 * warning that counts; a class that it did not have is an error.
 *
 * Errors     data-mismatch, column-not-found, value-missing, target-missing, target-unseen-class, weight-invalid,
 *            encoding-too-large, and those of reading a column
 */
export function apply(
  preprocessing: Preprocessing,
  data: Dataset,
  { targets = 'present' }: ApplyOptions = {},
): Applied {
  const { series } = preprocessing
  if (series !== undefined)
    return applySeries({ ...preprocessing, series }, data, targets === 'required')
  const warnings: DataWarning[] = []
  const features = preprocessing.inputs.map((input) => [
    input.name,
    encodeInput(input, data, warnings),
  ])
  const table = labelTable(data)
  const has = (name: string): boolean => table.columns.some((column) => column.name === name)
  const wanted = preprocessing.targets.filter(
    (target) =>
      targets === 'required' || (targets === 'present' && targetColumns(target).every(has)),
  )
  return {
    data: {
      rows: data.rows,
      features: Object.fromEntries(features),
      targets: Object.fromEntries(
        wanted.map((target) => [target.name, encodeTarget(target, table, data)]),
      ),
    },
    warnings,
  }
}
