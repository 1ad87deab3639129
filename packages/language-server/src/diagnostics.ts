/** What `chainrule check` says of a text, as the protocol has it. */
import type { Span } from '@chainrule/language'
import type { AnyDiagnostic } from 'chainrule/workbench'
import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
} from 'vscode-languageserver'
import type { Look } from './document.ts'
import { placeOf, rangeOf } from './places.ts'

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
} as const

/** All of a text, in the order of `check`. */
export const diagnosticsOf = (look: Look): Diagnostic[] =>
  look.opened.diagnostics.map((each) => diagnosticOf(each, look))

/** A mistake of ours, because of which nothing else can be said. */
export const faultOf = (error: unknown): Diagnostic => ({
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  severity: DiagnosticSeverity.Error,
  code: 'internal',
  source: 'chainrule',
  message: `${error instanceof Error ? error.message : String(error)}\nhelp: this is a mistake of Chainrule: please report it with the text that led to it`,
})

export function diagnosticOf(found: AnyDiagnostic, look: Look): Diagnostic {
  const { severity, code, span } = found
  const related = relatedOf(found, look)
  return {
    range: rangeOf(look.document, ownSpan(span, look)),
    severity: severities[severity],
    code,
    source: 'chainrule',
    message: messageOf(found),
    ...(related.length === 0 ? {} : { relatedInformation: related }),
    ...(code.startsWith('unused-') ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  }
}

/** As a terminal shows it: what is wrong, what is said at the place, and what helps. */
function messageOf({ message, label, help }: AnyDiagnostic): string {
  return [message, ...(label === '' ? [] : [label]), ...help.map((text) => `help: ${text}`)].join(
    '\n',
  )
}

/** Of a place in another file, the `use` by which the text comes to it, by way of others too. */
function ownSpan(span: Span, { document, opened: { others, uses } }: Look): Span {
  const isOwn = ({ start }: Span): boolean => start <= document.getText().length
  let at: Span | undefined = span
  // Each step leads to a file before it, so there are no more steps than files.
  for (let i = 0; i < others.length && at !== undefined && !isOwn(at); i++) {
    const start: number = at.start
    const other = others.findLast((each) => each.start <= start)
    const by = [...uses].find(([, used]) => 'ast' in used && used.ast?.span.start === other?.start)
    at = by?.[0].source.span
  }
  return at !== undefined && isOwn(at) ? at : { start: 0, end: 0 }
}

/** Second places, and the first one where it lies in another file. */
function relatedOf(
  { span, message, related }: AnyDiagnostic,
  look: Look,
): DiagnosticRelatedInformation[] {
  const isElsewhere = span.start > look.document.getText().length
  const all = isElsewhere ? [{ span, label: message }, ...related] : related
  return all.flatMap((each) => {
    const location = placeOf(look, each.span)
    return location === undefined ? [] : [{ location, message: each.label }]
  })
}
