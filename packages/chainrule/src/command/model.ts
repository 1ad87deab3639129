/** `chainrule evaluate MODEL DATA` and `chainrule predict MODEL DATA`. */
import { labelTable } from '@chainrule/data'
import { checkWritable, writeWhole } from '../files.ts'
import { openModel } from '../node.ts'
import type { Console } from './console.ts'
import { printWarnings } from './diagnostics.ts'
import { exits } from './exits.ts'
import { csvRows, jsonRows } from './predicted-rows.ts'
import { reportText } from './progress.ts'
import { loadNamed } from './source.ts'
import { tableLines } from './tables.ts'

export interface EvaluateOptions {
  readonly format: string
  readonly labels?: string
}

export interface PredictOptions {
  readonly format: string
  readonly out?: string
}

export async function evaluate(
  console: Console,
  model: string,
  data: string,
  options: EvaluateOptions,
): Promise<number> {
  const trained = await openModel(model)
  const { preprocessing } = trained.saved
  const given = await loadNamed(data, { labels: options.labels, preprocessing })
  const { report, tables, rows, warnings } = trained.evaluate(given)
  printWarnings(console, warnings, options.format)
  if (options.format === 'json') {
    const told = Object.keys(tables).length === 0 ? {} : { tables }
    console.out(`${JSON.stringify({ type: 'evaluated', rows, ...report, ...told })}\n`)
    return exits.success
  }
  console.out(`${rows} ${rows === 1 ? 'row' : 'rows'}  ${reportText(report)}\n`)
  for (const line of tableLines(console, tables)) console.out(`${line}\n`)
  return exits.success
}

export async function predict(
  console: Console,
  model: string,
  data: string,
  options: PredictOptions,
): Promise<number> {
  if (options.out !== undefined) checkWritable(options.out, [model, data])
  const trained = await openModel(model)
  const { preprocessing } = trained.saved
  const table = await loadNamed(data, { preprocessing })
  const predicted = trained.predict(table)
  // Every record of `out` is a row.
  printWarnings({ ...console, out: console.err }, predicted.warnings, options.format)
  const given = table.kind === 'images' ? undefined : labelTable(table)
  const text =
    options.format === 'json'
      ? jsonRows(given, predicted, preprocessing)
      : csvRows(given, predicted, preprocessing)
  if (options.out === undefined) console.out(text)
  else {
    console.holdInterrupts()
    writeWhole(options.out, new TextEncoder().encode(text))
    console.err(`wrote ${options.out}\n`)
  }
  return exits.success
}
