import type { Edit, Lexeme, LexemeKind, Span } from '@chainrule/language'
import { Analysis } from './analysis.ts'
import { type Path, pathAt, pathTo } from './tree.ts'

/**
 * Where a text goes on. What is written of a word so far could be anything, so that the parser is asked about the text with
 * a word of its own in its place: what that is in the tree is what may be written there. So unfinished texts are read by the
 * one parser there is, and its recovery.
 */
export interface Cursor {
  /** What a completion replaces: the whole word at the cursor, which may be empty. */
  readonly word: Span
  /** The text with the word in place of what is written. */
  readonly marked: Analysis
  /** The node that the word became, with those around it. */
  readonly path: Path
  /** The parser left the word out; the path ends at what it stands in. */
  readonly isLost: boolean
  /** What stands where the word does is a text in quotes. */
  readonly isText: boolean
  /** Writes a text in place of the word, with blanks where it would touch what is there. */
  edit(text: string): Edit
}

/** The cursor; `undefined` in comments and numbers, and where the parser gives up. */
export function cursorAt(analysis: Analysis, offset: number): Cursor | undefined {
  const word = wordAt(analysis, offset)
  if (word === undefined) return undefined
  const { text, context } = analysis
  const marker = markerFor(text)
  const before = text.slice(0, word.span.start)
  const after = text.slice(word.span.end)
  if (isBesideSigns(word, analysis)) return undefined
  const behind = word.kind === 'text' ? '' : blankBefore(after)
  const marked = new Analysis(
    `${before}${word.before}${marker}${word.after}${behind}${after}`,
    context,
  )
  const found = pathTo(marked.ast, (node) =>
    word.kind === 'text'
      ? node.kind === 'text' && node.value === marker
      : node.kind === 'name' && node.text === marker,
  )
  const path = found ?? pathAt(marked.ast, word.span.start)
  return {
    isLost: found === undefined,
    word: word.span,
    marked,
    path,
    isText: word.kind === 'text',
    edit: (written) => ({
      span: word.span,
      text: `${word.isTouched ? ' ' : ''}${written}${/[= ]$/.test(written) ? '' : behind}`,
    }),
  }
}

/** A blank where a word would take signs or digits of what follows for its own. */
const blankBefore = (text: string): string => (/^(\s|[,)\]=]|$)/.test(text) ? '' : ' ')

/**
 * Whether a name would become a part of what stands beside it: of a path by a dot, of a number by a minus that touches it, of
 * who knows what by a sign that means nothing.
 */
function isBesideSigns({ span, kind }: WordAt, { lexemes, text }: Analysis): boolean {
  if (kind === 'text') return false
  const left = lexemes.findLast((each) => each.span.end <= span.start)
  const right = lexemes.find((each) => each.span.start >= span.end)
  const isOdd = (each: Lexeme | undefined): boolean =>
    each?.kind === 'unknown' || (each?.kind === 'separator' && text.charAt(each.span.start) === '.')
  const isMinus =
    left?.kind === 'operator' &&
    left.span.end === span.start &&
    text.charAt(left.span.start) === '-'
  return isOdd(left) || isOdd(right) || isMinus
}

/** A name that stands nowhere in the text, and near no word of the language. */
function markerFor(text: string): string {
  let marker = '__cursor'
  while (text.includes(marker)) marker += '_'
  return marker
}

interface WordAt {
  readonly span: Span
  readonly kind: 'word' | 'text'
  /** What stands before and behind the name so that it is read as what it replaces. */
  readonly before: string
  readonly after: string
  /** It begins behind something from which a blank must part it. */
  readonly isTouched?: boolean
}

const wordKinds: ReadonlySet<LexemeKind> = new Set([
  ...(['name', 'keyword', 'directive', 'truth'] as const),
])
/** What is being written here is known to be nothing that has a name. */
const nameless: ReadonlySet<LexemeKind> = new Set([
  ...(['comment', 'doc', 'number', 'percent', 'shape', 'arrow'] as const),
])

