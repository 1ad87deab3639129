/** Raw rows of a series as a model was trained on them: in the order of time, and seen through its windows. */
import { type Cadence, cadenceOf, timeLater } from './cadence.ts'
import { type Dataset, dataName } from './dataset.ts'
import { encodeInput } from './encode-input.ts'
import { encodeTarget } from './encode-target.ts'
import type { EncodedData, TargetData } from './encoded.ts'
import { DataError, type DataWarning } from './errors.ts'
import { type Preprocessing, type TargetEncoder, targetColumns } from './preprocessing.ts'
import {
  longestStretch,
  type Ordered,
  orderRows,
  type Series,
  stretchesOf,
  windowEnds,
  windowTooLong,
} from './series.ts'
import { cellOfTime } from './spell-time.ts'
import { type Cell, columnOf, placeOf, type Table, takeTableRows } from './table.ts'

/** A table in the order of its series, and which of its rows end a window. */
export interface AppliedSeries {
  readonly table: Table
  readonly ends: Int32Array
  /** For each row of `ends` the time of the row so many rows later; after the last row as the usual step has it. */
  timesLater(shift: number): readonly Cell[]
}

export interface SeriesApplied {
  readonly data: EncodedData
  readonly series: AppliedSeries
  readonly warnings: readonly DataWarning[]
}

type SeriesPreprocessing = Preprocessing & { readonly series: Series }

/** Errors: data-mismatch, window-too-long, those of ordering rows, of encoding inputs and targets */
export function applySeries(
  { inputs, targets, series }: SeriesPreprocessing,
  data: Dataset,
  measured: boolean,
): SeriesApplied {
  const ordered = orderRows(tableOf(data), series)
  const { table, group } = ordered
  const warnings: DataWarning[] = []
  const features = inputs.map((input) => [input.name, encodeInput(input, table, warnings, series)])
  const { window = 1 } = series
  const later = measured ? farthest(targets) : 0
  const ends = windowEnds(group, window, later)
  if (ends.length === 0) {
    const longest = longestStretch(stretchesOf(group))
    throw windowTooLong(table, 'it', series, later, longest)
  }
  if (ends.length < table.rows && !measured)
    warnings.push(withoutWindow(table, table.rows - ends.length, window))
  const needed = measured ? targets : []
  const complete = rowsWithTargets(
    table,
    needed.map((target) => ({ ...target, columns: targetColumns(target) })),
    ends,
  )
  if (complete.length === 0) throw withoutTargets(table)
  const encoded = needed.map((target) => [target.name, encodeLater(target, table, complete)])
  return {
    data: {
      rows: table.rows,
      features: Object.fromEntries(features),
      targets: Object.fromEntries(encoded),
    },
    series: {
      table,
      ends: complete,
      timesLater: (shift) => timesLater(ordered, series, complete, shift),
    },
    warnings,
  }
}

/** Errors: data-mismatch */
export function tableOf(data: Dataset): Table {
  if (data.kind === 'table') return data
  throw new DataError('data-mismatch', `${dataName(data)} holds images, which have no time`, {
    help: 'a series is a table with a column of times',
    data: { file: dataName(data) },
  })
}

function withoutTargets(table: Table): DataError {
  const { file } = table.origin
  return new DataError('rows-none', `${file} has no window whose target is there`, {
    help: 'fill the cells of the target, or use `predict`, which needs none',
    data: { file },
  })
}

function withoutWindow(table: Table, rows: number, window: number): DataWarning {
  return {
    code: 'rows-without-window',
    message: `${rows} of ${table.rows} rows get no prediction, for fewer than ${window - 1} rows stand before them`,
    help: `a prediction takes a window of ${window} rows up to its own: give earlier rows too`,
    data: { ...placeOf(table), rows, window },
  }
}

/** Which columns a target needs, and how many rows later. */
export interface LaterColumns {
  readonly columns: readonly string[]
  readonly shift?: number
}

/** Those of these rows after which every target is there. */
export function rowsWithTargets(
  table: Table,
  targets: readonly LaterColumns[],
  rows: Int32Array,
): Int32Array {
  const needed = targets.flatMap(({ columns, shift = 0 }) =>
    columns.map((name) => ({ cells: columnOf(table, name, ', the target').cells, shift })),
  )
  return rows.filter((row) => needed.every(({ cells, shift }) => cells[row + shift] !== null))
}

/** How many rows after its window a model's farthest target stands. */
export function farthest(targets: readonly { readonly shift?: number }[]): number {
  return Math.max(0, ...targets.map(({ shift = 0 }) => shift))
}

/** The target of each of these rows, at their places among all rows; elsewhere zeros, which nothing reads. */
export function encodeLater(target: TargetEncoder, table: Table, rows: Int32Array): TargetData {
  const { shift = 0 } = target
  const own = encodeTarget(
    target,
    takeTableRows(
      table,
      rows.map((row) => row + shift),
    ),
  )
  const width = own.kind === 'number' ? own.width : 1
  const values = spread(own.values, rows, table.rows, width)
  const { weights } = own
  return {
    ...own,
    values,
    ...(weights === undefined ? {} : { weights: spread(weights, rows, table.rows, 1) }),
  } as TargetData
}

function spread<T extends Float32Array | Int32Array>(
  values: T,
  rows: Int32Array,
  count: number,
  width: number,
): T {
  const all = (
    values instanceof Float32Array ? new Float32Array(count * width) : new Int32Array(count * width)
  ) as T
  for (const [i, row] of rows.entries())
    all.set(values.subarray(i * width, (i + 1) * width), row * width)
  return all
}

/** The usual step of all series together. */
export function cadenceIn({ times, group }: Ordered, { type }: Series): Cadence | undefined {
  const all = stretchesOf(group).map(([first, last]) => times.subarray(first, last + 1))
  return cadenceOf(all, type)
}

function timesLater(ordered: Ordered, series: Series, rows: Int32Array, shift: number): Cell[] {
  const { table, times, group } = ordered
  const { cells } = columnOf(table, series.time)
  const cadence = cadenceIn(ordered, series)
  const lastOf = new Map(stretchesOf(group).map(([first, last]) => [group[first], last]))
  return Array.from(rows, (row) => {
    const last = lastOf.get(group[row]) ?? row
    if (row + shift <= last) return cells[row + shift] ?? null
    return beyond(times[last] ?? 0, row + shift - last, cadence, cells[last] ?? null)
  })
}

/** Nothing where the series has no usual step. */
function beyond(time: number, rows: number, cadence: Cadence | undefined, like: Cell): Cell {
  return cadence === undefined ? null : cellOfTime(timeLater(time, rows, cadence), like)
}
