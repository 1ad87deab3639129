/** Diagnostics as a person or a program reads them. */
import { renderDiagnostics, toJson } from '@chainrule/language'
import { type Opened, printable } from '../open.ts'
import type { Console } from './console.ts'

/** Prints all diagnostics: with carets to the person, or one JSON record a line. */
export function printDiagnostics(
  console: Console,
  { text, file, diagnostics }: Opened,
  format: string,
): void {
  if (diagnostics.length === 0) return
  const all = printable(diagnostics)
  if (format === 'json') {
    for (const record of toJson(all, { text, file }))
      console.out(`${JSON.stringify({ type: 'diagnostic', ...record })}\n`)
  } else {
    console.err(`${renderDiagnostics(all, { text, file, color: console.color })}\n`)
  }
}
