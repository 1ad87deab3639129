/**
 * The layer graph: what the language resolves a text to, and what a program is traced from. Plain data but for the
 * layers themselves. A node is an instance with its inputs; one instance may stand in several nodes, with one set of
 * weights.
 */
import { B, ChainruleError, formatShape, type Shape, sameShape } from '@chainrule/program'
import type { Config } from './configured.ts'
import { graphInvalid } from './errors.ts'
import type { Layer, ParameterSpec, StatisticSpec } from './layer.ts'
import type { Loss } from './loss.ts'
import type { Penalty } from './penalty.ts'
import { resolveTies, type TiedParameter } from './ties.ts'

/** An input of the model, as the data gives it. */
export interface GraphInput {
  readonly name: string
  /** Of one row. */
  readonly shape: readonly number[]
  /** As the data set stores it; `u8` becomes float when it is read. */
  readonly dtype: 'f32' | 'i32' | 'u8' | 'bool'
  /** Float inputs are read as (x - mean) / deviation. */
  readonly normalise?: { readonly mean: number; readonly deviation: number }
}

/** How a graph's input stores what a layer's input is declared as. */
export const storedDType = { float: 'f32', integer: 'i32', boolean: 'bool' } as const

/** An input of the graph, or an output of a node: `h` where none is named. */
export type ValueRef =
  | { readonly input: string }
  | { readonly node: string; readonly output?: string }

/** A layer with its configuration and one set of parameters. */
export interface LayerInstance {
  readonly name: string
  readonly layer: Layer
  readonly config: Config
  /** Training leaves its parameters and running values as they are; with the latter it also computes. */
  readonly freeze?: boolean
  /** The penalty l1 · Σ|w| on parameters that decay, instead of the graph's own on them. */
  readonly l1?: number
  /** The penalty l2 · Σw² on parameters that decay, instead of the graph's own on them. */
  readonly l2?: number
  /** Parameters that are another's, by the name that the layer has for each. */
  readonly ties?: Readonly<Record<string, ParameterRef>>
}

/** A parameter of an instance. */
export interface ParameterRef {
  readonly instance: string
  readonly parameter: string
}

/** A place where an instance stands in the graph, with what it reads. */
export interface GraphNode {
  readonly name: string
  /** The name of its instance. */
  readonly instance: string
  /** In the order of the layer's inputs; `undefined` for an optional one that is left out. */
  readonly inputs: readonly (ValueRef | undefined)[]
}

/** An output of the model, and what it is trained for. */
export interface GraphHead {
  readonly name: string
  readonly from: ValueRef
  readonly loss?: Loss
  /** λ in L = Σ λ_head L_head; 1 where left out. */
  readonly lossWeight?: number
  /** Number targets are trained as (y - mean) / deviation and reported in their own units. */
  readonly standardise?: boolean
  /** Class targets come as weights over the classes instead of an index. */
  readonly oneHot?: boolean
  /** What its classes are called, for reports. */
  readonly classes?: readonly string[]
  /**
   * How much each class counts in the loss; of a target of yes or no first no, then yes. Metrics take the classes as they
   * are.
   */
  readonly classWeights?: readonly number[]
  /** Each place of the output's leading axes has a weight of its own, an input of the program. */
  readonly weighted?: boolean
}

/** A model as layers that are joined, and what each output is trained for. */
export interface LayerGraph {
  readonly inputs: readonly GraphInput[]
  readonly instances: readonly LayerInstance[]
  /** In an order in which a node comes after those that it reads. */
  readonly nodes: readonly GraphNode[]
  readonly heads: readonly GraphHead[]
  /** What is added to the loss for large parameters; those that reach the same one add. */
  readonly penalties?: readonly Penalty[]
}

/** A node with what its layer says about it. */
export interface ShapedNode {
  readonly node: GraphNode
  readonly instance: LayerInstance
  readonly inputShapes: readonly (Shape | undefined)[]
  readonly outputShapes: Readonly<Record<string, Shape>>
}

