/** `chainrule fmt FILE…`: texts in their one form. */
import { format } from '@chainrule/language'
import { replaceText } from '../files.ts'
import { type Console, styled } from './console.ts'
import { printDiagnostics } from './diagnostics.ts'
import { exits } from './errors.ts'
import { readText } from './source.ts'

export interface FmtOptions {
  readonly check?: boolean
}

/** Formats each file; with `--check` only names those that would change. A file with errors of syntax is left alone. */
export function fmt(console: Console, paths: readonly string[], options: FmtOptions): number {
  const isCheck = options.check === true
  let code: number = exits.success
  for (const path of paths) {
    const parsed = readText(path)
    const errors = parsed.diagnostics.filter(({ severity }) => severity === 'error')
    if (errors.length > 0) {
      printDiagnostics(console, { ...parsed, diagnostics: errors }, 'text')
      console.err(`${styled(console, 'red', 'left alone')} ${path}: its syntax has errors\n`)
      code = exits.mistake
      continue
    }
    const formatted = format(parsed.text)
    if (formatted === parsed.text) continue
    if (isCheck) {
      console.out(`${styled(console, 'yellow', 'would change')} ${path}\n`)
      code = exits.mistake
    } else {
      replaceText(path, formatted)
      console.out(`${styled(console, 'green', 'formatted')} ${path}\n`)
    }
  }
  return code
}
