import type { GraphInput, RawCall } from '@chainrule/core'
import {
  type Argument,
  type Block,
  type Body,
  type Doc,
  type Layer as LayerStage,
  layerName,
  type Name,
  type Pipeline,
  type Span,
  type Stage,
} from '../ast.ts'
import type { DataFacts } from '../experiment.ts'
import type { Context } from './context.ts'
import type { Flow, Made } from './flow.ts'
import { bracesOptions } from './generic-options.ts'
import { GraphBuilder, outputOf, type Placement } from './graph-builder.ts'
import { type ModelInput, modelInputs } from './graph-inputs.ts'
import type { DeclaredInput } from './inputs.ts'
import { blockInItself } from './name-errors.ts'
import { Names } from './names.ts'
import { blockCall, copiesOf, readBody, uncalledContext } from './nested.ts'
import {
  emptyBraces,
  inputUnclear,
  pipelineLost,
  pipelineWithoutLayer,
  referenceInside,
} from './pipeline-errors.ts'
import { flowsOfCopies, groupName, onlyBlock } from './repeat.ts'
import type { KnownBlock } from './scope.ts'
import type { Placed, Statements } from './statements.ts'
import { mentionedIn } from './survey.ts'
import { unknownLayer } from './unknown-layer.ts'

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
  /** `///` lines of pipelines and blocks, by the node that begins them. */
  readonly docs: ReadonlyMap<string, string>
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

type ResolverClass<P> = new (...args: ConstructorParameters<typeof PipelineResolver>) => P

/** Resolves the pipelines of a model, from top to bottom. */
export function resolvePipelines<P extends PipelineResolver>(
  statements: Statements,
  options: PipelineOptions,
  Resolver: ResolverClass<P>,
): P {
  const { declared, facts, init, contextOf } = options
  const { pipelines } = statements
  const scope = statements.scopes[0] ?? pipelines[0]?.scope
  if (scope === undefined) throw new Error('internal: a file without a scope')
  const context = contextOf({ scope })
  const names = new Names(
    context,
    pipelines.map(({ node }) => node),
  )
  const inputs = modelInputs(
    declared,
    { facts, hasData: statements.directives('data').length > 0 },
    context.report,
  )
  for (const { declared: input, origin } of inputs) {
    if (input !== undefined) names.declare(input.name, knownInput(input, origin), undefined)
  }
  const resolver = new Resolver(statements, names, inputs, new GraphBuilder(init))
  for (const { node, scope: own } of pipelines) resolver.pipeline(node, contextOf({ scope: own }))
  for (const block of statements.blocks) resolver.uncalled(block, contextOf(block))
  return resolver
}

/** The tensor of an input; not known where its declaration was wrong. */
const knownInput = ({ shape }: DeclaredInput, origin: ModelInput['origin']): Flow =>
  shape === undefined ? undefined : [origin]

/** Where a pipeline stands: what its layers are called after, and the blocks whose braces are around it. */
export interface Place extends Placement {
  readonly context: Context
  readonly blocks: readonly Block[]
  /** The block that stands here is all of a `repeat`, so that it is called after the copy. */
  readonly isCopy?: boolean
}

/** How many stages may be read that make no node, beside a few for each that does. */
const maxIdle = 100_000
const stagesForNode = 4