/** An instance with the parameters and running values that its layer describes. */
export interface ShapedInstance {
  readonly instance: LayerInstance
  /** Its own parameters. */
  readonly parameters: Readonly<Record<string, ParameterSpec>>
  /** Those that are another's. */
  readonly tied: Readonly<Record<string, TiedParameter>>
  readonly statistics: Readonly<Record<string, StatisticSpec>>
}

/** A graph whose every shape is known. */
export interface ShapedGraph {
  readonly graph: LayerGraph
  readonly nodes: readonly ShapedNode[]
  readonly instances: readonly ShapedInstance[]
  shapeOf(ref: ValueRef): Shape
}

/** The key of a value among the values of a graph. */
export function refKey(ref: ValueRef): string {
  return 'input' in ref ? `@${ref.input}` : `${ref.node}.${ref.output ?? 'h'}`
}

/**
 * Infers every shape of a graph and what each instance keeps.
 *
 * Errors     shape-mismatch, graph-invalid
 */
export function inferShapes(graph: LayerGraph): ShapedGraph {
  const shapes = new Map<string, Shape>()
  for (const { name, shape } of graph.inputs) shapes.set(refKey({ input: name }), [B, ...shape])
  const shapeOf = (ref: ValueRef): Shape => {
    const shape = shapes.get(refKey(ref))
    if (shape === undefined) throw graphInvalid(`nothing in the graph is called \`${refKey(ref)}\``)
    return shape
  }
  const byName = new Map(graph.instances.map((instance) => [instance.name, instance]))
  const shaped = new Map<string, ShapedInstance>()
  const nodes = graph.nodes.map((node): ShapedNode => {
    const instance = byName.get(node.instance)
    if (instance === undefined)
      throw graphInvalid(`\`${node.name}\` names no instance: \`${node.instance}\``)
    const inputShapes = node.inputs.map((ref) => (ref === undefined ? undefined : shapeOf(ref)))
    checkInputCount(node, instance.layer)
    const outputShapes = instance.layer.shape(instance.config, inputShapes)
    for (const [output, shape] of Object.entries(outputShapes)) {
      shapes.set(refKey({ node: node.name, output }), shape)
    }
    keepInstance(shaped, instance, inputShapes)
    return { node, instance, inputShapes, outputShapes }
  })
  return { graph, nodes, instances: resolveTies(shaped), shapeOf }
}

function checkInputCount(node: GraphNode, layer: Layer): void {
  const least = layer.minimumInputs ?? layer.inputs.filter((spec) => spec.optional !== true).length
  const most = layer.minimumInputs === undefined ? layer.inputs.length : Number.POSITIVE_INFINITY
  const given = node.inputs.length
  if (given >= least && given <= most) return
  const takes =
    least === most ? `${least}` : `from ${least}${Number.isFinite(most) ? ` to ${most}` : ''}`
  throw new ChainruleError(
    'shape-mismatch',
    `\`${node.name}\` takes ${takes} inputs, but got ${given}`,
  )
}

function keepInstance(
  shaped: Map<string, ShapedInstance>,
  instance: LayerInstance,
  inputShapes: readonly (Shape | undefined)[],
): void {
  const parameters: Record<string, ParameterSpec> = {}
  for (const [name, spec] of Object.entries(instance.layer.init(instance.config, inputShapes)))
    if (spec !== undefined) parameters[name] = spec
  const known = shaped.get(instance.name)
  if (known === undefined) {
    const statistics = instance.layer.statistics(instance.config, inputShapes)
    shaped.set(instance.name, { instance, parameters, tied: {}, statistics })
    return
  }
  for (const [name, spec] of Object.entries(parameters)) {
    const first = known.parameters[name]
    if (first !== undefined && sameShape(first.shape, spec.shape)) continue
    const [here, before] = [spec.shape, first?.shape ?? []].map(formatShape)
    throw new ChainruleError(
      'shape-mismatch',
      `\`${instance.name}\` stands in several places that need different weights: \`${name}\` is ${before} and ${here}`,
      { help: 'give it inputs of one size, or layers of their own' },
    )
  }
}
