import type { ArgumentProblem, RawValue } from '@chainrule/core'
import type { Argument, Span } from '../ast.ts'
import { type Diagnostic, diagnostic, type Edit } from '../diagnostic.ts'
import { printable, quote } from '../quote.ts'
import { suggestion } from '../suggest.ts'
import { withoutLargestSize } from './largest-size.ts'
import type { Constant } from './scope.ts'

/** What can be wrong with arguments; one builder a code. */

const longestMessage = 240

/** A message that may quote what a person wrote, kept to a few lines and free of control characters. */
export function bounded(message: string): string {
  const text = printable(withoutLargestSize(message))
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage - 1)}…`
}

/** A mistake that core found, with its place. `written` is the word that is wrong, for "did you mean". */
export function argumentProblem(
  { code, message, candidates }: ArgumentProblem,
  span: Span,
  written: string | undefined,
  { label = '', constant, meant }: ProblemDetails = {},
): Diagnostic {
  const { help, edits } =
    written === undefined || constant !== undefined
      ? { help: [], edits: [] }
      : suggestion(span, written, candidates)
  const related =
    constant === undefined ? [] : [{ span: constant.given, label: 'its value is given here' }]
  const all = meant === undefined ? help : [`write ${quote(meant)}`]
  return diagnostic(code, span, { message: bounded(message), label, related, help: all, edits })
}

export interface ProblemDetails {
  readonly label?: string
  /** What the word stands for. */
  readonly constant?: Pick<Constant, 'given'> | undefined
  /** What was likely meant. */
  readonly meant?: string | undefined
}

/** A word that stands at the place of the argument `name`, and belongs to the later one `belongsTo`. */
export interface Swapped {
  readonly name: string
  /** What the argument must be. */
  readonly required: string
  readonly word: string
  readonly belongsTo: string
  /** Whether a value is what the argument must be. */
  readonly fits: (raw: RawValue) => boolean
}

/** `dense relu`; where the number that is missing follows, as in `dense relu 16`, the two change places. */
export function argumentMissing(
  { span }: Argument,
  subject: string,
  { name, required, word, belongsTo, fits }: Swapped,
  next: Argument | undefined,
): Diagnostic {
  const follows = next?.name === undefined && next?.value.kind === 'number' ? next.value : undefined
  const first = follows !== undefined && fits(follows.value) ? follows : undefined
  return diagnostic('argument-missing', span, {
    message: bounded(`${quote(subject)} needs ${quote(name)} first: ${required}`),
    label: `${quote(word)} is its ${quote(belongsTo)}`,
    help: first === undefined ? [] : [`write ${quote(`${subject} ${first.value} ${word}`)}`],
    edits:
      first === undefined
        ? []
        : [
            { span, text: String(first.value) },
            { span: first.span, text: word },
          ],
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

/** `dense w -1`, where no number fits: the sign touches its number, and so is not read as a subtraction. */
export function subtractionApart({ span: left }: Argument, { span: right }: Argument): Diagnostic {
  const at = (offset: number, text: string): Edit => ({
    span: { start: offset, end: offset },
    text,
  })
  return diagnostic(
    'arithmetic-outside-parentheses',
    { start: left.start, end: right.end },
    {
      message: '`-` stands outside parentheses',
      label: 'a calculation that is an argument stands in parentheses',
      edits: [at(left.start, '('), at(right.start + 1, ' '), at(right.end, ')')],
    },
  )
}

/** `text` is how it is written, where that is known. */
export function argumentOrder(
  { span }: Argument,
  named: Argument,
  subject: string,
  text: string | undefined,
): Diagnostic {
  const start = named.span.start
  const edits: Edit[] =
    text === undefined
      ? []
      : [
          { span: { start, end: start }, text: `${text} ` },
          { span: { start: span.start - 1, end: span.end }, text: '' },
        ]
  return diagnostic('argument-order', span, {
    message: `an argument of ${quote(subject)} without a name follows one with a name`,
    label: 'arguments without a name come first',
    related: [{ span: named.span, label: 'this one has a name' }],
    edits,
  })
}

/** `dense 1 loss mse` */
export function directiveAmongArguments(span: Span, name: string, layer: string): Diagnostic {
  const { start } = span
  return diagnostic('directive-as-stage', span, {
    message: `${quote(name)} is a directive, not an argument of ${quote(layer)}`,
    label: 'it begins a line of its own',
    edits: [{ span: { start, end: start }, text: '\n' }],
  })
}

/** `linear 8`: an activation has no size, and what has one is `dense`. */
export function activationWithSize(span: Span, name: string, size: number): Diagnostic {
  return diagnostic('argument-extra', span, {
    message: `the activation ${quote(name)} takes no size, so ${quote(String(size))} is too many`,
    help: `write ${quote(name === 'linear' ? `dense ${size}` : `dense ${size} ${name}`)}`,
  })
}
