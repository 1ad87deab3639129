import { EOF, type IOrAlt, type IToken, tokenMatcher } from 'chevrotain'
import type { Argument, Body, Name, Pipeline, Reference, Span, Stage, Value } from './ast.ts'
import { readReference } from './build-values.ts'
import { unknownStage } from './name-errors.ts'
import type { Rule } from './parser-base.ts'
import { quote } from './quote.ts'
import { near } from './suggest.ts'
import * as errors from './syntax-errors.ts'
import * as t from './tokens.ts'
import { ValueParser } from './value-parser.ts'

/** What stands behind a layer's name. */
const sizes = [t.NumberToken, t.Percent, t.Shape]

/** A stage without what every stage has. */
type StagePart = Stage extends infer S
  ? S extends Stage
    ? Omit<S, 'span' | 'as' | 'damaged'>
    : never
  : never

/** What a rule reads of a statement; the statement rule adds span, doc and damage. */
export interface PipelinePart {
  readonly kind: 'pipeline'
  readonly stages: Pipeline['stages']
}

/** The stages that hold others. */
const bracedStages = ['branch', 'residual', 'repeat'] as const
type BracedStage = (typeof bracedStages)[number]

/** Where reading goes on after a mistake. */
const afterPart = [t.Arrow, t.As]
const afterArguments = [t.Arrow, t.As, t.On, t.LeftBrace]

/** Directives that take several things as a list. */
const takesList: ReadonlySet<string> = new Set(['metrics', 'features', 'target'])

const asList = (span: Span, items: readonly Argument[]): Argument => ({
  kind: 'argument',
  span,
  name: undefined,
  value: { kind: 'list', span, items: items.map(({ value }) => value) },
})

/** A run of `->`; one is as it should be. */
interface Arrows {
  readonly first: IToken
  readonly span: Span
  readonly count: number
}

/** What may follow a stage. */
function afterStage(part: StagePart | undefined, as: Name | undefined): string {
  if (as !== undefined) return '`->` or the end of the line'
  const argument = part === undefined || part.kind === 'layer' ? 'an argument, ' : ''
  return `${argument}\`->\`, \`as\` or the end of the line`
}

/** The part of the grammar that reads pipelines. */
export abstract class StageParser extends ValueParser {
  /** The word of the statement before, where that was a directive. */
  protected previousDirective: string | undefined

  /** `{` statements `}`; the statements' own parser knows how. */
  protected abstract readonly bracedBody: Rule<[], Body>

  protected readonly pipeline: Rule<[], PipelinePart> = this.rule('pipeline', () => {
    const stages: Stage[] = []
    const add = (stage: Stage | undefined): void => {
      if (stage === undefined) this.damaged = true
      else stages.push(stage)
    }
    const ahead = this.LA(0)
    this.OR([
      { ALT: () => add(this.SUBRULE(this.stage)) },
      {
        ALT: () => {
          const arrows = this.SUBRULE(this.arrows)
          this.ACTION(() => this.reportLeadingArrow(arrows, ahead))
          this.OPTION(() => add(this.SUBRULE1(this.stage)))
        },
      },
    ])
    this.MANY(() => {
      const before = this.before()
      const arrows = this.SUBRULE1(this.arrows)
      if (this.RECORDING_PHASE || this.isNext(1, t.StageStart)) {
        this.ACTION(() => this.reportDoubledArrow(arrows))
        add(this.SUBRULE2(this.stage))
      } else {
        this.reportMissingStage(arrows, before)
      }
    })
    return { kind: 'pipeline', stages }
  })

  /** One `->`, and more where some are too many. */
  private readonly arrows: Rule<[], Arrows> = this.rule('arrows', () => {
    const first = this.LA(1)
    let count = 0
    this.AT_LEAST_ONE(() => {
      this.CONSUME(t.Arrow)
      count++
    })
    return { first, span: this.spanFrom(first.startOffset), count }
  })

  /** `ahead` is the token before the arrows. */
  private reportLeadingArrow({ first, span }: Arrows, ahead: IToken): void {
    const begins = [EOF, t.End, t.LeftBrace].some((type) => tokenMatcher(ahead, type))
    const found = begins
      ? errors.leadingArrow(span, this.here())
      : errors.arrowAfterStatement(t.spanOf(first), this.previousDirective)
    this.damaged = true
    this.complain(found, first)
  }

