/** The parts of a series: by ranges of its time, or by shares in its order. */
import { DataError, type DataWarning } from './errors.ts'
import { type Ordered, type Series, stretchesOf } from './series.ts'
import { type SplitParts, split } from './split.ts'
import { columnOf, placeOf, type Table, valueText } from './table.ts'
import { rangeTest, type TimeRange } from './times.ts'

/** Parts by time; without `train` the rows of no other part are trained on. */
export interface TimeSplit {
  readonly train?: TimeRange
  readonly validate?: TimeRange
  readonly test?: TimeRange
}

/** In the order of the numbers that stand for them; rows in no part have -1. */
export const partNames = ['training', 'validation', 'test'] as const
const partKeys = ['train', 'validate', 'test'] as const

/** The part of each row. Errors: split-time, split-part, split-sum */
export function partsOfSeries(
  ordered: Ordered,
  series: Series,
  asked: SplitParts & { readonly times?: TimeSplit },
): Int32Array {
  const { times, ...shares } = asked
  return times === undefined ? byShares(ordered, shares) : byTimes(ordered, series, times)
}

/** Each series for itself: the first rows to train on, the last to test. */
function byShares({ group }: Ordered, shares: SplitParts): Int32Array {
  const part = new Int32Array(group.length)
  for (const [first, last] of stretchesOf(group)) {
    const { validation, test } = split(last - first + 1, { ...shares, ordered: true })
    for (const row of validation) part[first + row] = 1
    for (const row of test) part[first + row] = 2
  }
  return part
}

function byTimes({ table, times }: Ordered, series: Series, asked: TimeSplit): Int32Array {
  const { time: column, type } = series
  const tests = partKeys.map((part) => {
    const range = asked[part]
    return range === undefined ? undefined : rangeTest(range, { table, column, type, part })
  })
  const rest = asked.train === undefined ? 0 : -1
  const part = Int32Array.from(times, (moment) => {
    const found = tests.findIndex((test) => test?.(moment) === true)
    return found < 0 ? rest : found
  })
  for (const [number, test] of tests.entries())
    if (test !== undefined && !part.includes(number)) throw emptyPart(table, column, number, times)
  return part
}

/** Tells between which times the rows are. */
function emptyPart(table: Table, column: string, part: number, times: Float64Array): DataError {
  const { cells } = columnOf(table, column)
  const at = (row: number): string => valueText(table, cells[row] ?? null)
  const order = Array.from(times.keys()).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0))
  const { file } = table.origin
  return new DataError('split-part', `no row of ${file} lies in the ${partNames[part]} part`, {
    help: `its times go from ${at(order[0] ?? 0)} to ${at(order.at(-1) ?? 0)}`,
    data: { file, part: partKeys[part] },
  })
}

/** Rows that no range takes. */
export function warnWithoutPart(table: Table, part: Int32Array, column: string): DataWarning[] {
  const rows = part.filter((each) => each < 0).length
  if (rows === 0) return []
  const first = columnOf(table, column).cells[part.indexOf(-1)] ?? null
  return [
    {
      code: 'rows-without-part',
      message: `${rows} of ${table.rows} rows lie in no part of the split and are left out, the first at ${valueText(table, first)}`,
      data: { ...placeOf(table), rows },
    },
  ]
}
