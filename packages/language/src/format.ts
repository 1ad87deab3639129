import type { IToken } from 'chevrotain'
import { type Body, type Comment, type File, type Statement, walk } from './ast.ts'
import { lex } from './lexer.ts'
import { parse } from './parse.ts'
import {
  Comma,
  Dot,
  End,
  Equals,
  endOf,
  FileEnd,
  isA,
  LeftParen,
  LeftSquare,
  RightParen,
  RightSquare,
} from './tokens.ts'

/** Columns that a pipeline may take before it breaks. */
const widest = 80

/**
 * The text as `chainrule fmt` writes it; a text with errors of syntax comes back as it is.
 *
 * It prints the tokens of the text in their order and decides only what stands between two of them, so that no name,
 * literal or comment can be lost. Braces stay on one line where they are on one and fit; a pipeline is on one line, or
 * where it does not fit, broken before every `->`.
 */
export function format(text: string): string {
  const { ast, diagnostics } = parse(text)
  if (diagnostics.some(({ severity }) => severity === 'error')) return text
  const formatted = print(text, ast)
  // What a bracket that seems unclosed holds depends on where lines begin: a directive's word that a comment puts at the
  // beginning of a line inside of brackets is the one known case.
  const isRead = parse(formatted).diagnostics.every(({ severity }) => severity !== 'error')
  return isRead ? formatted : text
}

/** The same without looking at the result. */
export function print(text: string, ast: File): string {
  return new Printer(text, ast).print()
}

/** What stands between two tokens besides blanks. */
interface Gap {
  readonly comments: readonly Comment[]
  /** Line breaks before each comment, and at last before the next token. */
  readonly breaks: readonly number[]
  /** How many of the comments stand before the `;`; none where there is no `;`. */
  readonly beforeSemicolon: number | undefined
}

const lineBreaks = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0
const isMultiline = (comment: Comment): boolean => lineBreaks(comment.text) > 0
const endsLine = ({ style }: Comment): boolean => style !== 'block'
/** A block comment keeps its lines, with the file's line breaks. */
const textOf = (comment: Comment, newline: string): string =>
  endsLine(comment) ? comment.text.trimEnd() : comment.text.replaceAll(/\r\n|\n|\r/g, newline)

const none: ReadonlySet<number> = new Set()

class Printer {
  readonly #text: string
  readonly #ast: File
  readonly #tokens: readonly IToken[]
  readonly #gaps: readonly Gap[]
  readonly #indexes = new Map<number, number>()
  /** Tokens that touch the one after, or the one before. */
  readonly #touchesNext = new Set<number>()
  readonly #touchesLast = new Set<number>()
  readonly #spacedEquals = new Set<number>()
  readonly #statements = new Set<number>()
  readonly #closers = new Map<number, number>()
  readonly #newline: string
  readonly #out: string[] = []
  #column = 0
  #lines = 0

