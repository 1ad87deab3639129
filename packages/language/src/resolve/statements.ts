import { genericOptions } from '@chainrule/core'
import type { Block, Body, Directive, File, Let, Pipeline, Span, Statement, Use } from '../ast.ts'
import { diagnostic, maxDiagnostics, type Report } from '../diagnostic.ts'
import { dataDirectives, directivesWithOn } from '../directives.ts'
import { isFile, namesFile, type Used } from '../link.ts'
import { listed, quote } from '../quote.ts'
import { maxSuggested } from '../suggest.ts'
import { argumentTwice } from './argument-errors.ts'
import type { Context } from './context.ts'
import { evaluate, pathText, reportUnknownWord } from './evaluate.ts'
import { knownWords } from './known-words.ts'
import { asMeant, isLayer, judgeDataWord, judgeWord, loneLayer } from './mistyped.ts'
import { type ModelPart, modelParts, SharedDirectives } from './models.ts'
import { blockIsLayer, declaredTwice, notYet, parameterIsGeneric } from './name-errors.ts'
import { type KnownBlock, Scope } from './scope.ts'
import { type Survey, survey } from './survey.ts'
import {
  blockTwice,
  modelUnclear,
  useOptionUnknown,
  useVersion,
  useWithoutFiles,
} from './use-errors.ts'
import { namesGiven, type UsedBlocks, useBlocks } from './used-blocks.ts'

/** A statement with the constants that it sees. */
export interface Placed<S> {
  readonly node: S
  readonly scope: Scope
}

/** Names that come from a `use` of which it is not known what it gives. */
export interface Foreign {
  readonly layers: ReadonlySet<string>
  readonly qualifiers: ReadonlySet<string>
  /** A plugin may give any name. */
  readonly any: boolean
}

/** Whether a name, with a prefix or without, may be one of them. */
export function mayBeUsed({ layers, qualifiers, any }: Foreign, name: string): boolean {
  const dot = name.indexOf('.')
  if (dot >= 0) return qualifiers.has(name.slice(0, dot))
  return any || layers.has(name)
}

/** A file's statements by what they are for. */
export interface Statements {
  /** As the model is called in the text. */
  readonly name: string | undefined
  readonly doc: string | undefined
  /** The names of all models of the file. */
  readonly models: readonly string[]
  readonly pipelines: readonly Placed<Pipeline>[]
  /** The blocks that the text declares itself, those of other models left out. */
  readonly blocks: readonly KnownBlock[]
  readonly used: readonly UsedBlocks[]
  /** The targets of other models of the file. */
  readonly otherTargets: readonly Directive[]
  /** Statements about other models. */
  readonly foreignPlaces: readonly Span[]
  readonly foreign: Foreign
  /** Something could not be read. */
  readonly damaged: boolean
  readonly survey: Survey
  readonly scopes: readonly Scope[]
  /** Where the last statement ends. */
  readonly end: number
  directives(name: string): readonly Placed<Directive>[]
}

/** Directives that this version does not bring, and what to write until then. */
const laterDirectives: Readonly<Record<string, readonly [what: string, help: string]>> = {
  export: ['`export`', 'leave it out: `chainrule train FILE --out MODEL` saves the trained model'],
}
const builtDataDirectives = [...dataDirectives].filter((name) => !(name in laterDirectives))

/** A context without the constants that a place sees. */
export type Shared = Pick<Context, 'registry' | 'report' | 'crowded'>

export interface SortOptions {
  /** What each `use` of the text and of the files that it uses leads to. */
  readonly uses?: ReadonlyMap<Use, Used> | undefined
  /** The model to look at, where a file holds several. */
  readonly model?: string | undefined
}

/** Sorts the statements of a file and evaluates its constants. Reports what is wrong with statements as such. */
export function sortStatements(file: File, shared: Shared, options: SortOptions = {}): Statements {
  const end = file.body.statements.at(-1)?.span.end ?? 0
  const sorter = new Sorter(shared, survey(file), end, options)
  const scope = new Scope()
  sorter.sort(file.body, scope, 'file')
  return sorter
}

/** `library` is another file, of which only the blocks are wanted and what they need. */
type Place = 'file' | 'library' | 'model' | 'data'

