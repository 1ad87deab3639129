import { Registry, type TargetKind, word } from '@chainrule/core'
import type { Directive, File, Use } from '../ast.ts'
import {
  type Diagnostic,
  DiagnosticCollector,
  diagnostic,
  maxDiagnostics,
  mergeDiagnostics,
} from '../diagnostic.ts'
import type {
  ColumnRequest,
  DataRequest,
  DataSource,
  FeatureRequest,
  InputRequest,
  SeriesRequest,
  SplitRequest,
  TableSource,
  TargetRequest,
  Written,
} from '../experiment.ts'
import type { Used } from '../link.ts'
import { quote } from '../quote.ts'
import { given } from './arguments.ts'
import { readColumn, readFeatures, readTarget, readWindow, refuseDifferent } from './columns.ts'
import type { Context } from './context.ts'
import { readSource, sourceKind } from './data-source.ts'
import { readInputs } from './inputs.ts'
import { declaredTwice } from './name-errors.ts'
import { readArguments, readPlugin } from './plugins.ts'
import { defaultSeed, readSeed } from './seed.ts'
import { seriesWithoutTime } from './series-errors.ts'
import { defaultSplit, readSplit } from './split.ts'
import { mayBeUsed, type Placed, type Statements, single, sortStatements } from './statements.ts'

/** What is known beside the text of the data that it asks for. */
export interface DataRequestOptions {
  /** Tells from the written loss whether whole numbers are classes. */
  readonly registry?: Registry
  /** For a text without `data`: what else is said of it (`target`, `split` …) then holds for this. */
  readonly source?: DataSource
  /** The column to predict where the text names none. */
  readonly target?: string
  /** The files that the text uses, as `link` found them. */
  readonly uses?: ReadonlyMap<Use, Used>
  /** The model to look at, where the file holds several. */
  readonly model?: string
}

/** What a text asks of its data, and what is wrong with that. */
export interface DataRequestResult {
  /** Missing where the text has no data, or where what it says of them is wrong. */
  readonly request: DataRequest | undefined
  /** The names of all models of the file. */
  readonly models: readonly string[]
  /** What is wrong with `data` and its relatives. `resolve` says the rest and repeats none of it. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * What a text asks to be read before it can be resolved: the source, its features and targets, how the rows are split and
 * scaled.
 */
export function dataRequest(ast: File, options: DataRequestOptions = {}): DataRequestResult {
  const collector = new DiagnosticCollector()
  const registry = options.registry ?? new Registry()
  // What is wrong with other statements is for `resolve` to say.
  const silent = { registry, report: () => {}, crowded: () => true }
  const statements = sortStatements(ast, silent, options)
  const request = readData(statements, registry, collector, options)
  return { request, models: statements.models, diagnostics: mergeDiagnostics([collector]) }
}

/** The same from statements that are sorted already. */
export function readData(
  statements: Statements,
  registry: Registry,
  collector: DiagnosticCollector,
  options: Omit<DataRequestOptions, 'registry'> = {},
): DataRequest | undefined {
  return new DataReader(statements, registry, collector).read(options)
}

const scales = ['standard', 'minmax', 'none'] as const
export const scaleSubject = { name: 'scale', arguments: { kind: word(scales) }, options: {} }

/** Where the rows of a source are records with columns. */
const tableOf = (source: DataSource | undefined): TableSource | undefined =>
  source !== undefined && 'path' in source && source.kind !== 'text' ? source : undefined

/** As it stands behind `data`. */
const kindText = (source: DataSource): string =>
  source.kind === 'reader' ? source.name.value : source.kind

/** Whether a target stands in the row that the model sees, and not in a later one. */
const isNow = ({ shift }: TargetRequest): boolean => shift === undefined || shift.value === 0

class DataReader {
  readonly #statements: Statements
  readonly #registry: Registry
  readonly #collector: DiagnosticCollector

  constructor(statements: Statements, registry: Registry, collector: DiagnosticCollector) {
    this.#statements = statements
    this.#registry = registry
    this.#collector = collector
  }

