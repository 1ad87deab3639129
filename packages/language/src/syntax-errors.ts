import type { IToken } from 'chevrotain'
import type { Span, Value } from './ast.ts'
import { type Diagnostic, diagnostic, type Edit } from './diagnostic.ts'
import { printable, quote } from './quote.ts'
import { spanOf } from './tokens.ts'

/** What can be wrong with the order of words, the parser's business; one builder a code. */

const at = (offset: number): Span => ({ start: offset, end: offset })
const insert = (offset: number, text: string): Edit => ({ span: at(offset), text })
const remove = (span: Span): Edit => ({ span, text: '' })

const isBlank = (text: string, start: number, end: number): boolean =>
  text.slice(start, end).trim() === ''

/** `stands` says what is there, `fits` what could be: "a value", "`->` or the end of the line". */
export function unexpectedToken(
  span: Span,
  stands: string,
  fits: string,
  help: readonly string[] = [],
): Diagnostic {
  return diagnostic('unexpected-token', span, {
    message: stands,
    label: `here fits ${fits}`,
    help,
  })
}

// Pipelines

export function leadingArrow(arrows: Span, next: number): Diagnostic {
  return diagnostic('leading-arrow', arrows, {
    message: 'a pipeline begins with `->`',
    label: 'nothing stands before it',
    help: 'begin with a layer, or with a reference such as `@image`',
    edits: [remove({ start: arrows.start, end: next })],
  })
}

/** `before` is where the stage before the arrows ends. */
export function trailingArrow(arrows: Span, before: number, text: string): Diagnostic {
  return diagnostic('trailing-arrow', arrows, {
    message: 'a pipeline ends with `->`',
    label: 'nothing follows it',
    help: 'add the next layer, or leave the arrow out',
    edits: isBlank(text, before, arrows.start) ? [remove({ start: before, end: arrows.end })] : [],
  })
}

export function doubledArrow(arrows: Span): Diagnostic {
  return diagnostic('doubled-arrow', arrows, {
    message: 'nothing stands between `->` and `->`',
    label: 'one arrow joins two layers',
    edits: [{ span: arrows, text: '->' }],
  })
}

export function arrowAfterStatement(arrow: Span, word: string | undefined): Diagnostic {
  return diagnostic('arrow-after-statement', arrow, {
    message: `\`->\` follows ${word === undefined ? 'a statement' : quote(word)}, which is no layer`,
    label: 'there is no output to hand on',
    help: 'begin a pipeline of its own with a layer, or with a reference such as `@image`',
  })
}

export function directiveAsStage(
  word: Span,
  image: string,
  arrows: Span,
  before: number,
  text: string,
): Diagnostic {
  const blank = isBlank(text, before, arrows.start) && isBlank(text, arrows.end, word.start)
  return diagnostic('directive-as-stage', word, {
    message: `${quote(image)} is a directive, not a layer`,
    label: 'it begins a line of its own',
    edits: blank ? [{ span: { start: before, end: word.start }, text: '\n' }] : [],
  })
}

// Arguments

/** `edits` is empty where a comment inside would be lost. */
export function parenthesisedArguments(
  parentheses: Span,
  name: string,
  edits: readonly Edit[],
): Diagnostic {
  return diagnostic('parenthesised-arguments', parentheses, {
    message: `the arguments of ${quote(name)} stand in parentheses`,
    label: 'they stand behind the name, with spaces between them',
    edits,
  })
}

/** The edits that take the parentheses off `(a, b * c)` behind a name. */
export function unwrapped(
  parentheses: Span,
  items: readonly { readonly span: Span; readonly value: Value }[],
  text: string,
): Edit[] {
  const edits: Edit[] = []
  let done = parentheses.start
  const isApart = /\s/.test(text.charAt(done - 1))
  for (const { span, value } of items) {
    if (!/^[\s,(]*$/.test(text.slice(done, span.start))) return []
    const calculates = value.kind === 'arithmetic'
    const space = isApart && done === parentheses.start ? '' : ' '
    edits.push({ span: { start: done, end: span.start }, text: space })
    if (calculates) edits.push(insert(value.span.start, '('), insert(value.span.end, ')'))
    done = span.end
  }
  if (!/^[\s,()]*$/.test(text.slice(done, parentheses.end))) return []
  const touches = /[^\s;,)}\]]/.test(text.charAt(parentheses.end))
  return [...edits, { span: { start: done, end: parentheses.end }, text: touches ? ' ' : '' }]
}

