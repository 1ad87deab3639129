import { type IOrAlt, type IToken, tokenMatcher } from 'chevrotain'
import type { Argument, List, Missing, Name, Reference, Value } from './ast.ts'
import {
  foldArithmetic,
  percentagesOf,
  readLiteral,
  readReference,
  type Step,
} from './build-values.ts'
import { ParserBase, type Rule } from './parser-base.ts'
import * as errors from './syntax-errors.ts'
import * as t from './tokens.ts'

/**
 * Where a value stands. Inside parentheses and in `let` operators are operators; as an argument and in a list a `-` may
 * begin the next value, and a calculation stands in parentheses.
 */
export type Place = 'argument' | 'list' | 'call' | 'group' | 'let'

const allowsOperators = (place: Place): boolean => place !== 'argument' && place !== 'list'

/** What may follow an item between brackets. */
const afterItem: Readonly<Record<Place, string>> = {
  argument: 'another argument',
  list: '`,` or `]`',
  call: '`,` or `)`',
  group: 'an operator or `)`',
  let: 'an operator',
}

/** The part of the grammar that reads names, values and arguments. */
export abstract class ValueParser extends ParserBase {
  /** A name, where only a name fits; `purpose` says what for: "a constant". */
  protected readonly name: Rule<[purpose?: string], Name> = this.rule(
    'name',
    (purpose = 'this') => {
      if (!this.RECORDING_PHASE && !this.isNext(1, t.Name, t.Reserved, t.Reference))
        this.giveUp('a name')
      return this.OR([
        { ALT: () => this.nameOf(this.CONSUME(t.Name)) },
        {
          ALT: () => {
            const word = this.CONSUME(t.Reserved)
            this.complain(errors.reservedWord(t.spanOf(word), word.image, purpose), word)
            return this.nameOf(word)
          },
        },
        {
          ALT: () => {
            const reference = this.CONSUME(t.Reference)
            this.complain(errors.atSignOnName(t.spanOf(reference), reference.image), reference)
            return this.nameOf(reference, 1)
          },
        },
      ])
    },
  )

  /** `@enc`, where only a reference fits. */
  protected readonly reference: Rule<[], Reference> = this.rule('reference', () => {
    if (!this.RECORDING_PHASE && !this.isNext(1, t.Reference, t.Name))
      this.giveUp('a reference such as `@name`')
    return this.OR<IOrAlt<Reference>[]>([
      { ALT: () => readReference(this.CONSUME(t.Reference)) },
      {
        ALT: () => {
          const word = this.CONSUME(t.Name)
          this.complain(errors.missingAtSign(t.spanOf(word), word.image), word)
          return { kind: 'reference', span: t.spanOf(word), name: this.nameOf(word), path: [] }
        },
      },
    ])
  })

  /** One value or, with operators, a calculation. */
  protected readonly value: Rule<[place?: Place], Value> = this.rule(
    'value',
    (place = 'argument') => {
      const ahead = this.LA(0)
      const first = this.SUBRULE(this.operand, { ARGS: [place] })
      if (!this.mayFollow(t.Operator)) return first
      const steps: Step[] = []
      this.MANY({
        GATE: () => this.isOperatorNext(place),
        DEF: () => {
          const operator = this.CONSUME(t.Operator)
          if (!this.RECORDING_PHASE) this.checkOperand()
          steps.push({ operator, operand: this.SUBRULE1(this.operand, { ARGS: ['group'] }) })
        },
      })
      const [step] = steps
      if (step === undefined || this.RECORDING_PHASE) return first
      const whole = foldArithmetic(first, steps)
      if (!allowsOperators(place)) this.reportCalculation(whole, ahead, step.operator)
      return whole
    },
  )

  private checkOperand(): void {
    if (this.isNext(1, t.Star)) this.giveUp('a value')
    if (this.isNext(1, t.End))
      this.giveUpLine('a value', ['a calculation that runs over lines stands in parentheses'])
  }

  private readonly operand: Rule<[place?: Place], Value> = this.rule(
    'operand',
    (place = 'argument') => {
      this.need(t.ValueStart, 'a value')
      const start = this.here()
      const minus = this.mayFollow(t.Minus) ? this.OPTION(() => this.CONSUME(t.Minus)) : undefined
      if (minus !== undefined && !this.RECORDING_PHASE) {
        if (!this.isNext(1, t.ValueStart) || this.isNext(1, t.Minus)) this.giveUp('a value')
        if (!allowsOperators(place) && t.endOf(minus) !== this.here())
          this.complain(errors.detachedMinus(t.spanOf(minus), this.here()))
      }
      const value = this.SUBRULE(this.primary)
      if (minus === undefined) return value
      return { kind: 'negation', span: this.spanFrom(start), operand: value }
    },
  )