  constructor(text: string, ast: File) {
    this.#text = text
    this.#ast = ast
    this.#newline = /\r\n|\n|\r/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n'
    const { tokens } = lex(text, () => {})
    this.#tokens = tokens.filter((token) => !isA(token, End, FileEnd))
    for (const [i, token] of this.#tokens.entries()) this.#indexes.set(token.startOffset, i)
    this.#gaps = this.#readGaps()
    this.#readTree()
    this.#readBraces()
  }

  print(): string {
    const { statements } = this.#ast.body
    const mark = this.#text.startsWith('\uFEFF') ? '\uFEFF' : ''
    const first = this.#tokens.length === 0 ? 0 : this.#from(0)
    this.#boundary(0, 0, 'first')
    if (first > 0) this.#run(0, first)
    let startLine = 0
    for (const [i, statement] of statements.entries()) {
      const start = this.#from(statement.span.start)
      if (i > 0 && this.#joins(start, statement, startLine)) this.#put('; ')
      else if (start > 0) this.#boundary(start, 0, 'between')
      startLine = this.#lines
      this.#statement(statement, 0)
    }
    if (this.#tokens.length > 0) this.#boundary(this.#tokens.length, 0, 'last')
    const whole = this.#out.join('').trimEnd()
    return whole === '' ? mark : `${mark}${whole}${this.#newline}`
  }

  /** The edition's tokens are no statement; they are printed first. */
  #from(offset: number): number {
    if (offset === 0 && this.#ast.edition !== undefined)
      return this.#after(this.#ast.edition.span.end)
    return this.#indexes.get(offset) ?? 0
  }

  /** The index of the first token from an offset on. */
  #after(offset: number): number {
    let [low, high] = [0, this.#tokens.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#tokens[middle]?.startOffset ?? 0) < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  #readGaps(): Gap[] {
    const { comments } = this.#ast
    let next = 0
    const gaps: Gap[] = []
    for (let i = 0; i <= this.#tokens.length; i++) {
      const before = this.#tokens[i - 1]
      let at = before === undefined ? 0 : endOf(before)
      const end = this.#tokens[i]?.startOffset ?? this.#text.length
      const found: Comment[] = []
      const breaks: number[] = []
      let beforeSemicolon: number | undefined
      const blank = (to: number): void => {
        const between = this.#text.slice(at, to)
        if (between.includes(';')) beforeSemicolon ??= found.length
        breaks.push(lineBreaks(between))
        at = to
      }
      for (let each = comments[next]; each !== undefined; each = comments[next]) {
        if (each.span.start >= end) break
        blank(each.span.start)
        at = each.span.end
        found.push(each)
        next++
      }
      blank(end)
      gaps.push({ comments: found, breaks, beforeSemicolon })
    }
    return gaps
  }

  #readTree(): void {
    const equalsAfter = (offset: number): void => {
      for (let i = (this.#indexes.get(offset) ?? 0) + 1; i < this.#tokens.length; i++) {
        if (!isA(this.#tokens[i], Equals)) continue
        this.#spacedEquals.add(i)
        break
      }
    }
    walk(this.#ast, (node) => {
      if (node.kind === 'let') equalsAfter(node.name.span.start)
      if (node.kind === 'parameter' && node.default !== undefined) equalsAfter(node.name.span.start)
      if (node.kind === 'negation') this.#mark(this.#touchesNext, node.span.start)
      const last = node.kind === 'call' ? node.path.at(-1) : undefined
      if (last !== undefined) this.#mark(this.#touchesLast, last.span.start, 1)
      if (node.kind === 'block') this.#markParameters(node.name.span.start)
      if (node.kind === 'body')
        for (const { span } of node.statements) this.#mark(this.#statements, span.start)
    })
  }

  #mark(set: Set<number>, offset: number, more = 0): void {
    const index = this.#indexes.get(offset)
    if (index !== undefined) set.add(index + more)
  }

  #markParameters(name: number): void {
    const index = (this.#indexes.get(name) ?? 0) + 1
    if (isA(this.#tokens[index], LeftParen)) this.#touchesLast.add(index)
  }

  // What stands between two tokens

  #gap(i: number): Gap {
    const gap = this.#gaps[i]
    if (gap === undefined) throw new Error('internal: no such gap')
    return gap
  }

  /** Between two tokens of one line without comments. */
  #blank(i: number): string {
    const [before, next] = [this.#tokens[i - 1], this.#tokens[i]]
    if (this.#statements.has(i)) return ' '
    if (this.#touchesLast.has(i) || this.#touchesNext.has(i - 1)) return ''
    if (isA(next, Equals)) return this.#spacedEquals.has(i) ? ' ' : ''
    if (isA(before, Equals)) return this.#spacedEquals.has(i - 1) ? ' ' : ''
    if (isA(before, LeftParen, LeftSquare, Dot) || isA(next, RightParen, RightSquare, Comma, Dot))
      return ''
    return before?.image === '{' && next?.image === '}' ? '' : ' '
  }

  /** Whether a comment before the token breaks the line, wherever it stands. */
  #isForced(i: number): boolean {
    const { comments, breaks } = this.#gap(i)
    return comments.some(
      (comment, k) => endsLine(comment) || isMultiline(comment) || (breaks[k] ?? 0) > 0,
    )
  }

  /** The same with its comments, on one line. */
  #flatBlank(i: number): string {
    const { comments, beforeSemicolon = 0 } = this.#gap(i)
    const semicolon = this.#statements.has(i) && this.#tokens[i - 1]?.image !== '{'
    if (comments.length === 0) return `${semicolon ? ';' : ''}${this.#blank(i)}`
    const parts = comments.map(
      (comment, k) =>
        `${textOf(comment, this.#newline)}${semicolon && beforeSemicolon === k + 1 ? ';' : ''}`,
    )
    return `${semicolon && beforeSemicolon === 0 ? ';' : ''} ${parts.join(' ')} `
  }

  /** Columns that tokens take on one line; infinite where they cannot be on one. */
  #flatWidth(from: number, to: number): number {
    let width = 0
    for (let i = from; i < to; i++) {
      if (i > from && this.#isForced(i)) return Number.POSITIVE_INFINITY
      if (i > from) width += this.#flatBlank(i).length
      width += this.#tokens[i]?.image.length ?? 0
      if (this.#tokens[i]?.image === '{' && this.#isOpen(i)) return Number.POSITIVE_INFINITY
    }
    return width
  }

  /** Whether braces are over several lines in the text. */
  #isOpen(open: number): boolean {
    const close = this.#closer(open)
    const [first, last] = [this.#tokens[open], this.#tokens[close]]
    if (first === undefined || last === undefined) return false
    const hasBreak = lineBreaks(this.#text.slice(first.startOffset, last.startOffset)) > 0
    return hasBreak && (close > open + 1 || this.#gap(close).comments.length > 0)
  }

  #closer(open: number): number {
    return this.#closers.get(open) ?? this.#tokens.length - 1
  }

  #readBraces(): void {
    const opened: number[] = []
    for (const [i, { image }] of this.#tokens.entries()) {
      if (image === '{') opened.push(i)
      const open = image === '}' ? opened.pop() : undefined
      if (open !== undefined) this.#closers.set(open, i)
    }
  }

  // Printing

  #put(text: string): void {
    if (text === '') return
    this.#out.push(text)
    const last = text.lastIndexOf('\n')
    this.#lines += last < 0 ? 0 : 1
    this.#column = last < 0 ? this.#column + text.length : text.length - last - 1
  }

  #breakLine(indent: number, blank = false): void {
    this.#put(`${blank ? this.#newline : ''}${this.#newline}${' '.repeat(indent)}`)
  }

  /** Tokens of a statement outside of braces; what is before the first is printed already. */
  #run(from: number, to: number, indent = 0): void {
    for (let i = from; i < to; i++) {
      if (i > from) this.#inside(i, indent + 2)
      this.#put(this.#tokens[i]?.image ?? '')
    }
  }

  /** Between two tokens of a statement. */
  #inside(i: number, indent: number): void {
    if (!this.#isForced(i)) {
      this.#put(this.#flatBlank(i))
      return
    }
    this.#comments(i, indent)
    const { comments, breaks } = this.#gap(i)
    const last = comments.at(-1)
    const isOwnLine = (breaks[comments.length - 1] ?? 0) > 0 && (breaks.at(-1) ?? 0) > 0
    if (last !== undefined && (endsLine(last) || isOwnLine)) this.#breakLine(indent)
    else this.#put(' ')
  }

  /** The comments before a token, each on the line where it was, as far as that can be. */
  #comments(i: number, indent: number): void {
    const { comments, breaks } = this.#gap(i)
    for (const [k, comment] of comments.entries()) {
      const last = comments[k - 1]
      if ((breaks[k] ?? 0) > 0 || (last !== undefined && endsLine(last))) this.#breakLine(indent)
      else this.#put(' ')
      this.#put(textOf(comment, this.#newline))
    }
  }