/** A comma and where the token behind it begins. */
export interface Comma {
  readonly token: IToken
  readonly next: number
}

/** `list` is what becomes a list where one is wanted; elsewhere the commas go. */
export function commaBetweenArguments(
  commas: readonly Comma[],
  list: Span | undefined,
  text: string,
): Diagnostic {
  const [first, ...others] = commas.map(({ token }) => spanOf(token))
  // `0,1` is perhaps one number, perhaps two arguments: nobody but the writer knows.
  const isDecimal =
    first !== undefined && /^\d,\d$/.test(text.slice(first.start - 1, first.end + 1))
  const edits = isDecimal
    ? []
    : list === undefined
      ? commas.flatMap((comma) => removeComma(comma, text))
      : [insert(list.start, '['), insert(list.end, ']')]
  return diagnostic('comma-between-arguments', first ?? at(0), {
    message: 'a comma stands between arguments',
    label:
      list === undefined ? 'arguments are separated by spaces' : 'several make a list, in `[]`',
    related: others.slice(0, 3).map((span) => ({ span, label: 'here too' })),
    help: isDecimal ? 'a number with decimals has a dot: `0.1`' : [],
    edits,
  })
}

export function commaBetweenStatements(comma: Span): Diagnostic {
  return diagnostic('comma-between-arguments', comma, {
    message: 'a comma stands between statements',
    label: 'a statement ends with its line, or with `;`',
    edits: [{ span: comma, text: ';' }],
  })
}

/** Without the comma a line break behind it would end the statement, so that goes with it. */
function removeComma({ token, next }: Comma, text: string): Edit[] {
  const start = token.startOffset
  const between = text.slice(start + 1, next)
  if (next >= text.length) return [{ span: { start, end: start + 1 }, text: '' }]
  if (!/[\n\r]/.test(between))
    return [{ span: { start, end: start + 1 }, text: between ? '' : ' ' }]
  return between.trim() === '' ? [{ span: { start, end: next }, text: ' ' }] : []
}

export function arithmeticOutsideParentheses(span: Span, operator: Span, text: string): Diagnostic {
  const written = text.slice(span.start, span.end)
  return diagnostic('arithmetic-outside-parentheses', span, {
    message: `${quote(text.slice(operator.start, operator.end))} stands outside parentheses`,
    label: 'a calculation that is an argument stands in parentheses',
    help: `write ${quote(`(${written})`)}`,
    edits: [insert(span.start, '('), insert(span.end, ')')],
  })
}

/** `parts` are the percentages in order: training, validation, test. */
export function splitAsRatio(
  span: Span,
  parts: readonly number[],
  edits?: readonly Edit[],
): Diagnostic {
  const names = ['train', 'validate', 'test']
  const right = parts.map((percent, i) => `${names[i]}=${percent}%`).join(' ')
  return diagnostic('split-as-ratio', span, {
    message: 'a split names its parts',
    label: 'which part is for training?',
    help: `write ${quote(right)}`,
    edits: edits ?? [{ span, text: right }],
  })
}

export function detachedMinus(minus: Span, operand: number): Diagnostic {
  return diagnostic('detached-minus', minus, {
    message: 'a space follows the minus sign of an argument',
    label: 'it touches what it negates',
    edits: [remove({ start: minus.end, end: operand })],
  })
}

export function colonForEquals(colon: Span, next: number, text: string): Diagnostic {
  const end = isBlank(text, colon.end, next) ? next : colon.end
  return diagnostic('colon-for-equals', colon, {
    message: '`:` gives no argument its value',
    label: 'write `=`',
    edits: [{ span: { start: colon.start, end }, text: '=' }],
  })
}