  private reportDoubledArrow({ first, span, count }: Arrows): void {
    if (count > 1) this.complain(errors.doubledArrow(span), first)
  }

  /** `before` is where the stage before the arrows ended. */
  private reportMissingStage({ first, span }: Arrows, before: number): void {
    const next = this.LA(1)
    this.damaged = true
    if (this.isNext(1, t.End, t.Closer, t.FileEnd)) {
      this.complain(errors.trailingArrow(span, before, this.text), first)
    } else if (this.isNext(1, t.Directive)) {
      const word = next.image
      this.complain(errors.directiveAsStage(t.spanOf(next), word, span, before, this.text))
      this.excuse(1)
    } else {
      this.reportNext('a layer, a block or a reference such as `@name`')
      if (!this.isNext(1, t.StatementWord)) this.skipTo([t.Arrow])
    }
  }

  // Made once: a description inside the rule would be made anew for every stage.
  readonly #stages: IOrAlt<StagePart>[] = [
    { ALT: () => this.SUBRULE(this.layer) },
    { ALT: () => ({ kind: 'source', reference: readReference(this.CONSUME(t.Reference)) }) },
    { ALT: () => this.SUBRULE(this.gather) },
    { ALT: () => this.SUBRULE(this.same) },
    { ALT: () => this.SUBRULE(this.branch) },
    { ALT: () => this.SUBRULE(this.residual) },
    { ALT: () => this.SUBRULE(this.repeat) },
  ]

  /** A stage, or nothing where not even its beginning could be read. */
  private readonly stage: Rule<[], Stage | undefined> = this.rule('stage', () => {
    const start = this.here()
    const outer = this.damaged
    this.damaged = false
    let part: StagePart | undefined
    let as: Name | undefined
    this.recover(afterPart, () => {
      part = this.OR(this.#stages)
    })
    if (this.mayFollow(t.As))
      this.recover(afterPart, () => {
        this.OPTION(() => {
          this.CONSUME(t.As)
          as = this.SUBRULE(this.name, { ARGS: ['a stage'] })
        })
      })
    if (!this.RECORDING_PHASE && !this.isNext(1, t.Arrow)) this.finishStage(part, as)
    const damaged = this.damaged
    this.damaged = outer || damaged
    return part === undefined ? undefined : { ...part, as, span: this.spanFrom(start), damaged }
  })

  /** Reports what stands behind a stage and is not part of it. */
  private finishStage(part: StagePart | undefined, as: Name | undefined): void {
    if (this.isNext(1, t.End, t.Closer, t.FileEnd)) return
    this.damaged = true
    this.reportNext(afterStage(part, as))
    if (!this.isNext(1, t.StatementWord)) this.skipTo([t.Arrow])
  }

  private readonly layer: Rule<[], StagePart> = this.rule('layer', () => {
    const first = this.nameOf(this.CONSUME(t.Identifier))
    const second = this.mayFollow(t.Dot)
      ? this.OPTION(() => {
          this.CONSUME(t.Dot)
          return this.SUBRULE(this.name, { ARGS: ['a layer'] })
        })
      : undefined
    const name = second ?? first
    const found = this.SUBRULE(this.arguments_, { ARGS: [first.text] })
    const layer: StagePart = { kind: 'layer', name, qualifier: second && first, arguments: found }
    if (!this.mayFollow(t.LeftBrace)) return layer
    const meant = this.ACTION(() => (second === undefined ? this.stageMeant(first) : undefined))
    const body = this.OPTION1({
      GATE: () => meant !== undefined,
      DEF: () => this.SUBRULE(this.bracedBody),
    })
    return meant === undefined || body === undefined
      ? layer
      : this.mistypedStage(meant, found, body)
  })

  /** The word that a mistyped one before braces was meant to be; no layer takes braces. Says that it is mistyped. */
  private stageMeant(name: Name): BracedStage | undefined {
    const names = near(name.text, bracedStages)?.names ?? []
    const meant = names.length === 1 ? bracedStages.find((word) => word === names[0]) : undefined
    if (meant !== undefined) this.complain(unknownStage(name, meant), this.LA(1))
    return meant
  }

  private mistypedStage(meant: BracedStage, found: readonly Argument[], body: Body): StagePart {
    this.damaged = true
    if (meant === 'branch') return { kind: 'branch', body }
    const options = found.filter(({ name }) => name !== undefined)
    if (meant === 'residual') return { kind: 'residual', options, body }
    const count = found.find(({ name }) => name === undefined)?.value
    return { kind: 'repeat', count: count ?? this.missing(body.span.start), options, body }
  }

  /** The arguments of a layer or directive; they end where something else stands. */
  protected readonly arguments_: Rule<[owner?: string], Argument[]> = this.rule(
    'arguments',
    (owner = '') => {
      const found: Argument[] = []
      const commas: errors.Comma[] = []
      if (this.mayFollow(t.LeftParen))
        this.OPTION({
          GATE: () => this.areParenthesised(),
          DEF: () => {
            const start = this.here()
            const items = this.SUBRULE(this.parenthesised, { ARGS: ['call'] })
            this.ACTION(() => {
              for (const item of this.unwrap(this.spanFrom(start), items, owner)) found.push(item)
            })
          },
        })
      const parts = [
        {
          ALT: () => {
            const token = this.CONSUME(t.Comma)
            commas.push({ token, next: this.here() })
          },
        },
        { ALT: () => found.push(this.SUBRULE(this.argument)) },
      ]
      this.recover(afterArguments, () => {
        this.MANY({
          GATE: () =>
            this.isNext(1, t.Comma) ? !this.isBetweenStatements() : this.startsArgument(),
          DEF: () => this.OR(parts),
        })
      })
      if (this.isNext(1, t.Comma)) this.ACTION(() => this.skipStatementComma())
      if (commas.length > 0) this.ACTION(() => this.reportCommas(commas, found, owner))
      return found
    },
  )

  /** Whether the next comma ends a statement: a word of a directive follows, and something that it takes. */
  private isBetweenStatements(): boolean {
    return this.isNext(2, t.Directive, t.StatementWord) && this.isNext(3, t.ValueStart)
  }

  private skipStatementComma(): void {
    const comma = this.LA(1)
    this.complain(errors.commaBetweenStatements(t.spanOf(comma)), comma)
    this.SKIP_TOKEN()
    // That the next statement does not begin a line follows from the comma.
    this.excuse(1)
  }

  /** Reports arguments that stand in parentheses; where a list is wanted, they were meant as one. */
  private unwrap(span: Span, items: readonly Argument[], owner: string): readonly Argument[] {
    const isList = takesList.has(owner) && items.length > 1
    if (isList && items.every(({ name }) => name === undefined)) {
      const touches = /\S/.test(this.text.charAt(span.start - 1))
      this.complain(errors.listInParentheses(span, touches), this.LA(0))
      return [asList(span, items)]
    }
    const edits = errors.unwrapped(span, items, this.text)
    this.complain(errors.parenthesisedArguments(span, owner, edits), this.LA(0))
    return items
  }

  /** Arguments where only named ones fit. */
  protected readonly namedArguments: Rule<[owner?: string], Argument[]> = this.rule(
    'namedArguments',
    (owner = '') => {
      const found = this.SUBRULE(this.arguments_, { ARGS: [owner] })
      return this.ACTION(() =>
        found.filter(({ name, span }) => {
          if (name === undefined) this.complainOf(span, 'a named argument, `name=value`')
          return name !== undefined
        }),
      )
    },
  )

  /** Reports something that was read already. */
  protected complainOf(span: Span, fits: string): void {
    this.damaged = true
    const written = quote(this.text.slice(span.start, span.end))
    this.complain(errors.unexpectedToken(span, `${written} cannot stand here`, fits), this.LA(0))
  }

  /** Whether `(` holds all arguments: it touches the name, or it holds a comma. */
  private areParenthesised(): boolean {
    // chevrotain asks a gate before it looks at the next token.
    if (!this.isNext(1, t.LeftParen)) return false
    if (this.touchesNext()) return true
    let depth = 0
    for (let i = 1; !this.isNext(i, t.FileEnd); i++) {
      if (this.isNext(i, t.Opener)) depth++
      if (this.isNext(i, t.Closer) && --depth === 0) return false
      if (depth === 1 && this.isNext(i, t.Comma)) return true
    }
    return false
  }

  private reportCommas(commas: readonly errors.Comma[], found: Argument[], owner: string): void {
    const first = commas[0]
    const last = commas.at(-1)
    if (first === undefined || last === undefined) return
    const from = found.findLastIndex(({ span }) => span.end <= first.token.startOffset)
    const to = found.findIndex(({ span }) => span.start >= t.endOf(last.token))
    const items = from < 0 ? [] : found.slice(from, to + 1)
    const isList =
      takesList.has(owner) && items.length > 1 && items.every(({ name }) => name === undefined)
    const list = isList
      ? { start: items[0]?.span.start ?? 0, end: items.at(-1)?.span.end ?? 0 }
      : undefined
    this.complain(errors.commaBetweenArguments(commas, list, this.text), first.token)
    if (list !== undefined) found.splice(from, items.length, asList(list, items))
  }

  /** `[@img, @m]` */
  private readonly gather: Rule<[], StagePart> = this.rule('gather', () => {
    if (!this.RECORDING_PHASE && this.isNext(2, t.Identifier) && this.isNext(3, ...sizes))
      this.giveUp('references, such as `[@a, @b]`', [
        'layers side by side are pipelines in `branch { dense 4 relu; dense 3 relu }`',
      ])
    const list = this.SUBRULE(this.list)
    const references = this.ACTION(() => list.items.flatMap((item) => this.asReference(item)))
    return { kind: 'gather', references }
  })

  private asReference(item: Value): Reference[] {
    if (item.kind === 'reference') return [item]
    const name = item.kind === 'word' && item.path.length === 1 ? item.path[0] : undefined
    if (name === undefined) {
      this.complainOf(item.span, 'a reference such as `@name`')
      return []
    }
    this.complain(errors.missingAtSign(name.span, name.text), this.LA(0))
    return [{ kind: 'reference', span: item.span, name, path: [] }]
  }

  private readonly same: Rule<[], StagePart> = this.rule('same', () => {
    this.CONSUME(t.Same)
    return { kind: 'same', reference: this.SUBRULE(this.reference) }
  })

  private readonly branch: Rule<[], StagePart> = this.rule('branch', () => {
    this.CONSUME(t.Branch)
    return { kind: 'branch', body: this.SUBRULE(this.bodyOrNone) }
  })

  private readonly residual: Rule<[], StagePart> = this.rule('residual', () => {
    this.CONSUME(t.Residual)
    // What else stands here was meant for the braces, which are missing.
    const options = this.OPTION({
      GATE: () => this.isNext(2, t.Equals),
      DEF: () => this.SUBRULE(this.namedArguments, { ARGS: ['residual'] }),
    })
    return { kind: 'residual', options: options ?? [], body: this.SUBRULE(this.bodyOrNone) }
  })

  private readonly repeat: Rule<[], StagePart> = this.rule('repeat', () => {
    this.CONSUME(t.Repeat)
    let count: Value = this.missing()
    this.recover([t.LeftBrace, t.Arrow, t.As], () => {
      count = this.SUBRULE(this.value)
    })
    // Of anything else that stands there it is best said that braces are missing.
    const options = this.OPTION({
      GATE: () => this.isNext(2, t.Equals),
      DEF: () => this.SUBRULE(this.namedArguments, { ARGS: ['repeat'] }),
    })
    return { kind: 'repeat', count, options: options ?? [], body: this.SUBRULE(this.bodyOrNone) }
  })

  /** A body that must be there; where it is not, an empty one. */
  protected readonly bodyOrNone: Rule<[fits?: string], Body> = this.rule(
    'bodyOrNone',
    (fits = '`{`') => {
      if (this.RECORDING_PHASE || this.isNext(1, t.LeftBrace)) return this.SUBRULE(this.bracedBody)
      this.damaged = true
      this.reportNext(fits)
      return { kind: 'body', span: this.missing().span, statements: [] }
    },
  )
}
