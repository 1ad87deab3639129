import type { Span } from './ast.ts'
import type { Severity } from './codes.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { RenderOptions } from './render.ts'
import { type Position, SourceText } from './source.ts'

/** A place as people count (lines and characters from 1) and as programs do (UTF-16 offset from 0). */
export interface JsonPosition extends Position {
  readonly offset: number
}

export interface JsonRange {
  readonly start: JsonPosition
  readonly end: JsonPosition
}

/** A diagnostic for `--format json` and editors. */
export interface JsonDiagnostic extends JsonRange {
  readonly severity: Severity
  readonly code: string
  readonly message: string
  readonly file: string
  readonly label: string
  readonly related: readonly (JsonRange & { readonly label: string })[]
  readonly help: readonly string[]
  readonly edits: readonly (JsonRange & { readonly text: string })[]
}

/** Diagnostics as plain records, with the places as line and column. */
export function toJson(
  diagnostics: readonly Diagnostic[],
  { text, file }: Pick<RenderOptions, 'text' | 'file'>,
): JsonDiagnostic[] {
  const source = new SourceText(text)
  const position = (offset: number): JsonPosition => ({ ...source.positionOf(offset), offset })
  const range = ({ start, end }: Span): JsonRange => ({
    start: position(start),
    end: position(end),
  })
  return diagnostics.map(({ severity, code, message, span, label, related, help, edits }) => ({
    severity,
    code,
    message,
    file,
    ...range(span),
    label,
    related: related.map((other) => ({ ...range(other.span), label: other.label })),
    help,
    edits: edits.map((edit) => ({ ...range(edit.span), text: edit.text })),
  }))
}