// Lists and names

export function missingComma(between: number): Diagnostic {
  return diagnostic('missing-comma', at(between), {
    message: 'a comma is missing',
    label: 'between two items',
    edits: [insert(between, ',')],
  })
}

/** `end` is where the name ends, `next` where its value begins. */
export function missingEquals(name: string, end: number, next: number, right: string): Diagnostic {
  const span = { start: end, end: next }
  return diagnostic('missing-equals', span, {
    message: `\`=\` is missing between ${quote(name)} and its value`,
    label: `write ${quote(right)}`,
    edits: [{ span, text: right }],
  })
}

export function strayComma(comma: Span): Diagnostic {
  return diagnostic('stray-comma', comma, {
    message: 'a comma separates nothing',
    label: 'an item is missing beside it',
    edits: [remove(comma)],
  })
}

/** `touches` where the space before it is missing too. */
export function listInParentheses(span: Span, touches = false): Diagnostic {
  return diagnostic('list-in-parentheses', span, {
    message: 'several values stand in parentheses',
    label: 'a list stands in `[]`',
    edits: [
      { span: { start: span.start, end: span.start + 1 }, text: touches ? ' [' : '[' },
      { span: { start: span.end - 1, end: span.end }, text: ']' },
    ],
  })
}

/**
 * Arguments that are easily taken for statements of their own, and the statements that take them. The parser knows no plugins: these
 * are the commonest, and `resolve/argument-owners.ts` finds the others.
 */
const owners: Readonly<Record<string, string>> = {
  epochs: 'train',
  batch: 'train',
  patience: 'stop',
  lr: 'optimizer adam',
}

export function missingLet(name: Span, image: string): Diagnostic {
  const owner = Object.hasOwn(owners, image) ? owners[image] : undefined
  return diagnostic('missing-let', name, {
    message: `${quote(image)} is given a value without \`let\``,
    label: 'a constant is declared with `let`',
    help: owner === undefined ? [] : `for the argument write ${quote(`${owner} ${image}=…`)}`,
    edits: owner === undefined ? [insert(name.start, 'let ')] : [],
  })
}

export function directiveWithEquals(
  word: string,
  before: number,
  equals: Span,
  next: number,
  text: string,
): Diagnostic {
  const blank = isBlank(text, before, equals.start) && isBlank(text, equals.end, next)
  const sign = text.slice(equals.start, equals.end)
  return diagnostic('directive-with-equals', equals, {
    message: `${quote(word)} is a directive, which has no ${quote(sign)}`,
    label: 'its argument follows after a space',
    edits: blank ? [{ span: { start: before, end: next }, text: ' ' }] : [],
  })
}

export function missingAtSign(name: Span, image: string): Diagnostic {
  return diagnostic('missing-at-sign', name, {
    message: `${quote(image)} is referred to without \`@\``,
    label: `write ${quote(`@${image}`)}`,
    edits: [insert(name.start, '@')],
  })
}

export function atSignOnName(reference: Span, image: string): Diagnostic {
  return diagnostic('at-sign-on-name', reference, {
    message: `${quote(image)} refers to something, and here a name is given`,
    label: `write ${quote(image.slice(1))}`,
    edits: [remove({ start: reference.start, end: reference.start + 1 })],
  })
}

export function unquotedPackage(span: Span, text: string): Diagnostic {
  return diagnostic('unquoted-package', span, {
    message: `the package ${quote(text)} stands without quotes`,
    label: `write \`"${printable(text.slice(0, 40))}"\``,
    edits: [insert(span.start, '"'), insert(span.end, '"')],
  })
}

/** `purpose` is what the name would be for: "a constant". */
export function reservedWord(word: Span, image: string, purpose: string): Diagnostic {
  return diagnostic('reserved-word', word, {
    message: `${quote(image)} cannot name ${purpose}`,
    label: 'the word has a meaning of its own',
    help: 'choose another name',
  })
}
