/** Predictions beside the rows that they are for: as CSV, or as one JSON record a row. */
import {
  type Cell,
  type Column,
  type ColumnType,
  inferType,
  numberOf,
  type Preprocessing,
  type Table,
  targetColumns,
  writeCsv,
} from '@chainrule/data'
import type { Predicted, Prediction } from '../trained-model.ts'

/**
 * The input's columns, the value, and where classes are told apart the probability of each; of a series one row for each
 * whole window, and for which time it is.
 */
export function csvRows(
  given: Table | undefined,
  { predictions, series }: Pick<Predicted, 'predictions' | 'series'>,
  preprocessing: Preprocessing | undefined,
): string {
  const table = series?.rows ?? given
  const targets = new Map(
    preprocessing?.targets.map((target) => [target.name, targetColumns(target)]),
  )
  const several = Object.keys(predictions).length > 1
  const said = Object.entries(predictions).flatMap(([head, rows]): Column[] => {
    const prefix = several ? `${head}.` : ''
    const cells = series?.times[head]
    const times = cells === undefined ? [] : [{ name: `${prefix}prediction.${timeKey}`, cells }]
    return [...times, ...predictionColumns(prefix, rows, targets.get(head) ?? [])]
  })
  const columns = [...givenColumns(table, new Set(said.map(({ name }) => name))), ...said]
  const rows = columns[0]?.cells.length ?? 0
  const row = (i: number): Cell[] => columns.map(({ cells }) => cells[i] ?? null)
  return writeCsv(
    columns.map(({ name }) => name),
    Array.from({ length: rows }, (_, i) => row(i)),
  )
}

/** What says for which time a prediction of a series is. */
const timeKey = 'time'

/** Of several numbers each has a column of its own, called by its target. */
function predictionColumns(
  prefix: string,
  rows: readonly Prediction[],
  targets: readonly string[],
): Column[] {
  const [first] = rows
  if (first !== undefined && typeof first.value === 'object') {
    return first.value.map((_, i) => ({
      name: `${prefix}prediction(${targets[i] ?? i + 1})`,
      cells: rows.map(({ value }) => (typeof value === 'object' ? (value[i] ?? null) : value)),
    }))
  }
  return [
    {
      name: `${prefix}prediction`,
      cells: rows.map(({ value }) => (typeof value === 'object' ? null : value)),
    },
    ...Object.keys(first?.probabilities ?? {}).map((name) => ({
      name: `${prefix}p(${name})`,
      cells: rows.map(({ probabilities }) => probabilities?.[name] ?? Number.NaN),
    })),
  ]
}

/** `{"area":80,"kind":"flat","prediction":{"value":…}}`; of several heads the prediction is by head. */
export function jsonRows(
  given: Table | undefined,
  { predictions, series }: Pick<Predicted, 'predictions' | 'series'>,
  preprocessing: Preprocessing | undefined,
): string {
  const table = series?.rows ?? given
  const heads = Object.entries(predictions).map(([head, list]): [string, readonly object[]] => {
    const times = series?.times[head]
    if (times === undefined) return [head, list]
    return [head, list.map((said, row) => ({ [timeKey]: times[row] ?? null, ...said }))]
  })
  const rows = heads[0]?.[1].length ?? 0
  const types = columnTypes(preprocessing)
  const columns = givenColumns(table, new Set(['prediction'])).map((column) => ({
    name: column.name,
    cells: jsonCells(column, types.get(column.name) ?? guessedType(column)),
  }))
  return Array.from({ length: rows }, (_, row) => {
    const given = Object.fromEntries(columns.map(({ name, cells }) => [name, cells[row]]))
    const said =
      heads.length === 1
        ? heads[0]?.[1][row]
        : Object.fromEntries(heads.map(([head, list]) => [head, list[row]]))
    return `${JSON.stringify({ ...given, prediction: said })}\n`
  }).join('')
}

/** Without those of an earlier prediction, which the new one replaces. */
function givenColumns(table: Table | undefined, said: ReadonlySet<string>): readonly Column[] {
  return (table?.columns ?? []).filter(({ name }) => !said.has(name))
}

/** What each column that the model knows holds; a target that is a class is one, also where its name is a number. */
function columnTypes(preprocessing: Preprocessing | undefined): ReadonlyMap<string, ColumnType> {
  const { inputs = [], targets = [] } = preprocessing ?? {}
  const types = new Map<string, ColumnType>()
  for (const input of inputs) {
    if (input.kind === 'columns')
      for (const { column, type } of input.columns) if (type !== 'list') types.set(column, type)
  }
  for (const target of targets) {
    const type = target.kind === 'number' ? 'number' : 'category'
    for (const column of targetColumns(target)) types.set(column, type)
  }
  return types
}

/** Of a column that the model does not know; what a number would not give back, such as `007`, is a text. */
function guessedType(column: Column): ColumnType {
  const code = /^[-+]?0\d|(\d\D?){16}/
  return column.cells.some((cell) => typeof cell === 'string' && code.test(cell.trim()))
    ? 'category'
    : inferType(column)
}

/** Numbers as numbers, everything else as the file has it. */
function jsonCells({ cells }: Column, type: ColumnType): readonly Cell[] {
  if (type !== 'number' && type !== 'integer') return cells
  return cells.map((cell) => {
    const number = numberOf(cell)
    return number !== undefined && Number.isFinite(number) ? number : cell
  })
}
