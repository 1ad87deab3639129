/** `chainrule evaluate MODEL DATA` and `chainrule predict MODEL DATA`. */
import { type Cell, type DataWarning, type Table, writeCsv } from '@chainrule/data'
import { builtInRegistry, engines } from '../batteries.ts'
import { checkWritable, readNamedFile, writeWhole } from '../files.ts'
import { type Prediction, type Predictions, TrainedModel } from '../trained-model.ts'
import { type Console, styled } from './console.ts'
import { exits } from './errors.ts'
import { reportText } from './progress.ts'
import { loadNamed } from './source.ts'

export interface ModelOptions {
  readonly format: string
  readonly labels?: string
  readonly out?: string
}

export async function evaluate(
  console: Console,
  model: string,
  data: string,
  options: ModelOptions,
): Promise<number> {
  const trained = await openModel(model)
  const { report, rows, warnings } = trained.evaluate(await loadNamed(data, options.labels))
  warn(console, warnings)
  if (options.format === 'json')
    console.out(`${JSON.stringify({ type: 'evaluated', rows, ...report })}\n`)
  else console.out(`${rows} rows  ${reportText(report)}\n`)
  return exits.success
}

export async function predict(
  console: Console,
  model: string,
  data: string,
  options: ModelOptions,
): Promise<number> {
  if (options.out !== undefined) checkWritable(options.out)
  const trained = await openModel(model)
  const table = await loadNamed(data, options.labels)
  const { predictions, warnings } = trained.predict(table)
  warn(console, warnings)
  const given = table.kind === 'table' ? table : undefined
  const text =
    options.format === 'json' ? jsonRows(given, predictions) : csvRows(given, predictions)
  if (options.out === undefined) console.out(text)
  else {
    writeWhole(options.out, new TextEncoder().encode(text))
    console.err(`wrote ${options.out}\n`)
  }
  return exits.success
}

function openModel(path: string): Promise<TrainedModel> {
  const [engine] = engines
  if (engine === undefined) throw new Error('internal: no engine')
  return TrainedModel.fromBytes(readNamedFile(path), { engine, registry: builtInRegistry() })
}

function warn(console: Console, warnings: readonly DataWarning[]): void {
  for (const { code, message } of warnings)
    console.err(`${styled(console, 'yellow', `warning[${code}]`)}: ${message}\n`)
}

/** The prediction's columns: the value, and where classes are told apart the probability of each. */
function predictionColumns(
  predictions: Predictions,
): { name: string; cells: (number | string)[] }[] {
  const several = Object.keys(predictions).length > 1
  return Object.entries(predictions).flatMap(([head, rows]) => {
    const prefix = several ? `${head}.` : ''
    const classes = Object.keys(rows[0]?.probabilities ?? {})
    return [
      { name: `${prefix}prediction`, cells: rows.map(({ value }) => shown(value)) },
      ...classes.map((name) => ({
        name: `${prefix}p(${name})`,
        cells: rows.map(({ probabilities }) => probabilities?.[name] ?? Number.NaN),
      })),
    ]
  })
}

function shown(value: Prediction['value']): number | string {
  return typeof value === 'object' ? value.join(' ') : value
}

function csvRows(table: Table | undefined, predictions: Predictions): string {
  const columns = [...(table?.columns ?? []), ...predictionColumns(predictions)]
  const rows = columns[0]?.cells.length ?? 0
  const row = (i: number): Cell[] => columns.map(({ cells }) => cells[i] ?? null)
  return writeCsv(
    columns.map(({ name }) => name),
    Array.from({ length: rows }, (_, i) => row(i)),
  )
}

function jsonRows(table: Table | undefined, predictions: Predictions): string {
  const heads = Object.entries(predictions)
  const rows = heads[0]?.[1].length ?? 0
  return Array.from({ length: rows }, (_, row) => {
    const given = Object.fromEntries(
      (table?.columns ?? []).map(({ name, cells }) => [name, cells[row]]),
    )
    const said =
      heads.length === 1
        ? heads[0]?.[1][row]
        : Object.fromEntries(heads.map(([head, list]) => [head, list[row]]))
    return `${JSON.stringify({ ...given, prediction: said })}\n`
  }).join('')
}
