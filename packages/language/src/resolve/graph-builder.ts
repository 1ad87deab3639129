import {
  type GraphNode,
  type Layer,
  type LayerInstance,
  type ParameterSpec,
  type RawCall,
  refKey,
  type ValueRef,
} from '@chainrule/core'
import type { Layer as LayerStage, Name, Same, Span } from '../ast.ts'
import { quote } from '../quote.ts'
import { type Given, given, type ReadArguments, type Subject } from './arguments.ts'
import type { Context } from './context.ts'
import {
  activationName,
  type Chain,
  type Flow,
  furtherOutput,
  type Made,
  type Origin,
} from './flow.ts'
import { type Generic, genericFields, genericOptions } from './generic-options.ts'
import { checkIndices } from './index-range.ts'
import { constantLayer } from './last-layer.ts'
import { type Names, unknownPart } from './names.ts'
import {
  noActivation,
  sameMismatch,
  sameWithoutLayers,
  tooManyCopies,
  tooManyLayers,
} from './pipeline-errors.ts'
import { readArguments } from './plugins.ts'
import { fitsWeights, inferLayer } from './shapes.ts'
import { type Built, splitTie, type Tie, tiesOf } from './tied-weights.ts'

const maxNodes = 100_000

/** Where in the text a layer stands: the names that are seen there, and what its own name begins with. */
export interface Placement {
  readonly names: Names
  /** `cell.0.` inside the first copy of a `repeat`; empty outside of braces. */
  readonly prefix: string
  /** What the braces around it say of all layers within. */
  readonly generic?: Generic
}

/** Makes the nodes and instances of a graph, one stage after the other. */
export class GraphBuilder implements Built {
  readonly nodes: GraphNode[] = []
  readonly instances: LayerInstance[] = []
  /** Where the text gives each instance. */
  readonly places = new Map<string, Span>()
  /** What each instance keeps, those that are tied among them; missing where shapes are not known. */
  readonly parameters = new Map<string, Readonly<Record<string, ParameterSpec>>>()
  /** What weights are drawn by where a layer does not say. */
  readonly #init: RawCall | undefined
  readonly #subjects = new Map<Layer, { subject: Subject; drawn: readonly string[] }>()
  readonly #ordinals = new Map<string, number>()
  readonly #copies = new Map<string, number>()
  readonly #taken = new Set<string>()
  readonly #byName = new Map<string, LayerInstance>()
  /** Layers of which it was said that they lack an activation, or have one that makes them constant. */
  readonly #judged = new Set<Made>()
  #isFull = false

  constructor(init: RawCall | undefined) {
    this.#init = init
  }

  /** A layer with weights of its own. `undefined` where something is wrong, which was said. */
  layer(
    stage: LayerStage,
    layer: Layer,
    inputs: Flow,
    context: Context,
    { names, prefix, generic: around }: Placement,
  ): Made | undefined {
    const { args, tie } = splitTie(stage.arguments, layer.name, context)
    const read = this.#arguments({ ...stage, arguments: args }, layer, tie, context)
    if (read.config === undefined || inputs === undefined) return undefined
    const { own, generic } = genericOptions(read.config, around)
    const inferred = inferLayer(layer, own, stage, inputs, context)
    if (inferred === undefined || !this.#hasRoom(stage.name.span, context)) return undefined
    const { parameters } = inferred
    const tied = { stage, parameters, freeze: generic.freeze }
    const ties = tie === undefined ? {} : tiesOf(tie, tied, this, names, context)
    if (ties === undefined) return undefined
    const name = this.#unused(
      `${prefix}${stage.as?.text ?? this.#ordinalName(stage.name.text, prefix, names)}`,
    )
    const instance = {
      name,
      layer,
      config: own,
      ...generic,
      ...(tie === undefined ? {} : { ties }),
    }
    const node = { name, instance: name, inputs: inferred.refs }
    this.instances.push(instance)
    this.#byName.set(name, instance)
    this.places.set(name, stage.span)
    if (parameters !== undefined) this.parameters.set(name, parameters)
    this.nodes.push(node)
    const { written } = read
    const made = { stage, layer, instance, node, inputs, shapes: inferred.shapes, written }
    this.#checkActivation(made, context)
    checkIndices(made, context.report)
    return made
  }