  read({ source: otherSource, target }: DataRequestOptions): DataRequest | undefined {
    const data = single(this.#statements.directives('data'), this.#report)
    const found = data === undefined ? otherSource : readSource(data.node, this.#context(data))
    const source = this.#windowed(found, data && sourceKind(data.node))
    const inputs = this.#inputs()
    const written = this.#targets()
    const features = this.#features(written)
    const columns = this.#columns()
    const isKnown = data === undefined || source !== undefined
    const isText = data !== undefined && sourceKind(data.node) === 'text'
    const series = isText ? undefined : this.#series(source, isKnown, written)
    // Of a source that could not be read nobody knows whether it is a series.
    const split = this.#split(series !== undefined || !isKnown)
    const scale = this.#scale()
    if (data !== undefined && target === undefined) this.#requireTarget(data, source, written)
    if (source === undefined || this.#hasErrors()) return undefined
    const named = written.length === 0 && target !== undefined
    const targets = named ? this.#asLosses([{ name: { value: target }, head: undefined }]) : written
    const seed = this.#seed()
    const span = data?.node.span
    const apart = this.#apart(targets)
    const read = { source, span, inputs, features, targets, columns, split, scale, seed, ...apart }
    return series === undefined ? read : { ...read, series }
  }

  /** The source with the windows that a text is cut into. */
  #windowed(
    source: DataSource | undefined,
    kind: string | undefined = source?.kind,
  ): DataSource | undefined {
    if (kind !== 'text') return source
    this.#refuseColumns()
    const placed = single(this.#statements.directives('window'), this.#report)
    if (placed === undefined) return source
    const window = readWindow(placed.node, this.#context(placed))
    return source?.kind !== 'text' || window === undefined ? undefined : { ...source, window }
  }

  /** A text has no columns: each character is predicted from those before it. */
  #refuseColumns(): void {
    for (const name of ['target', 'features', 'column', 'scale']) {
      for (const { node } of this.#statements.directives(name)) {
        const message = `a text has no columns, of which ${quote(name)} could speak`
        const label = 'leave it out'
        const help = 'the input is the characters of a window, the target the character after each'
        this.#report(diagnostic('text-columns', node.name.span, { message, label, help }))
      }
    }
  }

  get #report() {
    return this.#collector.report
  }

  #hasErrors(): boolean {
    return this.#collector.total > 0
  }

  #context({ scope }: Pick<Placed<Directive>, 'scope'>, report = this.#report): Context {
    const crowded = () => this.#collector.total > maxDiagnostics
    const { damaged, foreign } = this.#statements
    const ofUse = (name: string): boolean => mayBeUsed(foreign, name)
    return { registry: this.#registry, scope, report, crowded, damaged, mayBeUsed: ofUse }
  }

  #silent(placed: Pick<Placed<Directive>, 'scope'>): Context {
    return this.#context(placed, () => {})
  }

