/** Diagnostics as a person or a program reads them. */
import type { DataWarning } from '@chainrule/data'
import { dataDiagnostic, recordsOf, renderAll } from '../diagnostics.ts'
import type { Opened } from '../open.ts'
import type { Console } from './console.ts'

/** Texts, and what is to be said of them. */
type Shown = Pick<Opened, 'text' | 'file' | 'diagnostics'> & Partial<Pick<Opened, 'others'>>

/** Prints all diagnostics: with carets to the person, or one JSON record a line. */
export function printDiagnostics(
  console: Console,
  { text, file, others = [], diagnostics }: Shown,
  format: string,
): void {
  if (diagnostics.length === 0) return
  if (format === 'json') console.out(jsonLines(recordsOf(diagnostics, { text, file, others })))
  else console.err(`${renderAll(diagnostics, { text, file, others, color: console.color })}\n`)
}

/** Prints what is worth knowing of the data that a saved model was given, beside what was asked for. */
export function printWarnings(
  console: Console,
  warnings: readonly DataWarning[],
  format: string,
): void {
  const diagnostics = warnings.map((each) => dataDiagnostic('warning', each, undefined))
  printDiagnostics(console, { text: '', file: '', diagnostics }, format)
}

function jsonLines(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}
