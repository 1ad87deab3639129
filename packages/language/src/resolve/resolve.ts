import { inferShapes, type LayerGraph, type RawCall, type Registry } from '@chainrule/core'
import type { Directive, File, Node, Use } from '../ast.ts'
import type { Code } from '../codes.ts'
import {
  type Diagnostic,
  DiagnosticCollector,
  maxDiagnostics,
  mergeDiagnostics,
  type Report,
} from '../diagnostic.ts'
import type { DataFacts, DataRequest, Experiment } from '../experiment.ts'
import type { Used } from '../link.ts'
import type { Context } from './context.ts'
import { readData } from './data-request.ts'
import { textOf } from './defaults.ts'
import { checkDraws } from './driven.ts'
import { pathText } from './evaluate.ts'
import { checkFeatures } from './feature-pairs.ts'
import { type Head, resolveHeads } from './heads.ts'
import { readInputs } from './inputs.ts'
import { lossNames, reportName, resolveMetrics } from './metrics.ts'
import { unknownPlugin, unusedConstant, unusedName } from './name-errors.ts'
import { checkLearns } from './nothing-learns.ts'
import { reportInnerNames } from './output-names.ts'
import { chooseOutputs, type Outputs, unusedInputs } from './outputs.ts'
import { inputUnknown } from './pipeline-errors.ts'
import { graphInputs, PipelineResolver, type Pipelines, resolvePipelines } from './pipelines.ts'
import { readPenalties, type WrittenPenalty } from './regularise.ts'
import { defaultSeed, readSeed } from './seed.ts'
import { describeSettings } from './settings.ts'
import { validates } from './split.ts'
import { mayBeUsed, type Placed, type Statements, single, sortStatements } from './statements.ts'
import { unusedConstants } from './survey.ts'
import { checkPairs } from './target-pairs.ts'
import {
  readInit,
  readOptimizer,
  readStop,
  readTrain,
  trainingLength,
  usualOptimizer,
} from './training.ts'
import { reportUnusedBlocks } from './used-blocks.ts'

/** What a text is resolved against. */
export interface ResolveOptions {
  /** The plugins that a text may name. */
  readonly registry: Registry
  /** What the data turned out to be; without them what depends on the data is not checked. */
  readonly facts?: DataFacts
  /** The file's name, after which an unnamed model is called. */
  readonly file?: string
  /** What the facts were read for, where the text has no `data`. */
  readonly request?: DataRequest
  /** The files that the text uses, as `link` found them; without them a text finds no other file. */
  readonly uses?: ReadonlyMap<Use, Used>
  /** The model to look at, where the file holds several. */
  readonly model?: string
  /** Whether an input whose shape is not known is an error. */
  readonly requireShapes?: boolean
  /** Whether some plugins are only described, so that what their layers keep is not known. */
  readonly isDescribed?: boolean
  /** Whether a file of nothing but blocks, for others to use, is an error; it is where left out. */
  readonly requireModel?: boolean
}

/** What a text means, or what is wrong with it. */
export interface ResolveResult {
  /** Missing where something is wrong. */
  readonly experiment: Experiment | undefined
  /** What is wrong but for the syntax and the data directives, of which `parse` and `dataRequest` tell. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * From the syntax tree to the layer graph with its losses and settings, every default filled in.
 *
 * It takes the tree of every text, however broken, in time linear in its length, and does not throw unless a plugin does.
 * All mistakes are told, those that only follow from another are not.
 */
export function resolve(ast: File, options: ResolveOptions): ResolveResult {
  const collector = new Collector()
  const resolver = new Resolver(ast, options, collector)
  const experiment = resolver.resolve()
  const diagnostics = mergeDiagnostics([collector])
  return { experiment: collector.hasErrors ? undefined : experiment, diagnostics }
}

/** Knows beside the diagnostics whether one is an error, and which codes there are. */
class Collector extends DiagnosticCollector {
  hasErrors = false
  readonly codes = new Set<Code>()

  readonly #told = new Set<string>()

