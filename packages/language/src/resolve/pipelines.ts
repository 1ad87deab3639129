import type { GraphInput, RawCall } from '@chainrule/core'
import type { Layer as LayerStage, Name, Pipeline, Span, Stage } from '../ast.ts'
import type { DataFacts } from '../experiment.ts'
import { quote } from '../quote.ts'
import type { Context } from './context.ts'
import type { Flow, Made } from './flow.ts'
import { GraphBuilder, outputOf } from './graph-builder.ts'
import { type ModelInput, modelInputs } from './graph-inputs.ts'
import type { DeclaredInput } from './inputs.ts'
import { comesLater, untilThen } from './later.ts'
import { joinedNumber, notYet, unknownPlugin, unknownQualifier } from './name-errors.ts'
import { Names } from './names.ts'
import { inputUnclear, pipelineWithoutLayer, referenceInside } from './pipeline-errors.ts'
import type { Placed, Statements } from './statements.ts'
import { mentionedIn } from './survey.ts'

/** The end of a pipeline. */
export interface End {
  readonly pipeline: Pipeline
  readonly stage: Stage
  readonly name: Name | undefined
  readonly flow: Flow
}

/** The graph so far, its outputs not yet chosen. */
export interface Pipelines {
  readonly inputs: readonly ModelInput[]
  readonly builder: GraphBuilder
  readonly names: Names
  readonly ends: readonly End[]
  /** Something is wrong with a pipeline, which was said, so that there may be outputs that are not known. */
  readonly incomplete: boolean
}

export interface PipelineOptions {
  readonly declared: readonly DeclaredInput[]
  readonly facts: DataFacts | undefined
  readonly init: RawCall | undefined
  /** A context for what sees these constants. */
  readonly contextOf: (placed: Pick<Placed<Pipeline>, 'scope'>) => Context
}

/** Resolves the pipelines of a model, from top to bottom. */
export function resolvePipelines(statements: Statements, options: PipelineOptions): Pipelines {
  const { declared, facts, init, contextOf } = options
  const { pipelines } = statements
  const scope = statements.scopes[0] ?? pipelines[0]?.scope
  if (scope === undefined) throw new Error('internal: a file without a scope')
  const context = contextOf({ scope })
  const names = new Names(
    context,
    pipelines.map(({ node }) => node),
  )
  const inputs = modelInputs(declared, facts, context.report)
  for (const { declared: input, origin } of inputs) {
    if (input !== undefined) names.declare(input.name, knownInput(input, origin), undefined)
  }
  const resolver = new PipelineResolver(statements, names, inputs, new GraphBuilder(names, init))
  for (const { node, scope: own } of pipelines) resolver.pipeline(node, contextOf({ scope: own }))
  return resolver
}

/** The tensor of an input; not known where its declaration was wrong. */
const knownInput = ({ shape }: DeclaredInput, origin: ModelInput['origin']): Flow =>
  shape === undefined ? undefined : [origin]

const joined = 'write one pipeline, of which each layer has one input'
const inside = 'write the layers inside its braces in its place'
const writtenOut = 'write the layers out: `dense 8 relu -> dense 8 relu`'

class PipelineResolver implements Pipelines {
  readonly ends: End[] = []
  readonly inputs: readonly ModelInput[]
  readonly names: Names
  readonly builder: GraphBuilder
  incomplete = false
  readonly #statements: Statements
  /** The layers of the pipeline that is being read. */
  #chain: (Made | undefined)[] = []

  constructor(
    statements: Statements,
    names: Names,
    inputs: readonly ModelInput[],
    builder: GraphBuilder,
  ) {
    this.#statements = statements
    this.names = names
    this.inputs = inputs
    this.builder = builder
  }

  pipeline(pipeline: Pipeline, context: Context): void {
    const { stages, damaged } = pipeline
    this.#chain = []
    let flow: Flow = damaged ? undefined : this.#begin(pipeline, context)
    stages.forEach((stage, i) => {
      const before = stages[i - 1]
      flow = this.#stage(stage, flow, before?.span, context)
      if (damaged) flow = undefined
      const chain = { items: this.#chain, length: this.#chain.length }
      if (stage.as !== undefined) this.names.declare(stage.as, flow, chain)
    })
    const last = stages.at(-1)
    if (flow === undefined) this.incomplete = true
    if (last === undefined || damaged) return
    const hasLayer = stages.some(({ kind }) => kind !== 'source' && kind !== 'gather')
    if (hasLayer) this.ends.push({ pipeline, stage: last, name: last.as, flow })
    else if (!last.damaged) context.report(pipelineWithoutLayer(pipeline))
  }

  /** What flows into a pipeline that does not begin with a reference. */
  #begin({ stages: [first] }: Pipeline, { report }: Context): Flow {
    if (first === undefined || first.kind === 'source' || first.kind === 'gather') return undefined
    const [only, ...others] = this.inputs
    if (others.length > 0) {
      const names = this.inputs.flatMap(({ declared }) => declared?.name ?? [])
      report(inputUnclear(startOf(first), names))
      return undefined
    }
    if (only?.declared === undefined) return only === undefined ? undefined : [only.origin]
    const named = this.names.get(only.declared.name.text)
    if (named === undefined) return undefined
    named.used = true
    return named.flow
  }