export class PipelineResolver implements Pipelines {
  readonly ends: End[] = []
  readonly inputs: readonly ModelInput[]
  readonly names: Names
  readonly builder: GraphBuilder
  readonly docs = new Map<string, string>()
  incomplete = false
  readonly #documented = new Set<Doc>()
  readonly #statements: Statements
  #visited = 0
  /** Stages of which it was said that their layer is unknown: those of a block come wherever it is called. */
  readonly #unknownStages = new Set<LayerStage>()
  readonly #called = new Set<Block>()
  /** What the copies of a named `repeat` hand on. */
  readonly #copies = new Map<Stage, Flow[]>()
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
    const place: Place = { names: this.names, prefix: '', context, blocks: [] }
    const flow = this.#stages(pipeline, damaged ? undefined : this.#begin(pipeline, context), place)
    const last = stages.at(-1)
    if (flow === undefined) this.incomplete = true
    if (last === undefined || damaged) return
    const hasLayer = stages.some(({ kind }) => kind !== 'source' && kind !== 'gather')
    if (hasLayer) this.ends.push({ pipeline, stage: last, name: last.as, flow })
    else if (!last.damaged) context.report(pipelineWithoutLayer(pipeline))
  }

  /** Reads the braces of a block that no pipeline names: what is given to it is not known. */
  uncalled({ node, scope }: KnownBlock, context: Context): void {
    if (this.#called.has(node)) return
    const inner = uncalledContext(node, scope, context)
    // What a reference finds depends on where the block is called.
    const names = new Names({ ...context, damaged: true }, [], this.names)
    const prefix = `${node.name.text}.`
    this.#body(node.body, undefined, { names, prefix, context: inner, blocks: [node] })
  }

  /** What the last stage of a pipeline hands on. */
  #stages({ stages, damaged, doc }: Pipeline, begin: Flow, place: Place): Flow {
    const around = this.#chain
    const items: (Made | undefined)[] = []
    this.#chain = items
    let flow = begin
    let start = begin
    stages.forEach((stage, i) => {
      const own = items.length
      flow = this.stage(stage, flow, stages[i - 1]?.span, place)
      if (i === 0 && (stage.kind === 'source' || stage.kind === 'gather')) start = flow
      if (damaged) flow = undefined
      const chain = { items, length: items.length, own, start, end: flow }
      if (stage.as !== undefined)
        place.names.declare(stage.as, flow, chain, this.#copies.get(stage))
    })
    this.#document(doc, items[0])
    for (const item of items) around.push(item)
    this.#chain = around
    return flow
  }

  /** Remembers what is said of a pipeline or a block at its first node; of copies at that of the first. */
  #document(doc: Doc | undefined, first: Made | undefined): void {
    if (doc === undefined || first === undefined || this.#documented.has(doc)) return
    this.#documented.add(doc)
    const inner = this.docs.get(first.node.name)
    this.docs.set(first.node.name, inner === undefined ? doc.text : `${doc.text}\n${inner}`)
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

  /** What a stage hands on; an observer overrides it. */
  protected stage(stage: Stage, flow: Flow, before: Span | undefined, place: Place): Flow {
    // Blocks within blocks may double again and again, also where nothing is made of them.
    if (++this.#visited > maxIdle + stagesForNode * this.builder.nodes.length)
      this.builder.refuseCopies(stage.span, maxIdle, place.context)
    if (this.builder.isFull) return undefined
    switch (stage.kind) {
      case 'source':
      case 'gather': {
        if (before !== undefined) place.context.report(referenceInside(stage.span, before))
        const references = stage.kind === 'source' ? [stage.reference] : stage.references
        const flows = references.map((reference) => place.names.flowOf(reference))
        return flows.includes(undefined) ? undefined : flows.flatMap((each) => each ?? [])
      }
      case 'same':
        return this.#same(stage, flow, place)
      case 'layer':
        return this.#layer(stage, flow, place)
      case 'branch':
        return this.#branch(stage, flow, place)
      case 'residual':
        return this.#residual(stage, flow, place)
      case 'repeat':
        return this.#repeat(stage, flow, place)
    }
  }

  #same(stage: Extract<Stage, { kind: 'same' }>, flow: Flow, place: Place): Flow {
    const { flow: out, made } = this.builder.same(stage, flow, place.context, place)
    if (out === undefined) this.#chain.push(undefined)
    else this.#chain.push(...made)
    return out
  }

  // Braces

  /** What each pipeline inside braces hands on; each begins with what flows into the braces. */
  #body(body: Body, flow: Flow, outer: Place): Flow[] {
    const { pipelines, context } = readBody(body, outer.context)
    const place = { ...outer, context, names: outer.names.inside(pipelines) }
    return pipelines.map((pipeline) => {
      const [first] = pipeline.stages
      const refers = first?.kind === 'source' || first?.kind === 'gather'
      return this.#stages(pipeline, refers || pipeline.damaged ? undefined : flow, place)
    })
  }

  /** One tensor for each pipeline. */
  #branch(stage: Extract<Stage, { kind: 'branch' }>, flow: Flow, place: Place): Flow {
    const arms = this.#body(stage.body, flow, place)
    if (arms.length === 0 && !stage.damaged) place.context.report(emptyBraces(startOf(stage)))
    if (arms.length === 0 || arms.includes(undefined)) return this.#unknownFlow()
    return arms.flatMap((arm) => arm ?? [])
  }

  /** The result of braces that hand on one flow: that of their last pipeline. */
  #last(stage: Extract<Stage, { body: Body }>, flow: Flow, place: Place): Flow {
    const flows = this.#body(stage.body, flow, place)
    if (flows.length === 0 && !stage.damaged) place.context.report(emptyBraces(startOf(stage)))
    reportLost(stage.body, place.context)
    return flows.at(-1)
  }

  #residual(stage: Extract<Stage, { kind: 'residual' }>, flow: Flow, place: Place): Flow {
    const { context } = place
    const inner = this.#last(stage, flow, this.#within(stage, place))
    const add = context.registry.find('layer', 'add')
    if (inner === undefined || flow === undefined) return this.#unknownFlow()
    if (add === undefined) throw new Error('internal: `residual` needs the layer `add`')
    const name = { kind: 'name', span: startOf(stage), text: 'add' } as const
    const { span, as, damaged } = stage
    const written = { kind: 'layer', span, as, damaged, name, arguments: [] } as const
    const made = this.builder.layer(
      { ...written, qualifier: undefined },
      add,
      [...inner, ...flow],
      context,
      place,
    )
    this.#chain.push(made)
    return made === undefined ? undefined : [outputOf(made)]
  }

  #repeat(stage: Extract<Stage, { kind: 'repeat' }>, flow: Flow, place: Place): Flow {
    const copies = copiesOf(stage, place.context)
    if (copies === undefined) {
      this.#last(stage, undefined, place)
      return this.#unknownFlow()
    }
    const block = onlyBlock(stage.body, place.context)
    const group = groupName(stage, block ?? 'repeat', place, this.builder)
    const inside = { ...this.#within(stage, place), isCopy: block !== undefined }
    const results = flowsOfCopies(copies, group, flow, (each, prefix) =>
      this.#last(stage, each, { ...inside, prefix }),
    )
    if (stage.as !== undefined) this.#copies.set(stage, results)
    return results.at(-1)
  }

  /** What the options of braces say of all layers within. */
  #within(stage: Extract<Stage, { options: readonly Argument[] }>, place: Place): Place {
    const { kind, options } = stage
    if (options.length === 0) return place
    const generic = bracesOptions(kind, options, startOf(stage), place.generic, place.context)
    return generic === undefined ? place : { ...place, generic }
  }

  /** `cell 16 rate=20%`: the layers of the block's braces. */
  #block(stage: LayerStage, block: KnownBlock, flow: Flow, place: Place): Flow {
    const { name, body } = block.node
    this.#called.add(block.node)
    if (place.blocks.includes(block.node)) {
      place.context.report(blockInItself(stage.name.span, name))
      return this.#unknownFlow()
    }
    const call = blockCall(block.node, block.scope, stage, place)
    if (call === undefined) return this.#unknownFlow()
    // A block that is all of a `repeat` is called after the copy already.
    const prefix = place.isCopy
      ? place.prefix
      : `${groupName(stage, name.text, place, this.builder)}.`
    const blocks = [...place.blocks, block.node]
    const inner = { ...place, ...call, prefix, blocks, isCopy: false }
    const before = this.#chain.length
    const flows = this.#body(body, flow, inner)
    this.#document(block.node.doc, this.#chain[before])
    if (flows.length === 0 && !block.node.damaged) place.context.report(emptyBraces(name.span))
    reportLost(body, place.context)
    return flows.at(-1)
  }

  /** Nothing is known of what flows on, which was said. */
  #unknownFlow(): undefined {
    this.#chain.push(undefined)
    return undefined
  }

  /** Leaves a stage out; what it refers to counts as used. */
  #skip(stage: Stage, { names }: Place): undefined {
    for (const reference of mentionedIn(stage).references) {
      const named = names.get(reference)
      if (named !== undefined) named.used = true
    }
    return this.#unknownFlow()
  }

  #layer(stage: LayerStage, flow: Flow, place: Place): Flow {
    const { context } = place
    const block = context.scope.block(layerName(stage))
    if (block !== undefined) return this.#block(stage, block, flow, place)
    const layer = this.#isForeign(stage)
      ? undefined
      : context.registry.find('layer', layerName(stage))
    if (layer === undefined && !this.#isForeign(stage)) this.#unknown(stage, context)
    if (layer === undefined || stage.damaged) return this.#skip(stage, place)
    const made = this.builder.layer(stage, layer, flow, context, place)
    this.#chain.push(made)
    return made === undefined ? undefined : [outputOf(made)]
  }

  /** Whether the layer would come from a plugin or a block, which was said where that is declared. */
  #isForeign({ name, qualifier }: LayerStage): boolean {
    const { layers, qualifiers } = this.#statements.foreign
    return qualifier === undefined ? layers.has(name.text) : qualifiers.has(qualifier.text)
  }

  #unknown(stage: LayerStage, context: Context): void {
    if (this.#unknownStages.has(stage)) return
    this.#unknownStages.add(stage)
    const problem = unknownLayer(stage, context, this.names, this.#statements.foreign.any)
    if (problem !== undefined) context.report(problem)
  }
}

/** Of braces that hand on one flow only the last pipeline counts; of those above, what later ones read by its name. */
function reportLost({ statements }: Body, { report }: Context): void {
  const pipelines = statements.filter((statement) => statement.kind === 'pipeline')
  for (const { stages, damaged } of pipelines.slice(0, -1)) {
    const last = stages.at(-1)
    if (last !== undefined && last.as === undefined && !damaged)
      report(pipelineLost(last.span, pipelines.at(-1)?.span))
  }
}

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
