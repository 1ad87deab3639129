import type { Diagnostic } from '../../src/diagnostic.ts'
import { SourceText } from '../../src/source.ts'

/** A diagnostic in a line: where, code, and every word that a person sees. */
export function brief(found: Diagnostic, text: string): string {
  const { line, column } = new SourceText(text).positionOf(found.span.start)
  const marked = text.slice(found.span.start, found.span.end)
  const related = found.related.map((other) => ` & ${other.label}`).join('')
  const help = found.help.map((each) => ` = ${each}`).join('')
  const place = `${line}:${column} ${found.code} [${marked}]`
  return `${place} ${found.message}: ${found.label}${related}${help}`
}
