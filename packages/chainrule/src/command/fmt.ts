/** `chainrule fmt FILE…`: texts in their one form. */
import { format } from '@chainrule/language'
import { replaceText } from '../files.ts'
import { type Console, styled } from './console.ts'
import { printDiagnostics } from './diagnostics.ts'
import { tellMistake } from './errors.ts'
import { exits } from './exits.ts'
import { readText } from './source.ts'

export interface FmtOptions {
  readonly check?: boolean
}

/** Formats each file; with `--check` only names those that would change. A file with errors of syntax is left alone. */
export function fmt(console: Console, paths: readonly string[], options: FmtOptions): number {
  let code: number = exits.success
  for (const path of paths) {
    try {
      const found = fmtOne(console, path, options)
      if (found !== exits.success) code = found
    } catch (error) {
      code = tellMistake(console, error, 'text')
    }
  }
  return code
}

function fmtOne(console: Console, path: string, { check = false }: FmtOptions): number {
  const parsed = readText(path)
  const errors = parsed.diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    printDiagnostics(console, { ...parsed, diagnostics: errors }, 'text')
    console.err(`${styled(console, 'red', 'left alone')} ${path}: its syntax has errors\n`)
    return exits.mistake
  }
  const formatted = format(parsed.text)
  if (formatted === parsed.text) return exits.success
  if (check) {
    console.out(`${styled(console, 'yellow', 'would change')} ${path}\n`)
    return exits.mistake
  }
  replaceText(path, formatted)
  console.out(`${styled(console, 'green', 'formatted')} ${path}\n`)
  return exits.success
}
