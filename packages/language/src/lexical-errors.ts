import type { Span } from './ast.ts'
import { type Diagnostic, diagnostic, type Edit } from './diagnostic.ts'
import { printable, quote } from './quote.ts'

/** What can be wrong with single words and signs; one builder a code. */

const replace = (span: Span, text: string): Edit[] => [{ span, text }]

const pointNames = (text: string): string =>
  [...new Set(text)]
    .slice(0, 3)
    .map((c) => `U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`)
    .join(', ')

export function unknownCharacter(
  span: Span,
  text: string,
  help: readonly string[],
  edits: readonly Edit[],
): Diagnostic {
  const invisible = printable(text) !== text
  return diagnostic('unknown-character', span, {
    message: invisible
      ? `an invisible character (${pointNames(text)}) stands here`
      : `${quote(text)} means nothing in the language`,
    label: 'not read',
    help,
    edits: invisible ? replace(span, '') : edits,
  })
}

export function detachedPercent(percent: Span, gap: Span): Diagnostic {
  return diagnostic('unknown-character', percent, {
    message: '`%` stands apart from its number',
    label: 'it touches the number',
    edits: replace(gap, ''),
  })
}

export function foreignLetter(span: Span, text: string): Diagnostic {
  return diagnostic('foreign-letter', span, {
    message: `${quote(text)} is no name: it holds a letter outside A-Z`,
    label: 'a name consists of A-Z, a-z, 0-9, `_` and `-`',
    help: `a column's name may stand in quotes: "${printable(text.slice(0, 40))}"`,
  })
}

export function foreignArrow(span: Span, text: string): Diagnostic {
  return diagnostic('foreign-arrow', span, {
    message: `${quote(text)} is not the arrow of the language`,
    label: 'layers are joined by `->`',
    help: 'write `->`',
    edits: replace(span, '->'),
  })
}

export function foreignQuotes(span: Span, text: string): Diagnostic {
  const inside = text.slice(1, -1).replaceAll('"', '\\"')
  return diagnostic('foreign-quotes', span, {
    message: `${quote(text)} stands in quotes of another kind`,
    label: 'a string stands in straight double quotes',
    help: `write \`"${printable(inside.slice(0, 40))}"\``,
    edits: replace(span, `"${inside}"`),
  })
}

export function foreignSign(span: Span, text: string, right: string): Diagnostic {
  return diagnostic('foreign-sign', span, {
    message: `${quote(text)} is written with a typographic sign`,
    label: `write ${quote(right)}`,
    edits: replace(span, right),
  })
}

export function foreignComment(span: Span): Diagnostic {
  return diagnostic('foreign-comment', span, {
    message: '`#` begins no comment',
    label: 'comments begin with `//`',
    edits: replace(span, '//'),
  })
}

export function unclosedComment(opening: Span, fileEnd: number): Diagnostic {
  return diagnostic('unclosed-comment', opening, {
    message: 'a comment is not closed',
    label: 'it runs from here to the end of the file',
    help: 'end it with `*/`',
    edits: [{ span: { start: fileEnd, end: fileEnd }, text: ' */' }],
  })
}

export function unclosedString(span: Span, text: string): Diagnostic {
  // What looks like arguments or braces was not meant to stand in it, and nobody knows where it was to end.
  const isPlain = !/[{}=]/.test(text)
  return diagnostic('unclosed-string', span, {
    message: 'a string is not closed',
    label: 'no `"` ends it on this line',
    edits: isPlain ? [{ span: { start: span.end, end: span.end }, text: '"' }] : [],
  })
}

export function unknownEscape(escapes: readonly Span[], text: string): Diagnostic | undefined {
  const [first, ...others] = escapes
  if (first === undefined) return undefined
  return diagnostic('unknown-escape', first, {
    message: `${quote(text)} is no escape that strings know`,
    label: 'a backslash begins an escape',
    related: others.slice(0, 3).map((span) => ({ span, label: 'and here' })),
    help: 'write paths with `/`, and a backslash itself as `\\\\`',
    edits: escapes.map(({ start }) => ({ span: { start, end: start + 1 }, text: '/' })),
  })
}

export function malformedNumber(span: Span, text: string, right: string | undefined): Diagnostic {
  return diagnostic('malformed-number', span, {
    message: `${quote(text)} is no number`,
    label: whyMalformed(text),
    help: right === undefined ? [] : `write ${quote(right)}`,
    edits: right === undefined ? [] : replace(span, right),
  })
}

function whyMalformed(text: string): string {
  if (text.startsWith('.')) return 'a digit stands before the dot'
  if (text.includes(',')) return 'decimals follow a dot'
  if (/\s/.test(text)) return 'a shape is sizes joined by `x`, as in `3x3`'
  if (/^\d+\.$/.test(text)) return 'a digit stands after the dot'
  if (/^\d+(?:[xX]\d*)+$/.test(text)) return 'a shape is sizes joined by `x`, as in `3x3`'
  if (/^[\d_]+$/.test(text)) return 'digits are not grouped'
  if (/\..*\./.test(text)) return 'a number has one dot at most'
  return 'a number touches no letter'
}