class Sorter implements Statements {
  readonly pipelines: Placed<Pipeline>[] = []
  readonly blocks: KnownBlock[] = []
  readonly used: UsedBlocks[] = []
  readonly otherTargets: Directive[] = []
  readonly foreignPlaces: Span[] = []
  models: readonly string[] = []
  readonly scopes: Scope[] = []
  damaged: boolean
  readonly survey: Survey
  readonly end: number
  name: string | undefined
  doc: string | undefined
  readonly #layers = new Set<string>()
  readonly #blockNames = new Set<string>()
  readonly #qualifiers = new Set<string>()
  #anyLayer = false
  #knownWords: ReadonlySet<string> | undefined
  #model: ModelPart | undefined
  #sharing: SharedDirectives | undefined
  readonly #libraries = new Map<File, Scope>()
  readonly #options: SortOptions
  readonly #directives = new Map<string, Placed<Directive>[]>()
  /** How many words were looked up for what they may have been meant to be. */
  #lookups = 0
  readonly #shared: Shared
  readonly #report: Report

  constructor(shared: Shared, found: Survey, end: number, options: SortOptions) {
    this.end = end
    this.#options = options
    this.#shared = shared
    this.#report = shared.report
    this.survey = found
    this.damaged = found.damaged
  }

  get foreign(): Foreign {
    return { layers: this.#layers, qualifiers: this.#qualifiers, any: this.#anyLayer }
  }

  directives(name: string): readonly Placed<Directive>[] {
    return this.#directives.get(name) ?? []
  }

  sort(body: Body, scope: Scope, place: Place): void {
    const isLibrary = place === 'library'
    if (!isLibrary && !this.scopes.includes(scope)) this.scopes.push(scope)
    for (const statement of body.statements) this.#noteForeign(statement)
    const statements = isLibrary
      ? body.statements.filter(({ kind }) => forLibraries.has(kind))
      : body.statements.flatMap((statement) => this.#asMeant(statement, place))
    if (place === 'file') this.#chooseModel(statements)
    const lets = statements.filter((statement) => statement.kind === 'let')
    if (place !== 'data') {
      for (const statement of lets) scope.expect(statement)
      for (const statement of lets) this.#declare(statement, scope)
    }
    for (const statement of statements) this.#place(statement, scope, place)
    const model = place === 'file' ? this.#model?.node : undefined
    // What stands outside of its braces holds in them, wherever it stands.
    if (model !== undefined) this.sort(model.body, new Scope(scope), 'model')
  }

  /** What a statement is, where its first word is mistyped; nothing where that cannot be said. */
  #asMeant(statement: Statement, place: Place): readonly Statement[] {
    const layer = loneLayer(statement)
    if (layer === undefined || statement.kind !== 'pipeline') return [statement]
    const { text } = layer.name
    const { registry } = this.#shared
    if (isLayer(text, registry) || this.#layers.has(text) || this.#blockNames.has(text))
      return [statement]
    if ((this.#anyLayer && place !== 'data') || ++this.#lookups > maxDiagnostics) return [statement]
    const judged =
      place === 'data'
        ? judgeDataWord(layer.name, registry, dataDirectives, builtDataDirectives)
        : judgeWord(layer.name, registry, this.#otherLayers())
    if (judged === undefined) return [statement]
    this.#report(judged.found)
    const read = judged.word === undefined ? undefined : asMeant(statement, layer, judged.word)
    // What it would have said is not known, so that whatever seems to be missing may be that.
    if (read === undefined) this.damaged = true
    return read === undefined ? [] : [read]
  }

  #otherLayers(): string[] {
    return [...this.#layers, ...this.#blockNames].slice(0, maxSuggested)
  }

  /** Remembers the names that plugins and blocks give, wherever they stand. */
  #noteForeign(statement: Statement): void {
    if (statement.kind === 'block') this.#blockNames.add(statement.name.text)
    if (statement.kind !== 'use') return
    const used = this.#options.uses?.get(statement)
    if (used !== undefined && !isFile(used)) {
      if (!used.areKnown) this.#noteUnknown(statement)
      return
    }
    const ast = used?.ast
    if (ast !== undefined) for (const name of namesGiven(statement, ast)) this.#blockNames.add(name)
    if (ast !== undefined && !ast.body.statements.some(({ damaged }) => damaged)) return
    this.#noteUnknown(statement)
  }

  /** Layers may come from a `use` whose names are not known. */
  #noteUnknown({ as, only }: Use): void {
    if (as !== undefined) this.#qualifiers.add(as.text)
    for (const item of only?.items ?? [])
      if (item.kind === 'word') this.#layers.add(pathText(item.path))
    if (as === undefined && only === undefined) this.#anyLayer = true
  }

  #chooseModel(statements: readonly Statement[]): void {
    const parts = modelParts(statements, this.#report)
    this.models = parts.map(({ name }) => name)
    const wanted = this.#options.model
    const isOne = parts.length < 2
    this.#model = isOne ? parts[0] : parts.find(({ name }) => name === wanted)
    if (isOne) this.name = this.#model?.node?.name?.text
    else if (this.#model === undefined) this.#reportUnclear(parts)
    else {
      this.name = this.#model.name
      this.#sharing = new SharedDirectives(statements, this.#model)
    }
    const pipeline = statements.find((statement) => statement.kind === 'pipeline' && statement.doc)
    const documented = this.#model?.node === undefined ? pipeline?.doc : this.#model.node.doc
    // At the head of a file it is about the whole, whatever statement follows.
    const other = isOne ? statements[0]?.doc : undefined
    this.doc = (documented ?? other)?.text
  }

  /** Nothing is looked at; what follows from that is not said. */
  #reportUnclear(parts: readonly ModelPart[]): void {
    this.damaged = true
    this.#report(modelUnclear(parts))
  }

  #place(statement: Statement, scope: Scope, place: Place): void {
    const { kind } = statement
    const onlyInFile = kind === 'use' || kind === 'model'
    if (place === 'data' ? !isForData(statement) : onlyInFile && place === 'model')
      this.#misplaced(statement, place === 'data' ? '`data`' : 'a model')
    else if (kind === 'use') this.#use(statement, scope, place)
    else if (kind === 'block') this.#block(statement, scope, place)
    else if (kind === 'directive') this.#directive(statement, scope)
    else if (kind === 'pipeline' && (place !== 'file' || this.#model?.node === undefined))
      this.#pipeline(statement, scope, place)
    else if ((kind === 'pipeline' || kind === 'model') && statement !== this.#model?.node)
      this.foreignPlaces.push(statement.span)
  }

  #use(node: Use, scope: Scope, place: Place): void {
    const used = this.#options.uses?.get(node)
    if (used === undefined) this.#report(useWithoutFiles(node))
    this.#checkUseOptions(node)
    if (!isFile(used) || used.ast === undefined) return
    const blocks = { node, ast: used.ast, theirs: this.#library(used.ast) }
    if (!useBlocks(blocks, scope, this.#report)) this.#noteUnknown(node)
    if (place === 'file') this.used.push(blocks)
  }

  /** A package has a version, and nothing else behind its name. */
  #checkUseOptions(node: Use): void {
    const { options, source } = node
    const first = options.find(({ name }) => name?.text === 'version')
    for (const option of options) {
      const { name, span, value } = option
      if (namesFile(node) || name?.text !== 'version')
        this.#report(useOptionUnknown(name?.span ?? span, node))
      else if (first !== undefined && option !== first)
        this.#report(argumentTwice(option, first, source.value))
      else if (value.kind !== 'text') this.#report(useVersion(value.span))
    }
  }

  /** What the braces of another file's blocks see. */
  #library(file: File): Scope {
    const known = this.#libraries.get(file)
    if (known !== undefined) return known
    const scope = new Scope()
    this.#libraries.set(file, scope)
    this.sort(file.body, scope, 'library')
    return scope
  }

  #declare({ name, value, span }: Let, scope: Scope): void {
    const ofUse = (name: string): boolean => mayBeUsed(this.foreign, name)
    const context = { ...this.#shared, damaged: this.damaged, mayBeUsed: ofUse, scope }
    const first = scope.own(name.text)
    const evaluated = this.#isUnknownWord(value, context)
      ? undefined
      : evaluate(value, context, true)
    if (first === undefined) {
      const bare = span.start === name.span.start
      scope.declare(name, evaluated, { bare, given: value.span })
    } else {
      const what = `the constant ${quote(name.text)}`
      const help = 'a constant keeps its value: choose another name'
      this.#report(declaredTwice(name.span, first.name.span, what, help))
    }
  }

  /** `let width = heigth`: a word alone that nothing knows. */
  #isUnknownWord(value: Let['value'], context: Context): boolean {
    if (value.kind !== 'word') return false
    const name = pathText(value.path)
    if (context.scope.find(name) !== undefined || context.scope.below(name) !== undefined)
      return false
    this.#knownWords ??= knownWords(context.registry)
    if (this.#knownWords.has(name)) return false
    const text = 'neither a constant nor a word of the language'
    reportUnknownWord(value, context, true, { text, type: 'other' })
    return true
  }

  #block(node: Block, scope: Scope, place: Place): void {
    const { text, span } = node.name
    const first = scope.block(text)
    if (isLayer(text, this.#shared.registry)) this.#report(blockIsLayer(node.name))
    else if (first === undefined) {
      const block = { node, scope, given: span }
      scope.declareBlock(text, block)
      if (place !== 'library') this.blocks.push(block)
    } else if (first.node.name.span === first.given)
      this.#report(
        declaredTwice(span, first.given, `the block ${quote(text)}`, 'give it another name'),
      )
    else this.#report(blockTwice(span, first.given, text))
    this.#parameters(node)
  }

  #parameters({ parameters }: Block): void {
    const known = new Map<string, Span>()
    for (const { name } of parameters) {
      const first = known.get(name.text)
      if (isGeneric(name.text)) this.#report(parameterIsGeneric(name))
      const what = `the parameter ${quote(name.text)}`
      if (first === undefined) known.set(name.text, name.span)
      else this.#report(declaredTwice(name.span, first, what, 'give it another name'))
    }
  }

  #pipeline(node: Pipeline, scope: Scope, place: Place): void {
    // Which of several models is meant is not known.
    if (place === 'file' && this.#model === undefined) return
    this.pipelines.push({ node, scope })
  }

  #directive(node: Directive, scope: Scope): void {
    const { name, on, body } = node
    const later = laterDirectives[name.text]
    if (later !== undefined) {
      this.#report(notYet(name.span, ...later))
      return
    }
    if (on !== undefined && !directivesWithOn.includes(name.text)) {
      this.#report(
        diagnostic('unexpected-on', on.span, {
          message: `${quote(name.text)} speaks of the whole model and takes no \`on\``,
          label: `${listed(directivesWithOn)} take one`,
        }),
      )
    }
    if (scope === this.scopes[0] && this.#sharing?.isForOthers(node) === true) {
      this.foreignPlaces.push(node.span)
      if (name.text === 'target') this.otherTargets.push(node)
      return
    }
    const list = this.#directives.get(name.text) ?? []
    list.push({ node, scope })
    this.#directives.set(name.text, list)
    if (body === undefined) return
    if (name.text !== 'data') this.#braces(name.text, body.span)
    // That a second `data` names the target again follows from its being one too many.
    else if (list.length === 1) this.sort(body, scope, 'data')
  }

  #braces(name: string, { start, end }: Span): void {
    this.#report(
      diagnostic(
        'unexpected-braces',
        { start, end: Math.min(start + 1, end) },
        {
          message: `${quote(name)} takes no braces`,
          label: 'only `data` does',
        },
      ),
    )
  }

