/** How a column of lists becomes numbers: one mean and one deviation over all numbers of the training rows, as of images. */
import { sizeOf } from '@chainrule/program'
import { columnIsConstant, columnIsUnscaled, tooLargeToStandardise } from './column-errors.ts'
import { DataError } from './errors.ts'
import { type FitContext, scaling } from './fit-feature.ts'
import type { ListColumn } from './lists.ts'
import type { FeatureEncoder } from './preprocessing.ts'
import type { InputRecipe } from './recipe.ts'
import { statisticsOf } from './statistics.ts'
import { placeOf, placeText, type Table } from './table.ts'

/** `as`: the input takes whole numbers as they are, be they yes or no. Errors: not-integer, non-finite */
export function fitList(
  { name, shape, values }: ListColumn,
  as: InputRecipe['as'],
  { table, trainRows, scale, warnings }: FitContext,
): FeatureEncoder {
  const common = { type: 'list', column: name, shape } as const
  if (as !== undefined) {
    const odd = values.findIndex((value) => !Number.isInteger(value))
    if (odd >= 0) throw notWhole(table, name, Math.floor(odd / sizeOf(shape)), values[odd] ?? 0, as)
    return { ...common, offset: 0, divisor: 1 }
  }
  const statistics = statisticsOf(rowsOf(values, sizeOf(shape), trainRows))
  if (!Number.isFinite(statistics.deviation)) throw tooLargeToStandardise(table, name)
  if (statistics.minimum === statistics.maximum) warnings.push(columnIsConstant(table, name))
  else if (scale === 'none') warnings.push(...columnIsUnscaled(table, name, statistics))
  return { ...common, ...scaling(scale, statistics) }
}

function rowsOf(values: Float64Array, size: number, rows: ArrayLike<number>): Float64Array {
  const taken = new Float64Array(rows.length * size)
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] ?? 0) * size
    taken.set(values.subarray(start, start + size), i * size)
  }
  return taken
}

function notWhole(table: Table, name: string, row: number, value: number, as: string): DataError {
  return new DataError(
    'not-integer',
    `${placeText(table, row, name)}: \`${value}\` is no whole number, which the input takes`,
    {
      help: `round it, or leave \`${as}\` out of the input`,
      data: placeOf(table, row, name),
    },
  )
}