  #inputs(): InputRequest[] {
    return readInputs(this.#statements, (placed) => this.#silent(placed)).flatMap((input) => {
      const { name, shape, dtype } = input
      return shape === undefined ? [] : [{ name: name.text, shape, dtype }]
    })
  }

  #targets(): TargetRequest[] {
    const directives = this.#statements.directives('target')
    const targets = directives.flatMap((placed) => readTarget(placed.node, this.#context(placed)))
    const seen = new Map<string, TargetRequest>()
    for (const target of targets) {
      const key = `${target.name.value} ${target.head ?? ''}`
      const first = seen.get(key)
      if (first === undefined) seen.set(key, target)
      else if (target.name.span !== undefined && first.name.span !== undefined) {
        const what = `the target ${quote(target.name.value)}`
        this.#report(declaredTwice(target.name.span, first.name.span, what))
      }
    }
    refuseDifferent('weight', targets, this.#report)
    refuseDifferent('shift', targets, this.#report)
    return this.#asLosses(targets)
  }

  /** What other models are to predict is nothing that this one is told. */
  #apart(targets: readonly TargetRequest[]): Pick<DataRequest, 'apart'> {
    const [scope] = this.#statements.scopes
    if (scope === undefined) return {}
    const own = new Set(targets.map(({ name }) => name.value))
    const context = this.#silent({ scope })
    const others = this.#statements.otherTargets.flatMap((node) => readTarget(node, context))
    const apart = others
      .filter(isNow)
      .map(({ name }) => name.value)
      .filter((name) => !own.has(name))
    return apart.length === 0 ? {} : { apart }
  }

  /** Each target with what its written loss takes it as. */
  #asLosses(targets: readonly TargetRequest[]): TargetRequest[] {
    const kinds = this.#kindsByLoss()
    return targets.map((target) => {
      const as = kinds.get(target.head) ?? kinds.get(undefined)
      return as === undefined || as === 'number' ? target : { ...target, as }
    })
  }

  /** What the written losses are for, by the head that they name. */
  #kindsByLoss(): Map<string | undefined, TargetKind> {
    const kinds = new Map<string | undefined, TargetKind>()
    for (const placed of this.#statements.directives('loss')) {
      const { arguments: args, on } = placed.node
      const [first] = args
      if (first === undefined) continue
      const read = readPlugin('loss', first.value, this.#silent(placed))
      if (read !== undefined) kinds.set(on?.name.text, read.plugin.targets[0])
    }
    return kinds
  }

  #features(targets: readonly TargetRequest[]): FeatureRequest[] {
    const found = new Map<string | undefined, { request: FeatureRequest; node: Directive }>()
    // What stands rows later is no copy of what the model sees.
    const taken = new Map(targets.filter(isNow).map(({ name }) => [name.value, name]))
    const claimed = new Map<string, Written<string>>()
    for (const { node } of this.#statements.directives('features')) {
      const request = readFeatures(node, this.#report)
      if (request === undefined) continue
      const first = found.get(request.input)
      if (first !== undefined) {
        const of = request.input === undefined ? '' : ` of ${quote(`@${request.input}`)}`
        const help = 'write all columns in one list'
        this.#report(declaredTwice(node.name.span, first.node.name.span, `\`features\`${of}`, help))
        continue
      }
      found.set(request.input, { request, node })
      for (const name of request.names) this.#refuseTarget(name, taken.get(name.value))
      this.#refuseClaimed(request, claimed)
    }
    return [...found.values()].map(({ request }) => request)
  }

  #refuseTarget(name: Written<string>, target: Written<string> | undefined): void {
    if (target?.span === undefined || name.span === undefined) return
    this.#report(
      diagnostic('feature-is-target', name.span, {
        message: `the column ${quote(name.value)} is both a feature and a target`,
        label: 'a feature here',
        related: [{ span: target.span, label: 'the target here' }],
        help: 'the model would only copy it: take it out of the features',
      }),
    )
  }

  /** Columns that another input takes; of one list it was said. */
  #refuseClaimed({ names }: FeatureRequest, claimed: Map<string, Written<string>>): void {
    const help = 'a column goes into one input, which several pipelines may read'
    for (const name of names) {
      const first = claimed.get(name.value)
      const what = `the column ${quote(name.value)}`
      if (first?.span !== undefined && name.span !== undefined && !names.includes(first))
        this.#report(declaredTwice(name.span, first.span, what, help))
    }
    for (const name of names) if (!claimed.has(name.value)) claimed.set(name.value, name)
  }

  /** The order of the rows, and what is cut of it. */
  #series(
    source: DataSource | undefined,
    isKnown: boolean,
    targets: readonly TargetRequest[],
  ): SeriesRequest | undefined {
    const placed = single(this.#statements.directives('window'), this.#report)
    const window = placed === undefined ? undefined : readWindow(placed.node, this.#context(placed))
    const { time, group } = tableOf(source) ?? {}
    if (time !== undefined) return { time, ...(group && { group }), ...(window && { window }) }
    if (!isKnown) return undefined
    const later = targets.flatMap(({ shift }) => (shift && shift.value > 0 ? [shift] : []))
    const counting = { window: placed?.node.name.span, shift: later[0]?.span }
    for (const [what, span] of Object.entries(counting))
      if (span !== undefined)
        this.#report(seriesWithoutTime(span, what, source && kindText(source)))
    return undefined
  }

  #columns(): ColumnRequest[] {
    const found = new Map<string, ColumnRequest>()
    for (const placed of this.#statements.directives('column')) {
      if (placed.node.damaged) continue
      const column = readColumn(placed.node, this.#context(placed))
      if (column === undefined) continue
      const first = found.get(column.name.value)
      if (first === undefined) found.set(column.name.value, column)
      else if (column.name.span !== undefined && first.name.span !== undefined) {
        const what = `the column ${quote(column.name.value)}`
        this.#report(declaredTwice(column.name.span, first.name.span, what))
      }
    }
    return [...found.values()]
  }

  #split(isSeries: boolean): SplitRequest {
    const placed = single(this.#statements.directives('split'), this.#report)
    const otherwise = defaultSplit(isSeries)
    if (placed === undefined) return otherwise
    return readSplit(placed.node, isSeries, this.#context(placed)) ?? otherwise
  }

  #scale(): DataRequest['scale'] {
    const placed = single(this.#statements.directives('scale'), this.#report)
    if (placed === undefined || placed.node.damaged) return { value: 'standard' }
    const { name, arguments: args, span } = placed.node
    const { config } = readArguments(scaleSubject, given(args), name.span, this.#context(placed))
    const value = scales.find((scale) => scale === config?.['kind'])
    return { value: value ?? 'standard', span }
  }

  #seed(): number {
    const [placed] = this.#statements.directives('seed')
    if (placed === undefined) return defaultSeed
    return readSeed(placed.node, this.#silent(placed)) ?? defaultSeed
  }

  /** Tables do not say which column is to be predicted. */
  #requireTarget(
    { node }: Placed<Directive>,
    source: DataSource | undefined,
    targets: readonly TargetRequest[],
  ): void {
    const table = tableOf(source)
    if (table === undefined) return
    if (targets.length > 0 || this.#statements.directives('target').length > 0) return
    if (this.#statements.damaged) return
    this.#report(
      diagnostic('target-missing', node.name.span, {
        message: 'nothing says which column is to be predicted',
        label: 'these data have no `target`',
        help:
          node.body === undefined
            ? `name it behind the path: \`data ${kindText(table)} … { target NAME }\``
            : 'write `target NAME` inside the braces',
      }),
    )
  }
}
