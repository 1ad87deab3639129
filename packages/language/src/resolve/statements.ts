import { genericOptions } from '@chainrule/core'
import type { Block, Body, Directive, File, Let, Model, Pipeline, Span, Statement } from '../ast.ts'
import { diagnostic, maxDiagnostics, type RelatedSpan, type Report } from '../diagnostic.ts'
import { dataDirectives, directivesWithOn } from '../directives.ts'
import { listed, quote } from '../quote.ts'
import { maxSuggested } from '../suggest.ts'
import type { Context } from './context.ts'
import { evaluate, pathText, reportUnknownWord } from './evaluate.ts'
import { knownWords } from './known-words.ts'
import { asMeant, isLayer, judgeDataWord, judgeWord, loneLayer } from './mistyped.ts'
import { blockIsLayer, declaredTwice, notYet, parameterIsGeneric } from './name-errors.ts'
import { Scope } from './scope.ts'
import { type Survey, survey } from './survey.ts'

/** A statement with the constants that it sees. */
export interface Placed<S> {
  readonly node: S
  readonly scope: Scope
}

/** Names whose layers come from what this version does not read: plugins. */
export interface Foreign {
  readonly layers: ReadonlySet<string>
  readonly qualifiers: ReadonlySet<string>
  /** A plugin may give any name. */
  readonly any: boolean
}

/** A file's statements by what they are for. */
export interface Statements {
  /** As the model is called in the text. */
  readonly name: string | undefined
  readonly doc: string | undefined
  readonly pipelines: readonly Placed<Pipeline>[]
  /** By name, with the constants that their braces see. */
  readonly blocks: ReadonlyMap<string, Placed<Block>>
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
  window: [
    'windows over a series (`window`)',
    'add columns to the data that hold the earlier values, one for each step back',
  ],
  export: ['`export`', 'leave it out: `chainrule train FILE --out MODEL` saves the trained model'],
}
const builtDataDirectives = [...dataDirectives].filter((name) => !(name in laterDirectives))
const secondModel = 'second model in one file'
const built = 'use the built-in layers, and leave out what comes from the plugin'

/** A context without the constants that a place sees. */
export type Shared = Pick<Context, 'registry' | 'report' | 'crowded'>

/** Sorts the statements of a file and evaluates its constants. Reports what is wrong with statements as such. */
export function sortStatements(file: File, shared: Shared): Statements {
  const sorter = new Sorter(shared, survey(file), file.body.statements.at(-1)?.span.end ?? 0)
  const scope = new Scope()
  sorter.sort(file.body, scope, 'file')
  return sorter
}

type Place = 'file' | 'model' | 'data'

class Sorter implements Statements {
  readonly pipelines: Placed<Pipeline>[] = []
  readonly blocks = new Map<string, Placed<Block>>()
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
  #model: Model | undefined
  readonly #directives = new Map<string, Placed<Directive>[]>()
  /** How many words were looked up for what they may have been meant to be. */
  #lookups = 0
  readonly #shared: Shared
  readonly #report: Report

  constructor(shared: Shared, found: Survey, end: number) {
    this.end = end
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
    if (!this.scopes.includes(scope)) this.scopes.push(scope)
    for (const statement of body.statements) this.#noteForeign(statement)
    const statements = body.statements.flatMap((statement) => this.#asMeant(statement, place))
    if (place === 'file') this.#chooseModel(statements)
    const lets = statements.filter((statement) => statement.kind === 'let')
    if (place !== 'data') {
      for (const statement of lets) scope.expect(statement)
      for (const statement of lets) this.#declare(statement, scope)
    }
    for (const statement of statements) this.#place(statement, scope, place)
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
    const { as, only } = statement
    if (as !== undefined) this.#qualifiers.add(as.text)
    for (const item of only?.items ?? [])
      if (item.kind === 'word') this.#layers.add(pathText(item.path))
    if (as === undefined && only === undefined) this.#anyLayer = true
  }

  #chooseModel(statements: readonly Statement[]): void {
    this.#model = statements.find((statement) => statement.kind === 'model')
    this.name = this.#model?.name?.text
    const pipeline = statements.find((statement) => statement.kind === 'pipeline' && statement.doc)
    const documented = this.#model?.doc ?? pipeline?.doc
    this.doc = (documented ?? statements.find(({ doc }) => doc !== undefined)?.doc)?.text
  }

  #place(statement: Statement, scope: Scope, place: Place): void {
    const { kind } = statement
    const onlyInFile = kind === 'use' || kind === 'model'
    if (place === 'data' ? !isForData(statement) : onlyInFile && place === 'model')
      this.#misplaced(statement, place === 'data' ? '`data`' : 'a model')
    else if (kind === 'use') this.#report(notYet(statement.source.span, 'plugins (`use`)', built))
    else if (kind === 'block') this.#block(statement, scope)
    else if (kind === 'model') this.#enter(statement, scope)
    else if (kind === 'directive') this.#directive(statement, scope)
    else if (kind === 'pipeline') this.#pipeline(statement, scope, place)
  }

  #declare({ name, value, span }: Let, scope: Scope): void {
    const context = { ...this.#shared, damaged: this.damaged, scope }
    const first = scope.own(name.text)
    const evaluated = this.#isUnknownWord(value, context)
      ? undefined
      : evaluate(value, context, true)
    if (first === undefined) scope.declare(name, evaluated, span.start === name.span.start)
    else {
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
    reportUnknownWord(value, context, true, 'neither a constant nor a word of the language')
    return true
  }

  #block(node: Block, scope: Scope): void {
    const { text, span } = node.name
    const first = this.blocks.get(text)
    const what = `the block ${quote(text)}`
    if (first !== undefined)
      this.#report(declaredTwice(span, first.node.name.span, what, 'give it another name'))
    else if (isLayer(text, this.#shared.registry)) this.#report(blockIsLayer(node.name))
    else this.blocks.set(text, { node, scope })
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

  #enter(model: Model, scope: Scope): void {
    if (model === this.#model) {
      this.sort(model.body, new Scope(scope), 'model')
      return
    }
    const span = model.name?.span ?? { start: model.span.start, end: model.span.start + 5 }
    this.#report(notYet(span, secondModel, 'write it into a file of its own', this.#firstModel()))
  }

  #firstModel(): RelatedSpan[] {
    const model = this.#model
    if (model === undefined) return []
    const { start } = model.span
    return [{ span: model.name?.span ?? { start, end: start + 5 }, label: 'the model' }]
  }

  #pipeline(node: Pipeline, scope: Scope, place: Place): void {
    if (place === 'file' && this.#model !== undefined) {
      const help = 'write the pipeline inside the braces of `model`, or leave `model` out'
      this.#report(notYet(node.span, secondModel, help, this.#firstModel()))
    } else this.pipelines.push({ node, scope })
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
  for (const { node } of others) {
    const what = quote(node.name.text)
    report(declaredTwice(node.name.span, first.node.name.span, what, 'leave one of them out'))
  }
  return first
}