  #stage(stage: Stage, flow: Flow, before: Span | undefined, context: Context): Flow {
    switch (stage.kind) {
      case 'source':
      case 'gather': {
        if (before !== undefined) context.report(referenceInside(stage.span, before))
        const references = stage.kind === 'source' ? [stage.reference] : stage.references
        const flows = references.map((reference) => this.names.flowOf(reference))
        return flows.includes(undefined) ? undefined : flows.flatMap((each) => each ?? [])
      }
      case 'same':
        return this.#same(stage, flow, context)
      case 'layer':
        return this.#layer(stage, flow, context)
      case 'branch':
        return this.#later(stage, 'branches (`branch`)', joined, context)
      case 'residual':
        return this.#later(stage, 'residual connections (`residual`)', inside, context)
      case 'repeat':
        return this.#later(stage, '`repeat`', writtenOut, context)
    }
  }

  #same(stage: Extract<Stage, { kind: 'same' }>, flow: Flow, context: Context): Flow {
    const { flow: out, made } = this.builder.same(stage, flow, context)
    if (out === undefined) this.#chain.push(undefined)
    else this.#chain.push(...made)
    return out
  }

  #later(stage: Stage, what: string, help: string, { report }: Context): undefined {
    if (!stage.damaged) report(notYet(startOf(stage), what, help))
    return this.#skip(stage)
  }

  /** Leaves a stage out; what it refers to counts as used. */
  #skip(stage: Stage): undefined {
    for (const reference of mentionedIn(stage).references) this.#use(reference)
    this.#chain.push(undefined)
    return undefined
  }

  #use(reference: string): void {
    const named = this.names.get(reference)
    if (named !== undefined) named.used = true
  }

  #layer(stage: LayerStage, flow: Flow, context: Context): Flow {
    const layer = this.#isForeign(stage)
      ? undefined
      : context.registry.find('layer', qualifiedName(stage))
    if (layer === undefined && !this.#isForeign(stage)) this.#unknown(stage, context)
    if (layer === undefined || stage.damaged) return this.#skip(stage)
    const made = this.builder.layer(stage, layer, flow, context)
    this.#chain.push(made)
    return made === undefined ? undefined : [outputOf(made)]
  }

  /** Whether the layer would come from a plugin or a block, which was said where that is declared. */
  #isForeign({ name, qualifier }: LayerStage): boolean {
    const { layers, qualifiers } = this.#statements.foreign
    return qualifier === undefined ? layers.has(name.text) : qualifiers.has(qualifier.text)
  }

  #unknown({ name, qualifier }: LayerStage, { registry, report, crowded }: Context): void {
    if (qualifier !== undefined) {
      const span = { start: qualifier.span.start, end: name.span.end }
      report(unknownQualifier(span, qualifier.text, name.text))
    } else if (comesLater('layer', name.text)) {
      report(notYet(name.span, `layer ${quote(name.text)}`, untilThen('layer', name.text)))
    } else if (!this.#statements.foreign.any) {
      const names = crowded() ? [] : registry.names('layer')
      const [, start = '', digits = ''] = /^([A-Za-z-]*[A-Za-z])[-_]?(\d+)$/.exec(name.text) ?? []
      report(
        names.includes(start)
          ? joinedNumber(name.span, name.text, `${start} ${digits}`)
          : unknownPlugin('layer', name.span, name.text, names),
      )
    }
  }
}

const qualifiedName = ({ name, qualifier }: LayerStage): string =>
  qualifier === undefined ? name.text : `${qualifier.text}.${name.text}`

/** The word that a stage begins with. */
function startOf(stage: Stage): Span {
  if (stage.kind === 'layer')
    return { start: (stage.qualifier ?? stage.name).span.start, end: stage.name.span.end }
  const length = stage.kind === 'source' || stage.kind === 'gather' ? 1 : stage.kind.length
  const { start } = stage.span
  return { start, end: Math.min(start + length, stage.span.end) }
}

/** The graph's inputs: those that are declared, or the one that is not. */
export const graphInputs = ({ inputs }: Pipelines): GraphInput[] => inputs.map(({ input }) => input)