  readonly take = (found: Diagnostic): void => {
    // The braces of a block are read wherever it is called, and say the same each time.
    const { code, span, message } = found
    const told = `${code} ${span.start} ${span.end} ${message}`
    if (this.#told.has(told)) return
    if (this.#told.size < maxDiagnostics) this.#told.add(told)
    if (found.severity === 'error') this.hasErrors = true
    this.codes.add(found.code)
    this.report(found)
  }
}

type Place = Pick<Placed<Directive>, 'scope'>

class Resolver {
  readonly #options: ResolveOptions
  readonly #collector: Collector
  readonly #statements: Statements
  readonly #request: DataRequest | undefined

  constructor(ast: File, options: ResolveOptions, collector: Collector) {
    this.#options = options
    this.#collector = collector
    const { registry, uses, model } = options
    const crowded = () => collector.total > maxDiagnostics
    const shared = { registry, report: collector.take, crowded }
    this.#statements = sortStatements(ast, shared, { uses, model })
    const told = new DiagnosticCollector() // by `dataRequest`
    this.#request = readData(this.#statements, registry, told) ?? options.request
  }

  readonly #contextOf = ({ scope }: Place): Context => ({
    registry: this.#options.registry,
    scope,
    report: this.#collector.take,
    crowded: () => this.#collector.total > maxDiagnostics,
    mayBeUsed: (name) => mayBeUsed(this.#statements.foreign, name),
    damaged: this.#statements.damaged,
  })

  resolve(): Experiment | undefined {
    const { facts, requireShapes } = this.#options
    const statements = this.#statements
    const request = this.#request
    const contextOf = this.#contextOf
    const report = this.#collector.take
    const declared = readInputs(statements, contextOf)
    checkFeatures(statements, declared, contextOf)
    const init = this.#read('init', readInit)
    const pipelines = resolvePipelines(
      statements,
      { declared, facts, init, contextOf },
      PipelineResolver,
    )
    if (this.#options.requireModel === false && isLibrary(statements)) return undefined
    const outputs = chooseOutputs(statements, pipelines, contextOf)
    reportInnerNames(statements, outputs, report)
    const heads = resolveHeads(statements, outputs, { request, facts, contextOf })
    checkPairs(statements, outputs, { request, facts, contextOf })
    const isOpen = !pipelines.incomplete && !statements.damaged
    if (requireShapes === true && isOpen && !this.#collector.codes.has('input-shape'))
      checkShapes(statements, pipelines, report)
    const penalties = readPenalties(statements, pipelines, contextOf)
    const training = this.#training(heads, outputs)
    this.#reportUnused(pipelines)
    if (this.#collector.hasErrors || statements.damaged || training === undefined) return undefined
    return this.#experiment(pipelines, heads, training, { init, penalties })
  }

  /** Reads a directive that stands once. */
  #read<T>(name: string, read: (node: Directive, context: Context) => T): T | undefined {
    const placed = single(this.#statements.directives(name), this.#collector.take)
    return placed === undefined ? undefined : read(placed.node, this.#contextOf(placed))
  }

  #training(heads: readonly Head[], outputs: Outputs): Training | undefined {
    const { registry, facts } = this.#options
    const metrics = resolveMetrics(this.#statements, heads, outputs, this.#contextOf, registry)
    const watchable = {
      measured: [
        ...lossNames(heads),
        ...metrics.list
          .filter(({ metric }) => metric.style !== 'tabulating')
          .map((metric) => reportName(metric, heads)),
      ],
      hasValidation:
        facts?.hasValidation ?? (this.#request === undefined || validates(this.#request.split)),
      incomplete:
        metrics.incomplete ||
        outputs.incomplete ||
        heads.some(({ head }) => head.loss === undefined),
    }
    const optimizer = this.#read('optimizer', readOptimizer) ?? usualOptimizer(registry)
    const written =
      this.#read('train', (node, context) => readTrain(node, optimizer, context)) ?? {}
    const seed = this.#read('seed', readSeed) ?? defaultSeed
    const stop = this.#read('stop', (node, context) => readStop(node, watchable, context)) ?? {}
    if (optimizer === undefined) {
      const at = { start: 0, end: 0 }
      this.#collector.take(unknownPlugin('optimizer', at, 'adam', []))
      return undefined
    }
    const length = trainingLength(written, facts?.trainRows, optimizer)
    return { optimizer, metrics: metrics.list, fit: { ...length, seed, stop } }
  }

  #reportUnused(pipelines: Pipelines): void {
    const { damaged, survey, blocks, used, foreignPlaces } = this.#statements
    const report = this.#collector.take
    const { codes } = this.#collector
    const isForeign = ({ span }: Node): boolean =>
      foreignPlaces.some(({ start, end }) => start <= span.start && span.end <= end)
    // Where there is no pipeline, nothing can be read by one.
    if (damaged || codes.has('no-model')) return
    // What seems unused may be what a misspelt name was meant to be.
    if (!codes.has('unknown-constant'))
      for (const each of unusedConstants(survey))
        if (!isForeign(each)) report(unusedConstant(each.name, each.kind))
    if (!followedByUnused.some((code) => codes.has(code)))
      reportUnusedBlocks(blocks, used, survey, report)
    if (codes.has('unknown-reference') || codes.has('declared-twice')) return
    for (const name of unusedInputs(pipelines, survey)) report(unusedName(name, 'the input'))
  }

  /** What documents the model is not said once more of its first input or layer. */
  #docs({ docs }: Pipelines): ReadonlyMap<string, string> {
    const inputs = this.#statements.directives('input').flatMap(({ node }) => {
      const name = node.arguments[0]?.value
      const isNamed = node.doc !== undefined && name?.kind === 'word'
      return isNamed ? [[`@${pathText(name.path)}`, node.doc.text] as const] : []
    })
    return new Map([...inputs, ...docs].filter(([, text]) => text !== this.#statements.doc))
  }

  #initText(init: RawCall | undefined): string | undefined {
    const { registry } = this.#options
    if (init === undefined) return undefined
    return textOf(init, 'initializer', { registry, constants: new Set(), init: undefined })
  }

  #experiment(
    pipelines: Pipelines,
    heads: readonly Head[],
    training: Training,
    { init, penalties }: Beside,
  ): Experiment {
    const { nodes, instances, places } = pipelines.builder
    const inputs = graphInputs(pipelines)
    const graph: LayerGraph = {
      inputs,
      instances,
      nodes,
      heads: heads.map(({ head }) => head),
      ...(penalties.length === 0 ? {} : { penalties: penalties.map(({ penalty }) => penalty) }),
    }
    const isKnown =
      pipelines.inputs.every(({ origin }) => origin.shape !== undefined) &&
      !instances.some(({ layer }) => layer.isDescribed === true)
    const described = { graph, data: this.#request, ...training }
    const shaped = isKnown ? inferShapes(graph) : undefined
    const [optimizer] = this.#statements.directives('optimizer')
    checkDraws({ ...training, shaped, places }, optimizer?.node, this.#collector.take)
    if (this.#options.isDescribed !== true) checkLearns(shaped, places, this.#collector.take)
    return {
      name: this.#statements.name ?? nameOfFile(this.#options.file) ?? 'main',
      model: this.#statements.models.length > 1 ? this.#statements.name : undefined,
      doc: this.#statements.doc,
      docs: this.#docs(pipelines),
      places,
      shaped,
      ...described,
      init,
      foreign: this.#statements.foreignPlaces,
      settings: describeSettings({ ...described, init: this.#initText(init), penalties }),
    }
  }
}

/** What the whole model takes beside its layers. */
interface Beside {
  readonly init: RawCall | undefined
  readonly penalties: readonly WrittenPenalty[]
}
/** Where one of these is wrong, a block that seems unused may have been meant. */
const followedByUnused: readonly Code[] = ['unknown-layer', 'unknown-block', 'declared-twice']

type Training = Pick<Experiment, 'optimizer' | 'metrics' | 'fit'>

/** Says once that shapes are not known, where the first layer takes its input. */
function checkShapes({ pipelines }: Statements, { inputs }: Pipelines, report: Report): void {
  if (inputs.every(({ origin }) => origin.shape !== undefined)) return
  const first = pipelines[0]?.node.stages[0]
  if (first !== undefined) report(inputUnknown(first.span))
}

/** Whether a file only declares what others use. */
function isLibrary({ models, blocks }: Statements): boolean {
  return models.length === 0 && blocks.length > 0
}

/** `iris` of `models/iris.mlp`. */
function nameOfFile(file: string | undefined): string | undefined {
  const base = file?.split(/[\\/]/).at(-1)
  const name = base?.replace(/\.[^.]*$/, '')
  return name === undefined || name === '' || name.startsWith('<') ? undefined : name
}
