import {
  EmbeddedActionsParser,
  type IToken,
  type ParserMethod,
  type TokenType,
  tokenMatcher,
} from 'chevrotain'
import type { Span } from './ast.ts'
import type { Diagnostic, Report } from './diagnostic.ts'
import { LazyLookahead } from './lazy-lookahead.ts'
import type { TokenStream } from './lexer.ts'
import { quote } from './quote.ts'
import { unexpectedToken } from './syntax-errors.ts'
import { Closer, End, endOf, FileEnd, Opener, spanOf, vocabulary } from './tokens.ts'

/** A rule of the grammar: what it is told and what it makes. Arguments are optional: chevrotain calls it without. */
export type Rule<Arguments extends unknown[], Result> = ParserMethod<Arguments, Result>

/** Leaves rules up to the nearest `recover`. One for all: a stack trace an error would cost more than the parsing. */
const halt = new Error('internal: the parser gave up outside of recover()')

/** Tokens that decide what comes next. */
const maxLookahead = 1

/**
 * Reporting and recovery.
 *
 * chevrotain's own recovery is off: it guesses a place to go on from the follow sets of all rules on the stack, which costs
 * several diagnostics a mistake and, on noise, time that is not linear. Here the brackets are balanced before parsing and
 * every bracketed rule recovers by itself, so where a rule gives up there is always one right place to go on: the next
 * separator at its own depth. Each token is skipped at most once.
 */
export abstract class ParserBase extends EmbeddedActionsParser {
  protected text = ''
  /** Whether something of the statement or stage that is being read was missing or left out. */
  protected damaged = false
  #suspect: ReadonlySet<IToken> = new Set()
  #report: Report = () => {}
  #told = new Set<IToken>()

  /** `skipValidations` is false in the test that validates the grammar. */
  constructor(skipValidations: boolean) {
    super(vocabulary, {
      recoveryEnabled: false,
      maxLookahead,
      lookaheadStrategy: new LazyLookahead({ maxLookahead }),
      skipValidations,
    })
  }

  /** RULE, with the result's type taken from where the rule is declared. */
  protected rule<Arguments extends unknown[], Result>(
    name: string,
    implementation: (...args: Arguments) => Result,
  ): Rule<Arguments, Result> {
    return this.RULE(name, implementation)
  }

  protected begin(text: string, stream: TokenStream, report: Report): void {
    this.text = text
    this.#suspect = stream.suspect
    this.#report = report
    this.#told = new Set()
    this.damaged = false
    this.input = stream.tokens
  }

  /** Whether the token `ahead` of here (1 is the next, 0 the last one read) is of one of the types. */
  protected isNext(ahead: number, ...types: TokenType[]): boolean {
    const token = this.LA(ahead)
    for (const type of types) if (tokenMatcher(token, type)) return true
    return false
  }

  /**
   * Whether a part that may be left out begins here. It is asked before the part is described to chevrotain, since the
   * closures of a description cost more than the question, and a long chain would make hundreds for every layer.
   */
  protected mayFollow(...types: TokenType[]): boolean {
    return this.RECORDING_PHASE || this.isNext(1, ...types)
  }

  /** Where the next token begins. */
  protected here(): number {
    return this.LA(1).startOffset
  }

  /** Where the last token ended; 0 before the first. */
  protected before(): number {
    return Math.max(0, endOf(this.LA(0)))
  }

  /** From `start` to the end of the last token. */
  protected spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.before()) }
  }

  /** CONSUME with words for what fits, which are said where something else stands. */
  protected take(occurrence: number, type: TokenType, fits: string): IToken {
    this.need(type, fits)
    return this.consume(occurrence, type)
  }

  /** Gives up where the next token is none of `type`. */
  protected need(type: TokenType, fits: string): void {
    if (!this.RECORDING_PHASE && !this.isNext(1, type)) this.giveUp(fits)
  }

  /** Reports the next token and leaves the rule, up to the nearest `recover`. */
  protected giveUp(fits: string, help?: readonly string[]): never {
    this.reportNext(fits, help)
    throw halt
  }

  /** Gives up at the end of a line that should have gone on; what stands in the next one follows from that. */
  protected giveUpLine(fits: string, help: readonly string[]): never {
    this.reportNext(fits, help)
    this.excuse(2)
    throw halt
  }

  protected reportNext(fits: string, help?: readonly string[]): void {
    const token = this.LA(1)
    this.damaged = true
    const isEnd = tokenMatcher(token, End) || tokenMatcher(token, FileEnd)
    const point = { start: this.before(), end: this.before() }
    const span = isEnd && token.image !== ';' ? point : spanOf(token)
    this.complain(unexpectedToken(span, describe(token), fits, help))
    this.#told.add(token)
  }

  /** Reports, unless the token that shows the mistake is suspect or was reported: then it follows from that. */
  protected complain(found: Diagnostic, shownBy: IToken = this.LA(1)): void {
    if (this.RECORDING_PHASE || this.#suspect.has(shownBy) || this.#told.has(shownBy)) return
    this.#report(found)
  }

  /** From now on nothing more is said of the token `ahead` of here. */
  protected excuse(ahead: number): void {
    this.#told.add(this.LA(ahead))
  }

  /** Runs a part of a rule; where it gives up, goes on at one of `stops`. */
  protected recover(stops: readonly TokenType[], part: () => void): void {
    if (this.RECORDING_PHASE) {
      part()
      return
    }
    try {
      part()
    } catch (error) {
      if (error !== halt) throw error
      this.skipTo(stops)
    }
  }

  /** Where something stands that no repetition took: reports it, skips it and says that it did. */
  protected skipStray(stops: readonly TokenType[], fits: string): boolean {
    if (this.RECORDING_PHASE || this.isNext(1, End, Closer, FileEnd)) return false
    this.reportNext(fits)
    this.skipTo(stops)
    return true
  }

  /** Skips to one of `stops`, the end of the statement or the closer of the bracket that holds it. */
  protected skipTo(stops: readonly TokenType[]): void {
    for (let depth = 0; !this.isNext(1, FileEnd); this.SKIP_TOKEN()) {
      if (depth === 0 && this.isNext(1, End, Closer, ...stops)) return
      if (this.isNext(1, Opener)) depth++
      if (this.isNext(1, Closer)) depth--
    }
  }
}

/** What stands here, for a message. */
function describe(token: IToken): string {
  if (tokenMatcher(token, FileEnd)) return 'the file ends too early'
  if (!tokenMatcher(token, End)) return `${quote(token.image)} cannot stand here`
  return token.image === ';' ? '`;` ends the statement too early' : 'the line ends too early'
}