  #misplaced({ kind, span, ...statement }: Statement, place: string): void {
    if (kind === 'unreadable') return
    // What it would have said is not known.
    if (kind === 'pipeline' || kind === 'model') this.damaged = true
    const what =
      'name' in statement && kind === 'directive' ? quote(statement.name?.text ?? '') : words[kind]
    this.#report(
      diagnostic('misplaced-statement', span, {
        message: `${what} does not belong inside the braces of ${place}`,
        label: place === '`data`' ? 'it says nothing about the data' : 'it belongs to the file',
        help: 'write it after the closing brace',
      }),
    )
  }
}

const isGeneric = (name: string): boolean => genericOptions.some((each) => each === name)
/** What of another file is read. */
const forLibraries: ReadonlySet<Statement['kind']> = new Set(['use', 'let', 'block'])

const words: Readonly<Record<Exclude<Statement['kind'], 'unreadable'>, string>> = {
  use: '`use`',
  let: '`let`',
  block: '`block`',
  model: '`model`',
  directive: 'a directive',
  pipeline: 'a pipeline',
}

const isForData = (statement: Statement): boolean =>
  statement.kind === 'unreadable' ||
  (statement.kind === 'directive' && dataDirectives.has(statement.name.text))

/** The first of directives that may stand once; the others are reported. */
export function single(
  list: readonly Placed<Directive>[],
  report: Report,
): Placed<Directive> | undefined {
  const [first, ...others] = list
  if (first === undefined) return undefined
  for (const { node, scope } of others) {
    const help =
      scope === first.scope
        ? 'leave one of them out'
        : 'leave one of them out; what stands outside of all braces holds for every model'
    report(declaredTwice(node.name.span, first.node.name.span, quote(node.name.text), help))
  }
  return first
}
