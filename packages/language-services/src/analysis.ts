import {
  type Lexeme,
  type Linked,
  lexemes,
  linkTexts,
  modelNames,
  namesFile,
  type Observed,
  type ObservedStage,
  observe,
  type ParseResult,
  parse,
  type Span,
  type Stage,
  type Use,
  type Used,
} from '@chainrule/language'
import type { ServiceContext } from './context.ts'
import { type Declarations, declarationsOf } from './declarations.ts'

/**
 * A text with what is known of it, each part made when it is first asked for. All services of one text share it; when the
 * text changes, a new one is made.
 */
export class Analysis {
  readonly text: string
  readonly context: ServiceContext
  #parsed: ParseResult | undefined
  #lexemes: readonly Lexeme[] | undefined
  #observed: Observed | undefined
  #stages: ReadonlyMap<number, readonly ObservedStage[]> | undefined
  #declarations: Declarations | undefined
  #uses: ReadonlyMap<Use, Used> | undefined
  #link: Linked | undefined

  constructor(text: string, context: ServiceContext) {
    this.text = text
    this.context = context
  }

  get parsed(): ParseResult {
    const { file } = this.context
    this.#parsed ??= parse(this.text, file === undefined ? {} : { file })
    return this.#parsed
  }

  get ast(): ParseResult['ast'] {
    return this.parsed.ast
  }

  get lexemes(): readonly Lexeme[] {
    this.#lexemes ??= lexemes(this.text)
    return this.#lexemes
  }

  get declarations(): Declarations {
    this.#declarations ??= declarationsOf(this.ast, this.uses)
    return this.#declarations
  }

  /** The model that is looked at, where there are several. */
  get model(): string | undefined {
    const names = modelNames(this.ast)
    const { model } = this.context
    if (names.length < 2) return undefined
    return model !== undefined && names.includes(model) ? model : names[0]
  }

  get observed(): Observed {
    const { registry, facts } = this.context
    const { model, uses } = this
    this.#observed ??= observe(this.ast, {
      registry,
      uses,
      ...(facts === undefined ? {} : { facts }),
      ...(model === undefined ? {} : { model }),
    })
    return this.#observed
  }

  /** A stage as it was read, each time. */
  observedAt({ span }: Pick<Stage, 'span'>): readonly ObservedStage[] {
    // Of the stages of a text no two begin at the same place.
    this.#stages ??= byStart(this.observed.stages)
    return this.#stages.get(span.start) ?? []
  }

  /** What is known of each `use`. */
  get uses(): ReadonlyMap<Use, Used> {
    this.#uses ??= this.#findUses()
    return this.#uses
  }

  get #linked(): Linked | undefined {
    const { textOf } = this.context
    if (textOf !== undefined) this.#link ??= linkTexts(this.parsed, textOf)
    return this.#link
  }

  /** Where the text begins in which a place lies. */
  startOf({ start }: Span): number {
    return this.#linked?.others.findLast((each) => each.start <= start)?.start ?? 0
  }

  #findUses(): ReadonlyMap<Use, Used> {
    const uses = new Map<Use, Used>(this.#linked?.uses ?? [])
    for (const statement of this.ast.body.statements) {
      if (statement.kind !== 'use' || namesFile(statement)) continue
      const areKnown = this.context.plugins?.has(statement.source.value) === true
      uses.set(statement, { areKnown })
    }
    return uses
  }
}

function byStart(stages: readonly ObservedStage[]): ReadonlyMap<number, readonly ObservedStage[]> {
  const found = new Map<number, ObservedStage[]>()
  for (const each of stages) {
    const { start } = each.stage.span
    const known = found.get(start)
    if (known === undefined) found.set(start, [each])
    else known.push(each)
  }
  return found
}

/** Begins to look at a text. It costs nothing until something is asked. */
export const analyse = (text: string, context: ServiceContext): Analysis =>
  new Analysis(text, context)
