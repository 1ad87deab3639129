import type { IToken } from 'chevrotain'
import {
  mismatchedBracket,
  nestedTooDeeply,
  type OpenBracket,
  unclosedBracket,
  unmatchedBracket,
} from './bracket-errors.ts'
import type { Report } from './diagnostic.ts'
import { dataDirectives } from './directives.ts'
import { beginsLine, closingTypeOf, matchBrackets, type Partners } from './match-brackets.ts'
import {
  Arrow,
  Closer,
  Colon,
  Comma,
  Directive,
  Dot,
  End,
  Equals,
  endOf,
  isA,
  LeftBrace,
  makeToken,
  Opener,
  Operator,
  StageStart,
  StatementWord,
  spanOf,
  UnclosedText,
} from './tokens.ts'

/** How deep brackets of all kinds may be nested. It bounds the recursion of everything that reads the tree. */
export const maxNesting = 32

/**
 * Makes the brackets of a token list balanced and reports what was wrong with them, so that the parser never meets a
 * bracket without its partner. A missing closer is put in as an empty token:
 * - of `()` and `[]` at the end of its line, unless that ends or the next begins with `,` or an operator, and at the
 *   latest where a line begins with a directive;
 * - of `{}` where a line no further to the right than its own begins with a directive, or in `data` with a layer, or at
 *   the end of the file.
 */
export function balanceBrackets(
  tokens: readonly IToken[],
  suspect: Set<IToken>,
  report: Report,
): IToken[] {
  const balancer = new Balancer(matchBrackets(tokens), suspect, report)
  for (let i = 0; i < tokens.length; i++) balancer.read(tokens, i)
  return balancer.finish()
}

interface Open extends OpenBracket {
  readonly index: number
  readonly isBrace: boolean
  readonly hasPartner: boolean
  /** Where the first token of its line stands, from the beginning of the line. */
  readonly indent: number
  readonly inData: boolean
  /** How many unclosed strings came before it: one inside of it may hold its closer. */
  readonly stringsBefore: number
}

class Balancer {
  readonly #partners: Partners
  readonly #suspect: Set<IToken>
  readonly #report: Report
  readonly #kept: IToken[] = []
  readonly #open: Open[] = []
  #givenUp: Open[] = []
  // How many closers of each kind may still come for brackets that were taken to end before.
  readonly #owed = new Map<string, number>()
  // How many open brackets have no partner, and how many of these are `(` or `[`.
  #withoutPartner = 0
  #innerWithoutPartner = 0
  #unclosedStrings = 0
  #nextIsSuspect = false
  #lineStart = 0
  #indent = 0
  #head: IToken | undefined

  constructor(partners: Partners, suspect: Set<IToken>, report: Report) {
    this.#partners = partners
    this.#suspect = suspect
    this.#report = report
  }

  read(tokens: readonly IToken[], i: number): void {
    const token = tokens[i]
    if (token === undefined) return
    this.#track(tokens, i, token)
    this.#giveUpUnclosed(tokens, i, token)
    if (isA(token, Closer)) this.#close(token, this.#partners[i] ?? -1)
    else if (isA(token, Opener)) this.#openBracket(token, i)
    else this.#keep(token)
  }

  finish(): IToken[] {
    while (this.#open.length > 0) this.#giveUpTop()
    this.#closeGivenUp()
    return this.#kept
  }

  /** Remembers where the line and the statement begin. */
  #track(tokens: readonly IToken[], i: number, token: IToken): void {
    if (beginsLine(tokens, i)) this.#indent = token.startOffset - this.#lineStart
    if (isA(token, End)) this.#lineStart = endOf(token)
    if (i === 0 || isA(tokens[i - 1], End, LeftBrace)) this.#head = token
    if (token.tokenType === UnclosedText) this.#unclosedStrings++
  }

  /** Decides which brackets without a partner end before the token. */
  #giveUpUnclosed(tokens: readonly IToken[], i: number, token: IToken): void {
    if (this.#withoutPartner === 0) return
    const next = tokens[i + 1]
    const isFirst = beginsLine(tokens, i)
    const begins = isFirst && isA(token, Directive, StatementWord)
    // In the braces of `data` stands no layer and no reference.
    const beginsOutside = begins || (isFirst && isA(token, StageStart))
    const isItem = isA(token, Directive) && isA(next, Comma, Closer, End)
    const lineEnds = isA(token, End) && !isA(next, End) && !this.#runsOn(next)
    const ends = (begins && !isItem) || lineEnds || isA(token, Arrow, LeftBrace)
    for (
      let top = this.#open.at(-1);
      top !== undefined && !top.hasPartner;
      top = this.#open.at(-1)
    ) {
      const shows = top.inData ? beginsOutside : begins
      if (top.isBrace ? !(shows && this.#isOutside(top, token)) : !ends) break
      this.#giveUpTop()
    }
  }

  /** Whether what stands in brackets goes on after the line break before `next`. */
  #runsOn(next: IToken | undefined): boolean {
    const before = this.#lastWord()
    const goesOn = [Comma, Operator, Opener, Equals, Dot, Colon]
    return isA(before, ...goesOn) || isA(next, Comma, Operator, Equals, Dot, Closer)
  }

  #lastWord(): IToken | undefined {
    return this.#kept.findLast((token) => !isA(token, End))
  }