  /** Before a statement, or behind the last one; comments beside what is before stay there. */
  #boundary(i: number, indent: number, place: 'first' | 'opened' | 'between' | 'last'): void {
    const { comments, breaks, beforeSemicolon = 0 } = this.#gap(i)
    const isEnd = place === 'last'
    let beside = 0
    if (place !== 'first') while (beside < comments.length && breaks[beside] === 0) beside++
    // Those that no line break parts from the next statement belong to it.
    if (!isEnd && (breaks.at(-1) ?? 0) === 0 && beside === comments.length) beside = beforeSemicolon
    for (const comment of comments.slice(0, beside)) this.#put(` ${textOf(comment, this.#newline)}`)
    let isFresh = place === 'first'
    for (let k = beside; k < comments.length; k++) {
      const comment = comments[k]
      if (comment === undefined) break
      const own = k === beside || (breaks[k] ?? 0) > 0
      const mayBlank = !(k === 0 && (place === 'opened' || place === 'first')) && !isFresh
      if (own && !isFresh) this.#breakLine(indent, mayBlank && (breaks[k] ?? 0) > 1)
      else if (!own) this.#put(' ')
      isFresh = false
      this.#put(textOf(comment, this.#newline))
    }
    if (isEnd) return
    const sticks = beside < comments.length && breaks.at(-1) === 0
    const mayBlank = comments.length > 0 || place === 'between'
    if (sticks) this.#put(' ')
    else if (!isFresh) this.#breakLine(indent, mayBlank && (breaks.at(-1) ?? 0) > 1)
  }

  #statement(statement: Statement, indent: number): void {
    const from = this.#indexes.get(statement.span.start) ?? 0
    const to = this.#after(statement.span.end)
    if (statement.kind === 'pipeline') {
      this.#pipeline(
        statement.stages.map(({ span }) => this.#indexes.get(span.start) ?? 0),
        to,
        indent,
        bodiesOf(statement),
      )
      return
    }
    const body = 'body' in statement ? statement.body : undefined
    this.#piece(from, to, indent, body)
  }

  /** Tokens with at most one pair of braces among them. */
  #piece(from: number, to: number, indent: number, body: Body | undefined, opens = none): void {
    const open = body === undefined ? undefined : this.#indexes.get(body.span.start)
    if (body === undefined || open === undefined) {
      this.#run(from, to, indent)
      return
    }
    const close = this.#closer(open)
    this.#run(from, open, indent)
    if (open > from) this.#inside(open, indent + 2)
    const isEmpty = close === open + 1 && this.#gap(close).comments.length === 0
    const fits = this.#column + this.#flatWidth(open, close + 1) <= widest
    if (isEmpty || (fits && !opens.has(open))) this.#run(open, close + 1, indent)
    else this.#openBody(body, open, close, indent)
    if (to > close + 1) {
      this.#inside(close + 1, indent + 2)
      this.#run(close + 1, to, indent)
    }
  }

  #openBody({ statements }: Body, open: number, close: number, indent: number): void {
    const wasOpen = this.#isOpen(open)
    this.#put('{')
    let startLine = 0
    for (const [i, statement] of statements.entries()) {
      const start = this.#indexes.get(statement.span.start) ?? 0
      const isJoined = i > 0 && wasOpen && this.#joins(start, statement, startLine)
      if (isJoined) this.#put('; ')
      else this.#boundary(start, indent + 2, i === 0 ? 'opened' : 'between')
      startLine = this.#lines
      this.#statement(statement, indent + 2)
    }
    this.#boundary(close, indent + 2, 'last')
    this.#breakLine(indent)
    this.#put('}')
  }

  /** Whether a statement stays behind `;` on the line of the one before. */
  #joins(start: number, { span }: Statement, startLine: number): boolean {
    const { comments, breaks, beforeSemicolon } = this.#gap(start)
    if (beforeSemicolon === undefined || comments.length > 0 || breaks[0] !== 0) return false
    const width = this.#flatWidth(start, this.#after(span.end))
    return this.#lines === startLine && this.#column + 2 + width <= widest
  }

  #pipeline(
    starts: readonly number[],
    to: number,
    indent: number,
    bodies: readonly (Body | undefined)[],
  ): void {
    const arrows = starts.slice(1).map((start) => start - 1)
    const isForced = this.#isOwnForced(starts[0] ?? 0, to)
    const from = starts[0] ?? 0
    const isWide = this.#column + this.#ownWidth(from, to, indent) > widest
    const opens = isWide || isForced ? this.#tooWide(starts, to, indent, bodies) : none
    const isBroken = isForced || this.#column + this.#ownWidth(from, to, indent, opens) > widest
    for (const [k, start] of starts.entries()) {
      const end = arrows[k] ?? to
      const deeper = isBroken && k > 0 ? indent + 2 : indent
      if (k > 0) {
        this.#beforeArrow(start - 1, indent, isBroken)
        this.#put('->')
        this.#inside(start, deeper + 2)
      }
      this.#piece(start, end, deeper, bodies[k], opens)
    }
  }

  #beforeArrow(i: number, indent: number, isBroken: boolean): void {
    if (!isBroken) {
      this.#inside(i, indent + 2)
      return
    }
    this.#comments(i, indent + 2)
    this.#breakLine(indent + 2)
  }

  /** Whether a comment outside of braces breaks the line. */
  #isOwnForced(from: number, to: number): boolean {
    for (let i = from; i < to; i++) {
      if (i > from && this.#isForced(i)) return true
      if (this.#tokens[i]?.image === '{') i = this.#closer(i)
    }
    return false
  }

  /** The braces of a pipeline that do not fit on one line even where it is broken before every `->`. */
  #tooWide(
    starts: readonly number[],
    to: number,
    indent: number,
    bodies: readonly (Body | undefined)[],
  ): ReadonlySet<number> {
    const found = new Set<number>()
    for (const [k, start] of starts.entries()) {
      const open = this.#indexes.get(bodies[k]?.span.start ?? -1)
      const next = starts[k + 1]
      // A comment may stand between the arrow and its stage.
      const gap = this.#isForced(start) ? ' ' : this.#flatBlank(start)
      const column = k === 0 ? this.#column : indent + 2 + '->'.length + gap.length
      const width = this.#flatWidth(start, next === undefined ? to : next - 1)
      if (open !== undefined && column + width > widest) found.add(open)
    }
    return found
  }

  /** The widest line of a pipeline that is not broken before `->`, less the column where it begins. */
  #ownWidth(from: number, to: number, indent: number, opens = none): number {
    const begins = this.#column
    let most = 0
    let column = begins
    for (let i = from; i < to; i++) {
      if (i > from) column += this.#flatBlank(i).length
      const image = this.#tokens[i]?.image ?? ''
      column += image.length
      const close = image === '{' ? this.#closer(i) : i
      const isEmpty = close === i + 1 && this.#gap(close).comments.length === 0
      if (image === '{' && !isEmpty && (opens.has(i) || this.#isOpen(i))) {
        most = Math.max(most, column)
        column = indent + 1
        i = close
      }
    }
    return Math.max(most, column) - begins
  }
}

const bodiesOf = (statement: Extract<Statement, { kind: 'pipeline' }>): (Body | undefined)[] =>
  statement.stages.map((stage) => ('body' in stage ? stage.body : undefined))