/** The word at an offset: the one around it, else that before it, else that behind it, else an empty one. */
function wordAt({ lexemes, text }: Analysis, offset: number): WordAt | undefined {
  const index = lexemes.findIndex(({ span }) => span.end >= offset)
  const first = lexemes[index]
  if (first === undefined || first.span.start > offset) return freeWord(text, offset)
  if (first.span.start === offset) return wordBehind(lexemes, index, text, offset)
  const isInside = first.span.end > offset
  const word = wordOf(lexemes, index, text)
  if (word !== undefined) return word
  if (first.kind === 'text')
    return isInside || !isClosedText(first.span, text)
      ? textAt(first.span, text)
      : freeWord(text, offset)
  const isOpen = isInside || !isClosedComment(first, text)
  if (isInside || (nameless.has(first.kind) && first.kind !== 'arrow' && isOpen)) return undefined
  const second = lexemes[index + 1]
  return second?.span.start === offset
    ? wordBehind(lexemes, index + 1, text, offset)
    : freeWord(text, offset)
}

/** At the beginning of a lexeme: its word, or an empty one before a sign. */
function wordBehind(
  lexemes: readonly Lexeme[],
  index: number,
  text: string,
  offset: number,
): WordAt | undefined {
  const kind = lexemes[index]?.kind ?? 'unknown'
  const isNumber = kind === 'number' || kind === 'percent' || kind === 'shape'
  return isNumber ? undefined : (wordOf(lexemes, index, text) ?? freeWord(text, offset))
}

/** Behind `/* … *\/` another word may begin; behind `//` nothing does. */
const isClosedComment = ({ kind, span }: Lexeme, text: string): boolean =>
  kind === 'comment' && text.startsWith('/*', span.start) && text.slice(0, span.end).endsWith('*/')

/** A word of its own, apart from what stands before it. */
const freeWord = (text: string, offset: number): WordAt => {
  const isTouched = /[\w%")\]}/]$/.test(text.slice(Math.max(0, offset - 1), offset))
  const span = { start: offset, end: offset }
  return { span, kind: 'word', before: isTouched ? ' ' : '', after: '', isTouched }
}

/** `val.lo`, `@enc.`: names and dots that touch are one word. */
function wordOf(lexemes: readonly Lexeme[], at: number, text: string): WordAt | undefined {
  const isDot = (each: Lexeme | undefined): boolean =>
    each?.kind === 'separator' && text.charAt(each.span.start) === '.'
  const isPart = (each: Lexeme | undefined): boolean =>
    each !== undefined && (wordKinds.has(each.kind) || each.kind === 'reference' || isDot(each))
  const isAt = (each: Lexeme | undefined): boolean =>
    each?.kind === 'unknown' && text.slice(each.span.start, each.span.end) === '@'
  if (isAt(lexemes[at])) return wordFrom(lexemes[at], lexemes[at], '@')
  if (!isPart(lexemes[at])) return undefined
  let [first, last] = [at, at]
  const joins = (left: number): boolean =>
    isPart(lexemes[left]) &&
    isPart(lexemes[left + 1]) &&
    lexemes[left]?.span.end === lexemes[left + 1]?.span.start
  while (joins(first - 1)) first--
  while (joins(last)) last++
  if (isDot(lexemes[first])) return undefined
  return wordFrom(lexemes[first], lexemes[last], lexemes[first]?.kind === 'reference' ? '@' : '')
}

function wordFrom(
  first: Lexeme | undefined,
  last: Lexeme | undefined,
  before: string,
): WordAt | undefined {
  if (first === undefined || last === undefined) return undefined
  const span = { start: first.span.start, end: last.span.end }
  return { span, kind: 'word', before, after: '' }
}

/** What is behind a text in quotes that lacks the second one is still in it. */
const isClosedText = ({ start, end }: Span, text: string): boolean =>
  end - start > 1 && text.charAt(end - 1) === text.charAt(start)

/** What stands between quotes. */
function textAt({ start, end }: Span, text: string): WordAt | undefined {
  if (text.charAt(start) !== '"') return undefined
  const isClosed = isClosedText({ start, end }, text)
  const span = { start: start + 1, end: isClosed ? end - 1 : end }
  return { span, kind: 'text', before: '', after: isClosed ? '' : '"' }
}