  readonly instance = (name: string): LayerInstance | undefined => this.#byName.get(name)

  #arguments(
    { name, arguments: args }: LayerStage,
    layer: Layer,
    tie: Tie | undefined,
    context: Context,
  ): ReadArguments {
    const { subject, drawn } = this.#subjectOf(layer)
    const list = given(args)
    const init = this.#init
    if (init !== undefined) {
      const written = new Set(args.map((argument) => argument.name?.text))
      if (tie !== undefined) written.add(tie.argument.name?.text)
      const left = drawn.filter((option) => !written.has(option))
      list.push(...left.map((option) => givenOption(option, init, name.span)))
    }
    return readArguments(subject, list, name.span, context)
  }

  /** What a layer takes, and which of its options say how weights are drawn; the same for all its stages. */
  #subjectOf(layer: Layer): { readonly subject: Subject; readonly drawn: readonly string[] } {
    const known = this.#subjects.get(layer)
    if (known !== undefined) return known
    const options = { ...layer.options, ...genericFields }
    const subject = { name: layer.name, arguments: layer.arguments, options, isLayer: true }
    const found = { subject, drawn: initializerOptions(layer) }
    this.#subjects.set(layer, found)
    return found
  }

  /** `cell1`, `repeat1`: what the layers of a construct are called after. */
  groupName(kind: string, { names, prefix }: Placement): string {
    return `${prefix}${this.#ordinalName(kind, prefix, names)}`
  }

  /** `dense1`, `relu1`, `dense2`; names that the text gives are left out. */
  #ordinalName(layer: string, prefix: string, names: Names): string {
    const key = `${prefix}${layer}`
    let ordinal = this.#ordinals.get(key) ?? 0
    do ordinal++
    while (names.isTaken(`${layer}${ordinal}`))
    this.#ordinals.set(key, ordinal)
    return `${layer}${ordinal}`
  }

  /** A name that stands in several braces is told apart by a number. */
  #unused(name: string): string {
    let [free, copy] = [name, 1]
    while (this.#taken.has(free)) free = `${name}.${++copy}`
    this.#taken.add(free)
    return free
  }

  #hasRoom(span: Span, context: Context): boolean {
    if (this.nodes.length < maxNodes) return true
    if (!this.#isFull) context.report(tooManyLayers(span, maxNodes))
    this.#isFull = true
    return false
  }

  /** Says once that braces are copied without end, though no layers come of it. */
  refuseCopies(span: Span, limit: number, { report }: Context): void {
    if (!this.#isFull) report(tooManyCopies(span, limit))
    this.#isFull = true
  }

  /** Whether it was said that the model is too large, so that nothing more is made. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** Two dense layers without anything between them do what one does; a softmax of one number says nothing to the next layer. */
  #checkActivation(made: Made, { report, registry }: Context): void {
    const before = made.inputs[0]?.made
    if (before === undefined || this.#judged.has(before)) return
    const isBare =
      made.layer.name === 'dense' &&
      before.layer.name === 'dense' &&
      !before.written.has('activation') &&
      activationName(before) === 'linear'
    const found = isBare ? noActivation(before.stage) : constantLayer(before, registry)
    if (found === undefined) return
    this.#judged.add(before)
    report(found)
  }

  /** `same @enc`: new nodes for the layers of a pipeline up to where it is named; with `as` those of `enc` get that name. */
  same(
    { reference, as }: Same,
    flow: Flow,
    context: Context,
    { names, prefix }: Placement,
  ): { flow: Flow; made: Made[] } {
    const found = names.find(reference)
    const nothing = { flow: undefined, made: [] }
    if (found === undefined || flow === undefined) return nothing
    if (reference.path.length > 0) {
      context.report(unknownPart(reference, { ...found, copies: [] }))
      return nothing
    }
    if (found.chain === undefined) {
      context.report(sameWithoutLayers(reference))
      return nothing
    }
    const rename =
      as === undefined
        ? undefined
        : (instance: string) => renamed(instance, reference.name.text, `${prefix}${as.text}`)
    return this.#again(found.chain, flow, reference.span, context, rename) ?? nothing
  }

  #again(
    { items, length, own, start, end }: Chain,
    given: readonly Origin[],
    span: Span,
    context: Context,
    rename: ((instance: string) => string | undefined) | undefined,
  ): { flow: Flow; made: Made[] } | undefined {
    const [first] = items
    if (start === undefined || end === undefined || first === undefined) return undefined
    if (start.length !== given.length) {
      context.report(sameMismatch(span, first, given[0]?.shape))
      return undefined
    }
    // What each tensor of the piece is in the copy; others, from outside of it, stay what they are.
    const instead = new Map(start.map(({ ref }, i) => [refKey(ref), given[i]]))
    const copied = (origin: Origin): Origin => instead.get(refKey(origin.ref)) ?? origin
    const copies: Made[] = []
    for (let i = 0; i < length; i++) {
      const item = items[i]
      if (item === undefined || !this.#hasRoom(span, context)) return undefined
      const name = i < own ? undefined : rename?.(item.instance.name)
      const copy = this.#copy(item, item.inputs.map(copied), { span, name }, context)
      if (copy === undefined) return undefined
      for (const output of ['h', ...item.layer.outputs]) {
        const origin = outputOf(copy, span)
        const old = output === 'h' ? { node: item.node.name } : { node: item.node.name, output }
        instead.set(refKey(old), output === 'h' ? origin : furtherOutput(origin, copy, output))
      }
      copies.push(copy)
    }
    return { flow: end.map(copied), made: copies }
  }

  /** A node more for the instance of an item, called `name` where the text gives it one. */
  #copy(
    item: Made,
    inputs: readonly Origin[],
    { span, name: given }: { readonly span: Span; readonly name: string | undefined },
    context: Context,
  ): Made | undefined {
    const { instance, layer, stage } = item
    const inferred = inferLayer(layer, instance.config, stage, inputs, context)
    if (inferred === undefined) return undefined
    if (!fitsWeights(item, inputs)) {
      context.report(sameMismatch(span, item, inputs[0]?.shape))
      return undefined
    }
    const name = given === undefined ? this.#copyName(instance.name) : this.#unused(given)
    const node = { name, instance: instance.name, inputs: inferred.refs }
    this.nodes.push(node)
    return { ...item, node, inputs, shapes: inferred.shapes }
  }

  /** No text can give a name with this sign in it. */
  #copyName(instance: string): string {
    const copy = (this.#copies.get(instance) ?? 1) + 1
    this.#copies.set(instance, copy)
    return `${instance}#${copy}`
  }
}

/** `left.inner` as a part of `right`; `undefined` for what has no part called `from`. */
function renamed(instance: string, from: string, to: string): string | undefined {
  const parts = instance.split('.')
  const at = parts.indexOf(from)
  return at === -1 ? undefined : [to, ...parts.slice(at + 1)].join('.')
}

/** The tensor that a node hands on. */
export function outputOf(made: Made, span: Span = made.stage.span): Origin {
  const ref: ValueRef = { node: made.node.name }
  const from = quote(made.layer.name)
  return { ref, shape: made.shapes?.['h'], dtype: 'float', span, from, made }
}

function initializerOptions({ options }: Layer): string[] {
  return Object.keys(options).filter((name) => options[name]?.schema['kind'] === 'initializer')
}

/** An option as if it were written behind the layer's own arguments. */
function givenOption(option: string, raw: RawCall, span: Span): Given {
  const name: Name = { kind: 'name', span, text: option }
  return { argument: { kind: 'argument', span, name, value: { kind: 'missing', span } }, raw }
}
