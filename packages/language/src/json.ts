import type { Span } from './ast.ts'
import type { Severity } from './codes.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Position } from './source.ts'
import { TextLocator, type Texts, within } from './texts.ts'

/** A place as people count (lines and characters from 1) and as programs do (UTF-16 offset from 0). */
export interface JsonPosition extends Position {
  readonly offset: number
}

/** A place; it may lie in another file than the diagnostic. */
export interface JsonRange {
  readonly file: string
  readonly start: JsonPosition
  readonly end: JsonPosition
}

/** A diagnostic for `--format json` and editors. */
export interface JsonDiagnostic extends JsonRange {
  readonly severity: Severity
  readonly code: string
  readonly message: string
  readonly label: string
  readonly related: readonly (JsonRange & { readonly label: string })[]
  readonly help: readonly string[]
  readonly edits: readonly (JsonRange & { readonly text: string })[]
}

/** Diagnostics as plain records, with the places as line and column. */
export function toJson(diagnostics: readonly Diagnostic[], texts: Texts): JsonDiagnostic[] {
  const locator = new TextLocator(texts)
  const range = (span: Span): JsonRange => {
    const located = locator.at(span)
    const { start, end } = within(located, span)
    const position = (offset: number): JsonPosition => ({
      ...located.source.positionOf(offset),
      offset,
    })
    return { file: located.file, start: position(start), end: position(end) }
  }
  return diagnostics.map(({ severity, code, message, span, label, related, help, edits }) => ({
    severity,
    code,
    message,
    ...range(span),
    label,
    related: related.map((other) => ({ ...range(other.span), label: other.label })),
    help,
    edits: edits.map((edit) => ({ ...range(edit.span), text: edit.text })),
  }))
}