  // Made once: a description inside the rule would be made anew for every value.
  readonly #primaries: IOrAlt<Value>[] = [
    {
      ALT: () => {
        const number = readLiteral(this.CONSUME(t.NumberToken))
        if (number.kind === 'missing') this.damaged = true
        return number
      },
    },
    { ALT: () => readLiteral(this.CONSUME(t.Percent)) },
    { ALT: () => readLiteral(this.CONSUME(t.Shape)) },
    {
      ALT: () => {
        const text = this.CONSUME(t.Text)
        // It holds the rest of its line, whatever that was meant to be.
        if (text.tokenType === t.UnclosedText) this.damaged = true
        return readLiteral(text)
      },
    },
    { ALT: () => readLiteral(this.CONSUME(t.True)) },
    { ALT: () => readLiteral(this.CONSUME(t.False)) },
    { ALT: () => readLiteral(this.CONSUME(t.Star)) },
    { ALT: () => readReference(this.CONSUME(t.Reference)) },
    { ALT: () => this.SUBRULE(this.wordOrCall) },
    { ALT: () => this.SUBRULE(this.list) },
    { ALT: () => this.SUBRULE(this.group) },
  ]

  private readonly primary: Rule<[], Value> = this.rule('primary', () => this.OR(this.#primaries))

  readonly #words: IOrAlt<Name>[] = [
    { ALT: () => this.nameOf(this.CONSUME(t.Name)) },
    { ALT: () => this.nameOf(this.CONSUME(t.Same)) },
  ]

  /** `val.loss`, or with `(` touching it `cosine(warmup=500)`. */
  private readonly wordOrCall: Rule<[], Value> = this.rule('wordOrCall', () => {
    const start = this.here()
    const path = [this.OR(this.#words)]
    if (this.mayFollow(t.Dot))
      this.MANY(() => {
        this.CONSUME(t.Dot)
        path.push(this.SUBRULE(this.name, { ARGS: ['what follows a dot'] }))
      })
    const items = this.mayFollow(t.LeftParen)
      ? this.OPTION({
          GATE: () => this.touchesNext(),
          DEF: () => this.SUBRULE(this.parenthesised, { ARGS: ['call'] }),
        })
      : undefined
    const span = this.spanFrom(start)
    return items === undefined
      ? { kind: 'word', span, path }
      : { kind: 'call', span, path, arguments: items }
  })

  protected readonly list: Rule<[], List> = this.rule('list', () => {
    const start = this.here()
    this.CONSUME(t.LeftSquare)
    const found = this.SUBRULE(this.items, { ARGS: ['list'] })
    this.CONSUME(t.RightSquare)
    const items = this.ACTION(() => found.map(({ value }) => value))
    return { kind: 'list', span: this.spanFrom(start), items }
  })

  /** `(width * 2)` */
  private readonly group: Rule<[], Value> = this.rule('group', () => {
    const start = this.here()
    const items = this.SUBRULE(this.parenthesised, { ARGS: ['group'] })
    return this.ACTION((): Value => {
      const span = this.spanFrom(start)
      const [item, ...others] = items
      if (item === undefined) return { kind: 'group', span, value: this.missing(span.start + 1) }
      if (others.length === 0) return { kind: 'group', span, value: item.value }
      this.complain(errors.listInParentheses(span), this.LA(0))
      return { kind: 'list', span, items: items.map(({ value }) => value) }
    })
  })

  protected readonly parenthesised: Rule<[place?: Place], Argument[]> = this.rule(
    'parenthesised',
    (place = 'call') => {
      this.CONSUME(t.LeftParen)
      const items = this.SUBRULE(this.items, { ARGS: [place] })
      if (place === 'group' && this.isNext(0, t.LeftParen)) this.reportNext('a value')
      this.CONSUME(t.RightParen)
      return items
    },
  )

  /** What stands between brackets, with commas. It reads up to the closer, whatever stands there. */
  private readonly items: Rule<[place?: Place], Argument[]> = this.rule(
    'items',
    (place = 'call') => {
      const items: Argument[] = []
      // The comma that waits for its item; whether the next item needs a comma before it.
      let open: IToken | undefined
      let needsComma = false
      const item = () => {
        const name = needsComma && place === 'call' ? this.nameOfValue(items.at(-1)) : undefined
        if (name !== undefined) {
          items.splice(-1, 1, this.named(name))
          return
        }
        if (needsComma) this.reportUnseparated(place)
        needsComma = true
        open = undefined
        items.push(this.SUBRULE(this.argument, { ARGS: [place] }))
      }
      const separator = () => {
        const comma = this.CONSUME(t.Comma)
        if (needsComma) open = comma
        else this.complain(errors.strayComma(t.spanOf(comma)), comma)
        needsComma = false
      }
      for (let more = true; more; ) {
        this.MANY({
          GATE: () => this.isNext(1, t.Comma) || this.startsArgument(),
          DEF: () => this.recover([t.Comma], () => this.OR([{ ALT: separator }, { ALT: item }])),
        })
        more = this.skipStray([t.Comma], afterItem[place])
        if (more) {
          needsComma = true
          open = undefined
        }
      }
      if (open !== undefined) this.complain(errors.strayComma(t.spanOf(open)), open)
      return items
    },
  )

  protected readonly argument: Rule<[place?: Place], Argument> = this.rule(
    'argument',
    (place = 'argument') => {
      if (!this.RECORDING_PHASE && !this.isNamed()) return this.plainArgument(place)
      return this.OR<IOrAlt<Argument>[]>([
        {
          ALT: () => this.SUBRULE(this.namedArgument, { ARGS: [place] }),
          IGNORE_AMBIGUITIES: true,
        },
        { ALT: () => this.plainArgument(place) },
      ])
    },
  )

  private plainArgument(place: Place): Argument {
    const start = this.here()
    const value = this.SUBRULE(this.value, { ARGS: [place] })
    return { kind: 'argument', span: this.spanFrom(start), name: undefined, value }
  }

  private readonly namedArgument: Rule<[place?: Place], Argument> = this.rule(
    'namedArgument',
    (place = 'argument') => {
      const start = this.here()
      const name = this.SUBRULE(this.name, { ARGS: ['an argument'] })
      if (place === 'list' || place === 'group') this.giveUp(afterItem[place])
      this.OR([{ ALT: () => this.CONSUME(t.Equals) }, { ALT: () => this.colon() }])
      const value = this.startsValue()
        ? this.SUBRULE(this.value, { ARGS: [place] })
        : this.missingNext()
      return { kind: 'argument', span: this.spanFrom(start), name, value }
    },
  )

  private colon(): void {
    const colon = this.CONSUME(t.Colon)
    this.complain(errors.colonForEquals(t.spanOf(colon), this.here(), this.text), colon)
  }

  /** The word before the next value, where that is the word's value rather than another item: `warmup 500`. */
  private nameOfValue(before: Argument | undefined): Name | undefined {
    if (this.RECORDING_PHASE || before === undefined || before.name !== undefined) return undefined
    const { value } = before
    if (value.kind !== 'word' || value.path.length !== 1) return undefined
    const isValue = this.isNext(1, t.NumberToken, t.Percent, t.Text, t.True, t.False)
    return isValue ? value.path[0] : undefined
  }

  /** The value of a name behind which `=` is missing. */
  private named(name: Name): Argument {
    this.complain(errors.missingEquals(name.text, name.span.end, this.here(), '='))
    const value = this.SUBRULE(this.value, { ARGS: ['call'] })
    return { kind: 'argument', span: this.spanFrom(name.span.start), name, value }
  }

  private reportUnseparated(place: Place): void {
    if (place === 'group') this.giveUp(afterItem[place])
    this.complain(errors.missingComma(this.before()))
  }

  private reportCalculation(whole: Value, ahead: IToken, operator: IToken): void {
    const parts = ahead.image === 'split' ? percentagesOf(whole) : undefined
    const found =
      parts === undefined
        ? errors.arithmeticOutsideParentheses(whole.span, t.spanOf(operator), this.text)
        : errors.splitAsRatio(whole.span, parts)
    this.complain(found, operator)
  }

  /** Whether an argument begins here: a value, or a reserved word that is used as an argument's name. */
  protected startsArgument(): boolean {
    return this.isNext(1, t.ValueStart) || this.isNamed()
  }

  private startsValue(): boolean {
    return this.RECORDING_PHASE || this.isNext(1, t.ValueStart)
  }

  private isNamed(): boolean {
    return this.isNext(2, t.Equals, t.Colon) && this.isNext(1, t.Name, t.Reserved)
  }

  /** Whether the next token is an operator behind a value, and not the beginning of the next argument. */
  private isOperatorNext(place: Place): boolean {
    if (allowsOperators(place) || this.isNext(1, t.Plus, t.Slash)) return true
    const sign = this.LA(1)
    if (tokenMatcher(sign, t.Star))
      return this.isNext(2, t.ValueStart) && !this.isNext(3, t.Equals, t.Colon)
    const isPrefix = this.before() < sign.startOffset && t.endOf(sign) === this.LA(2).startOffset
    return !isPrefix
  }

  protected touchesNext(): boolean {
    return this.before() === this.here()
  }

  protected nameOf(token: IToken, from = 0): Name {
    const start = token.startOffset + from
    return { kind: 'name', span: { start, end: t.endOf(token) }, text: token.image.slice(from) }
  }

  protected missing(at = this.before()): Missing {
    return { kind: 'missing', span: { start: at, end: at } }
  }

  /** Reports that the next token is no value. */
  protected missingNext(): Missing {
    this.reportNext('a value')
    return this.missing()
  }
}