  /** Directives that belong inside the braces of `data` do not show that these should have been closed. */
  #isOutside(brace: Open, word: IToken): boolean {
    return this.#indent <= brace.indent && !(brace.inData && dataDirectives.has(word.image))
  }

  #openBracket(token: IToken, i: number): void {
    const hasPartner = (this.#partners[i] ?? -1) >= 0
    const isBrace = token.tokenType === LeftBrace
    this.#keep(token, 1)
    if (!hasPartner) this.#countUnclosed(isBrace, 1)
    this.#open.push({
      token,
      closer: isBrace ? '}' : token.image === '(' ? ')' : ']',
      index: i,
      isBrace,
      hasPartner,
      indent: this.#indent,
      inData: this.#head?.image === 'data',
      stringsBefore: this.#unclosedStrings,
    })
    if (this.#open.length !== maxNesting + 1) return
    this.#report(nestedTooDeeply(spanOf(token), maxNesting))
    this.#nextIsSuspect = true
  }

  #close(token: IToken, partner: number): void {
    if (partner < 0) {
      // The closer of a bracket that was taken to end earlier follows from that.
      const owed = this.#owed.get(token.image) ?? 0
      if (owed > 0) this.#owed.set(token.image, owed - 1)
      else this.#report(unmatchedBracket(spanOf(token), token.image))
      this.#nextIsSuspect = true
      return
    }
    while (this.#open.length > 0 && this.#open.at(-1)?.index !== partner) this.#giveUpTop()
    const opener = this.#open.at(-1)
    if (opener === undefined) return
    const right = closingTypeOf(opener.token.tokenType)
    if (right === token.tokenType) {
      this.#keep(token)
    } else {
      this.#report(mismatchedBracket(spanOf(token), token.image, opener))
      this.#keep(makeToken(right, token.image, token.startOffset))
    }
    this.#open.pop()
  }

  #giveUpTop(): void {
    const top = this.#open.pop()
    if (top === undefined) return
    this.#countUnclosed(top.isBrace, -1)
    this.#owed.set(top.closer, (this.#owed.get(top.closer) ?? 0) + 1)
    this.#givenUp.push(top)
  }

  #countUnclosed(isBrace: boolean, by: 1 | -1): void {
    this.#withoutPartner += by
    if (!isBrace) this.#innerWithoutPartner += by
  }

  /** Puts in the closers of what was given up, before the line breaks that stand last, and reports them together. */
  #closeGivenUp(): void {
    const closed = this.#givenUp
    if (closed.length === 0) return
    this.#givenUp = []
    const ends: IToken[] = []
    for (let end = this.#kept.at(-1); end !== undefined && isA(end, End); end = this.#kept.at(-1)) {
      ends.push(end)
      this.#kept.pop()
    }
    const last = this.#kept.at(-1)
    const at = last === undefined ? 0 : endOf(last)
    // Deeper than the limit neither the bracket nor what it holds was kept.
    const depth = this.#open.length
    const read = closed.filter((_, i) => depth + closed.length - i <= maxNesting)
    for (const { token } of read) {
      const closer = makeToken(closingTypeOf(token.tokenType), '', at)
      this.#suspect.add(closer)
      this.#kept.push(closer)
    }
    for (const end of ends.reverse()) this.#kept.push(end)
    const excused = closed.some(({ stringsBefore }) => stringsBefore < this.#unclosedStrings)
    // A comma at the end waits for an item that did not come.
    const start = last?.tokenType === Comma ? last.startOffset : at
    const found = excused ? undefined : unclosedBracket(read, { start, end: at })
    if (found !== undefined) this.#report(found)
  }

  /** Keeps a token, unless it stands too deep; `deeper` is 1 for a bracket, which stands in itself. */
  #keep(token: IToken, deeper = 0): void {
    this.#closeGivenUp()
    if (this.#open.length + deeper > maxNesting) return
    if (this.#nextIsSuspect || this.#innerWithoutPartner > 0) this.#suspect.add(token)
    this.#nextIsSuspect = false
    this.#kept.push(token)
  }
}
