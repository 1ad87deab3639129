import type { Span } from './ast.ts'
import type { Code, Severity } from './codes.ts'
import { severityOf } from './severities.ts'

/** A second place that belongs to a diagnostic, with what is to be said there. */
export interface RelatedSpan {
  readonly span: Span
  readonly label: string
}

/** Replaces the text of `span`; an empty span inserts. */
export interface Edit {
  readonly span: Span
  readonly text: string
}

/**
 * One thing that is wrong, or worth knowing, in a file. It is data: terminal, JSON, playground and editors show the same
 * record.
 */
export interface Diagnostic {
  readonly severity: Severity
  readonly code: Code
  /** What is wrong, in the reader's terms, without a full stop. */
  readonly message: string
  /** Where; an empty span is a point between two characters. */
  readonly span: Span
  /** What is said beside the marks under `span`; may be empty. */
  readonly label: string
  readonly related: readonly RelatedSpan[]
  readonly help: readonly string[]
  /** The edits that mend it, in the order of the text and without overlaps; empty where there are none. */
  readonly edits: readonly Edit[]
}

/** Takes a diagnostic; the stages of the front end report through one. */
export type Report = (diagnostic: Diagnostic) => void

/** What a diagnostic says, beside its code and its place. */
export interface DiagnosticDetails {
  readonly message: string
  readonly label?: string
  readonly related?: readonly RelatedSpan[]
  readonly help?: string | readonly string[]
  readonly edits?: readonly Edit[]
}

/** Builds a diagnostic; its severity follows from the code. */
export function diagnostic(code: Code, span: Span, details: DiagnosticDetails): Diagnostic {
  const { message, label = '', related = [], help = [], edits = [] } = details
  return {
    severity: severityOf(code),
    code,
    message,
    span,
    label,
    related,
    help: typeof help === 'string' ? [help] : help,
    edits,
  }
}

/** How many diagnostics of one file are kept; the rest is counted. */
export const maxDiagnostics = 100

/** Collects diagnostics without holding a million of them for a megabyte of noise. */
export class DiagnosticCollector {
  readonly #kept: Diagnostic[] = []
  #total = 0

  readonly report: Report = (found) => {
    this.#total++
    if (this.#kept.length < maxDiagnostics) this.#kept.push(found)
  }

  get total(): number {
    return this.#total
  }

  get kept(): readonly Diagnostic[] {
    return this.#kept
  }
}

/**
 * Merges what the stages collected, in the order of the text. Beyond `maxDiagnostics` a last one says how many more
 * there are; it stands where the first of those left out would.
 */
export function mergeDiagnostics(collectors: readonly DiagnosticCollector[]): Diagnostic[] {
  const all = collectors.flatMap((collector) => [...collector.kept])
  all.sort((a, b) => a.span.start - b.span.start)
  const total = collectors.reduce((sum, collector) => sum + collector.total, 0)
  const shown = all.slice(0, maxDiagnostics)
  const next = all[maxDiagnostics] ?? shown.at(-1)
  const more = total - shown.length
  if (more === 0 || next === undefined) return shown
  const message = more === 1 ? 'and 1 more problem' : `and ${more} more problems`
  return [...shown, diagnostic('more-problems', next.span, { message, label: 'from here on' })]
}

/** Applies edits, which may come in any order; of two that overlap the earlier wins. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)
  const parts: string[] = []
  let done = 0
  for (const edit of ordered) {
    if (edit.span.start < done) continue
    parts.push(text.slice(done, edit.span.start), edit.text)
    done = edit.span.end
  }
  return parts.join('') + text.slice(done)
}

/** What can be mended at once: all edits of a diagnostic or none, where two want the same place the earlier one. */
export function fixable<D extends Pick<Diagnostic, 'edits'>>(diagnostics: readonly D[]): D[] {
  const taken: Edit[] = []
  const clashes = (edit: Edit) =>
    taken.some(
      (other) =>
        (edit.span.start < other.span.end && other.span.start < edit.span.end) ||
        edit.span.start === other.span.start,
    )
  return diagnostics.filter(({ edits }) => {
    if (edits.length === 0 || edits.some(clashes)) return false
    taken.push(...edits)
    return true
  })
}

/** Mends what has edits (`chainrule check --fix`). Checking the result again may show more to mend. */
export function applyFixes(
  text: string,
  diagnostics: readonly Pick<Diagnostic, 'edits'>[],
): string {
  return applyEdits(
    text,
    fixable(diagnostics).flatMap(({ edits }) => edits),
  )
}
