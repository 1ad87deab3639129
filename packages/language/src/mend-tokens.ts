import { type IToken, tokenMatcher } from 'chevrotain'
import type { Span } from './ast.ts'
import type { Report } from './diagnostic.ts'
import * as errors from './lexical-errors.ts'
import {
  Arrow,
  Comma,
  End,
  Equals,
  endOf,
  ForeignArrow,
  ForeignMinus,
  ForeignText,
  ForeignWord,
  Identifier,
  isA,
  LeftBrace,
  MalformedNumber,
  Minus,
  makeToken,
  Name,
  NumberToken,
  Percent,
  Reference,
  Shape,
  StageStart,
  spanOf,
  Text,
  UnclosedText,
  Unknown,
} from './tokens.ts'

/**
 * Reports words and signs that are not the language's, and puts what was meant in their place where that is plain.
 * What means nothing is left out; the token after it, or the file's end, becomes suspect.
 */
export function mendTokens(
  found: readonly IToken[],
  suspect: Set<IToken>,
  report: Report,
): { tokens: IToken[]; endIsSuspect: boolean } {
  const mended: IToken[] = []
  let leftOut = false
  for (let i = 0; i < found.length; i++) {
    const token = found[i]
    if (token === undefined) break
    if (token.tokenType === Unknown) {
      const meant = meantBy(token, mended, found[i + 1], report)
      if (meant !== undefined) {
        mended.push(meant)
        continue
      }
      i = endOfRun(found, i)
      reportUnknown(token, found[i] ?? token, found[i + 1], report)
      leftOut = true
      continue
    }
    const count = mended.length
    if (mendDecimalComma(token, found[i + 1], mended, report)) i++
    else if (mendShapeApart(token, found[i + 1], mended, report)) i++
    else if (isDashForArrow(token, found[i + 1], found[i + 2], mended)) {
      report(errors.foreignArrow(spanOf(token), token.image))
      mended.push(makeToken(ForeignArrow, token.image, token.startOffset))
    } else mendOne(token, mended, report)
    const first = mended[count]
    if (leftOut && first !== undefined) suspect.add(first)
    leftOut = false
  }
  return { tokens: mended, endIsSuspect: leftOut }
}

/**
 * What a sign of no meaning stands for, where that is plain: `>` and `|` before a stage are arrows, with `- ` or `->` before
 * `>` too, and `%` belongs to the number before it.
 */
function meantBy(
  token: IToken,
  mended: IToken[],
  after: IToken | undefined,
  report: Report,
): IToken | undefined {
  const before = mended.at(-1)
  if (before === undefined) return undefined
  const { image, startOffset: start } = token
  if (isA(after, StageStart) && !isA(before, End) && (image === '>' || image === '|')) {
    const joins = image === '>' && isA(before, Minus, Arrow)
    const from = joins ? before.startOffset : start
    if (joins) mended.pop()
    else if (isA(before, Arrow)) return undefined
    const written = joins ? `${before.image.padEnd(start - from)}>` : image
    report(errors.foreignArrow({ start: from, end: start + 1 }, written))
    return makeToken(ForeignArrow, written, from)
  }
  if (image !== '%' || before.tokenType !== NumberToken) return undefined
  const gap = { start: endOf(before), end: start }
  report(errors.detachedPercent(spanOf(token), gap))
  mended.pop()
  const written = before.image.padEnd(start - before.startOffset)
  return makeToken(Percent, `${written}%`, before.startOffset)
}

/** Whether a dash is meant as an arrow: behind `dense 4 - dense 1` stands a layer, for nobody subtracts a word and a number. */
function isDashForArrow(
  token: IToken,
  after: IToken | undefined,
  afterIt: IToken | undefined,
  mended: readonly IToken[],
): boolean {
  const before = mended.at(-1)
  if (!isA(token, Minus) || before === undefined || after === undefined) return false
  const isApart = endOf(before) < token.startOffset && endOf(token) < after.startOffset
  if (!isApart || !isA(before, Name, NumberToken, Shape, Percent)) return false
  return after.tokenType === Identifier && isA(afterIt, NumberToken, Shape, Percent)
}

