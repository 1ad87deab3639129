import type { ArgumentProblem } from '@chainrule/core'
import type { Argument, Span } from '../ast.ts'
import { type Diagnostic, diagnostic } from '../diagnostic.ts'
import { printable, quote } from '../quote.ts'
import { suggestion } from './name-errors.ts'

/** What can be wrong with arguments; one builder a code. */

const longestMessage = 240

/** A message that may quote what a person wrote, kept to a few lines and free of control characters. */
export function bounded(message: string): string {
  const text = printable(message)
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage - 1)}…`
}

/** A mistake that core found, with its place. `written` is the word that is wrong, for "did you mean". */
export function argumentProblem(
  { code, message, candidates }: ArgumentProblem,
  span: Span,
  written: string | undefined,
): Diagnostic {
  const { help, edits } =
    written === undefined ? { help: [], edits: [] } : suggestion(span, written, candidates)
  return diagnostic(code, span, { message: bounded(message), help, edits })
}

/** A word stands at a required argument's place and fits a later one: `dense relu`. */
export function argumentMissing(
  span: Span,
  subject: string,
  { name, required }: { readonly name: string; readonly required: string },
  written: string,
  fits: string,
): Diagnostic {
  return diagnostic('argument-missing', span, {
    message: bounded(`${quote(subject)} needs ${quote(name)} first: ${required}`),
    label: `${quote(written)} is its ${quote(fits)}`,
  })
}

export function argumentTwice(again: Argument, first: Argument, subject: string): Diagnostic {
  const name = again.name?.text ?? ''
  return diagnostic('argument-twice', again.name?.span ?? again.span, {
    message: `${quote(name)} of ${quote(subject)} is given twice`,
    label: 'given again',
    related: [{ span: first.span, label: 'first given here' }],
  })
}

/** `move` puts it before the first argument with a name, where its text is known. */
export function argumentOrder({ span }: Argument, named: Argument, subject: string): Diagnostic {
  return diagnostic('argument-order', span, {
    message: `an argument of ${quote(subject)} without a name follows one with a name`,
    label: 'arguments without a name come first',
    related: [{ span: named.span, label: 'this one has a name' }],
  })
}
