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
  /** The text that is looked at. */
  readonly text: string
  /** What is known beside it: plugins, data, other files. */
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

  /** The tree with what is wrong with its syntax. */
  get parsed(): ParseResult {
    const { file } = this.context
    this.#parsed ??= parse(this.text, file === undefined ? {} : { file })
    return this.#parsed
  }

  /** The tree. */
  get ast(): ParseResult['ast'] {
    return this.parsed.ast
  }

  /** Its words and signs. */
  get lexemes(): readonly Lexeme[] {
    this.#lexemes ??= lexemes(this.text)
    return this.#lexemes
  }

  /** What it declares, and where that is named. */
  get declarations(): Declarations {
    this.#declarations ??= declarationsOf(this.ast, this.uses)
    return this.#declarations
  }

  /** The models that are looked at: of several all, or the one that is asked for. */
  get #models(): readonly (string | undefined)[] {
    const names = modelNames(this.ast)
    const { model } = this.context
    if (names.length < 2) return [undefined]
    return model !== undefined && names.includes(model) ? [model] : names
  }

  /** What each stage does, as far as it could be resolved. */
  get observed(): Observed {
    const { registry, facts } = this.context
    const known = { registry, uses: this.uses, ...(facts === undefined ? {} : { facts }) }
    this.#observed ??= together(
      this.#models.map((model) =>
        observe(this.ast, { ...known, ...(model === undefined ? {} : { model }) }),
      ),
    )
    return this.#observed
  }

  /** A stage as it was read, each time. */
  observedAt({ span }: { readonly span: Span }): readonly ObservedStage[] {
    // Of the stages of a text no two begin at the same place.
    this.#stages ??= byStart(this.observed.stages)
    const found = this.#stages.get(span.start) ?? []
    // The braces of a block are also read where nothing is known of what they are given.
    const known = found.filter(({ inputs }) => inputs !== undefined)
    return known.length > 0 ? known : found
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

/** What is known of several models. */
function together(models: readonly Observed[]): Observed {
  const [only, ...others] = models
  if (only !== undefined && others.length === 0) return only
  return {
    stages: models.flatMap(({ stages }) => stages),
    constants: new Map(models.flatMap(({ constants }) => [...constants])),
    inputs: new Map(models.flatMap(({ inputs }) => [...inputs])),
  }
}

/** Begins to look at a text. It costs nothing until something is asked. */
export const analyse = (text: string, context: ServiceContext): Analysis =>
  new Analysis(text, context)