/** A comma for the dot of a number: in `lr=0,1` no other argument could follow without its name. */
function mendDecimalComma(
  token: IToken,
  after: IToken | undefined,
  mended: IToken[],
  report: Report,
): boolean {
  const [equals, whole] = mended.slice(-2)
  if (!isA(token, Comma) || !isA(equals, Equals) || whole === undefined || after === undefined)
    return false
  const touch = endOf(whole) === token.startOffset && endOf(token) === after.startOffset
  const written = `${whole.image},${after.image}`
  if (!touch || !/^\d+,\d+(?:[eE][+-]?\d+)?$/.test(written)) return false
  const { startOffset: start } = whole
  const right = written.replace(',', '.')
  report(errors.malformedNumber({ start, end: endOf(after) }, written, right))
  mended.splice(-1, 1, makeToken(NumberToken, right, start))
  return true
}

/** `3 x 3` for `3x3`. */
function mendShapeApart(
  token: IToken,
  after: IToken | undefined,
  mended: IToken[],
  report: Report,
): boolean {
  const before = mended.at(-1)
  if (before === undefined || after === undefined || !/^[xX×*]$/.test(token.image)) return false
  const isName = token.tokenType === Identifier
  const areSizes = isA(before, NumberToken, Shape) && isA(after, NumberToken)
  const written = `${before.image} ${token.image} ${after.image}`
  if (!isName || !areSizes || !/^[\dx]+ \S \d+$/.test(written)) return false
  const span = { start: before.startOffset, end: endOf(after) }
  const right = `${before.image}x${after.image}`
  report(errors.malformedNumber(span, written, right))
  mended.splice(-1, 1, makeToken(Shape, right, before.startOffset))
  return true
}

/** The index of the last token of the run of unknown characters that begins at `first`. */
function endOfRun(tokens: readonly IToken[], first: number): number {
  let last = first
  for (let next = tokens[last + 1]; next?.tokenType === Unknown; next = tokens[last + 1]) {
    const before = tokens[last]
    if (before === undefined || endOf(before) !== next.startOffset) break
    last++
  }
  return last
}

function reportUnknown(
  first: IToken,
  last: IToken,
  after: IToken | undefined,
  report: Report,
): void {
  const span = { start: first.startOffset, end: endOf(last) }
  // A run of one kind is shown by its beginning.
  const text = first === last ? first.image : first.image + last.image
  // `@größe`: what is wrong is said of the word.
  if (text === '@' && after?.tokenType === ForeignWord && after.startOffset === span.end) return
  if (text === '@' && after !== undefined && tokenMatcher(after, Name)) {
    const gap = { start: span.end, end: after.startOffset }
    report(errors.unknownCharacter(span, text, ['`@` touches its name'], [{ span: gap, text: '' }]))
  } else {
    report(errors.unknownCharacter(span, text, helpFor(text), []))
  }
}

