import type { IToken } from 'chevrotain'
import type { Span } from './ast.ts'
import { type Diagnostic, diagnostic, type Edit } from './diagnostic.ts'
import { spanOf } from './tokens.ts'

/** What can be wrong with brackets; one builder a code. */

/** An opening bracket and the sign that closes it. */
export interface OpenBracket {
  readonly token: IToken
  readonly closer: string
}

/** `open` are the brackets, innermost first; `end` is what their closers are put in place of, most often nothing. */
export function unclosedBracket(open: readonly OpenBracket[], end: Span): Diagnostic | undefined {
  const [inner, ...outer] = open
  if (inner === undefined) return undefined
  const closers = open.map(({ closer }) => (closer === '}' ? '\n}' : closer)).join('')
  return diagnostic('unclosed-bracket', spanOf(inner.token), {
    message: `\`${inner.token.image}\` is not closed`,
    label: `its \`${inner.closer}\` is missing`,
    related: [
      ...outer.slice(0, 3).map(({ token }) => ({ span: spanOf(token), label: 'nor is this' })),
      { span: { start: end.end, end: end.end }, label: 'taken to end here' },
    ],
    edits: [{ span: end, text: closers }],
  })
}

export function unmatchedBracket(span: Span, image: string): Diagnostic {
  return diagnostic('unmatched-bracket', span, {
    message: `\`${image}\` closes nothing`,
    label: 'no bracket is open here',
    edits: [{ span, text: '' }],
  })
}

export function mismatchedBracket(span: Span, image: string, opener: OpenBracket): Diagnostic {
  return diagnostic('mismatched-bracket', span, {
    message: `\`${opener.token.image}\` is closed by \`${image}\``,
    label: `\`${opener.closer}\` fits here`,
    related: [{ span: spanOf(opener.token), label: 'opened here' }],
    edits: [{ span, text: opener.closer }],
  })
}

export function nestedTooDeeply(span: Span, limit: number): Diagnostic {
  return diagnostic('nested-too-deeply', span, {
    message: `brackets are nested more than ${limit} deep`,
    label: 'what is inside is not read',
    help: 'name inner parts with `let` or `block`',
  })
}

/** `before` is where the token before the brace ends. */
export function braceOnOwnLine(brace: Span, before: number, text: string): Diagnostic {
  const isBlank = text.slice(before, brace.start).trim() === ''
  const edits: Edit[] = isBlank
    ? [{ span: { start: before, end: brace.start }, text: ' ' }]
    : [
        { span: { start: before, end: before }, text: ' {' },
        { span: brace, text: '' },
      ]
  return diagnostic('brace-on-own-line', brace, {
    message: '`{` stands on a line of its own',
    label: 'a line break before it ends the statement',
    related: [{ span: { start: before, end: before }, label: '`{` belongs here' }],
    edits,
  })
}