function helpFor(text: string): string[] {
  if (/['`\u2018-\u201F]/.test(text)) return ['strings stand in `"`']
  return text === '>' ? ['layers are joined by `->`'] : []
}

/** Appends to `mended` what stands for `token`. */
function mendOne(token: IToken, mended: IToken[], report: Report): void {
  const { image, startOffset: start } = token
  const span = spanOf(token)
  switch (token.tokenType) {
    case ForeignArrow:
      report(errors.foreignArrow(span, image))
      mended.push(token)
      break
    case ForeignMinus:
      report(errors.foreignSign(span, image, '-'))
      mended.push(token)
      break
    case ForeignText:
      report(errors.foreignQuotes(span, image))
      mended.push(token)
      break
    case ForeignWord:
      joinForeignWord(token, mended, report)
      break
    case MalformedNumber:
      mended.push(...mendNumber(image, start, touches(mended.at(-1), start), report))
      break
    case UnclosedText:
      mended.push(...mendUnclosed(image, start, report))
      break
    case Text:
      reportEscapes(token, report)
      mended.push(token)
      break
    default:
      mended.push(token)
  }
}

/** Joins `gr` and `öße`, which the lexer finds one after the other. */
function joinForeignWord(token: IToken, mended: IToken[], report: Report): void {
  const before = mended.at(-1)
  const isReference = before?.tokenType === Reference
  const joins =
    before !== undefined &&
    endOf(before) === token.startOffset &&
    (isReference || tokenMatcher(before, Name))
  if (joins) mended.pop()
  const text = (joins ? before.image : '') + token.image
  const type = joins && isReference ? Reference : Identifier
  const whole = makeToken(type, text, joins ? before.startOffset : token.startOffset)
  report(errors.foreignLetter(spanOf(whole), text))
  mended.push(whole)
}

const touches = (before: IToken | undefined, start: number): boolean =>
  before !== undefined && endOf(before) === start && tokenMatcher(before, Name)

function mendNumber(image: string, start: number, isGlued: boolean, report: Report): IToken[] {
  const span = { start, end: start + image.length }
  if (/^\d+(?:[xX\u00D7]\d+)+$/.test(image)) {
    const right = image.replaceAll(/[X\u00D7]/g, 'x')
    const sign = image.includes('\u00D7')
    report(
      sign ? errors.foreignSign(span, image, right) : errors.malformedNumber(span, image, right),
    )
    return [makeToken(Shape, right, start)]
  }
  const [, number = '', word] = /^(\d+(?:\.\d+)?)([A-Za-z_][A-Za-z0-9_]+)$/.exec(image) ?? []
  if (word !== undefined && !/^[eExX_]/.test(word)) {
    report(errors.malformedNumber(span, image, `${number} ${word}`))
    return [
      makeToken(NumberToken, number, start),
      makeToken(Identifier, word, start + number.length),
    ]
  }
  // `a.5`: putting a digit before the dot would only make the name longer.
  report(errors.malformedNumber(span, image, isGlued ? undefined : repairedNumber(image)))
  return [makeToken(MalformedNumber, image, start)]
}

/** The number that was plainly meant, if it is plain. */
function repairedNumber(image: string): string | undefined {
  if (/^\.\d+(?:[eE]\d+)?$/.test(image)) return `0${image}`
  if (/^\d+\.$/.test(image)) return image.slice(0, -1)
  if (/^\d[\d_]*\d$/.test(image)) return image.replaceAll('_', '')
  return undefined
}

/** An unclosed string takes the rest of its line, but not a `{` at the end: that opens what follows. */
function mendUnclosed(image: string, start: number, report: Report): IToken[] {
  const line = image.trimEnd()
  const opens = line.endsWith('{')
  const text = opens ? line.slice(0, -1).trimEnd() : line
  report(errors.unclosedString({ start, end: start + text.length }, text))
  const string = makeToken(UnclosedText, text, start)
  return opens ? [string, makeToken(LeftBrace, '{', start + line.length - 1)] : [string]
}

function reportEscapes(token: IToken, report: Report): void {
  if (!token.image.includes('\\')) return
  const unknown: Span[] = []
  let text = ''
  for (const found of token.image.matchAll(/\\(?:u[0-9A-Fa-f]{4}|[\s\S])/g)) {
    if (/^\\(?:["\\/nrtbf]|u.)/.test(found[0])) continue
    const start = token.startOffset + found.index
    if (unknown.length === 0) text = found[0]
    unknown.push({ start, end: start + found[0].length })
  }
  const mistake = errors.unknownEscape(unknown, text)
  if (mistake !== undefined) report(mistake)
}
