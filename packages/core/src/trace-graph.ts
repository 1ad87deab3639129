/**
 * A graph traced forward and backward. Backward visits the nodes in reverse; each layer's own `backward`, or the one
 * derived from its `forward`, turns ∂L/∂h^n into ∂L/∂g^n, ∂L/∂h^(n-1) and ∂L/∂W^n (eq. 75–77). Gradients that meet, at
 * a value with several readers or at weights in several nodes, add.
 */
import {
  backpropagate,
  formatShape,
  type Ops,
  type Shape,
  sameShape,
  type Tensor,
  type ValueId,
} from '@chainrule/program'
import type { Config } from './configured.ts'
import { pluginGradient, pluginShape, pluginStatistic } from './errors.ts'
import {
  type GraphInput,
  refKey,
  type ShapedGraph,
  type ShapedInstance,
  type ShapedNode,
  type ValueRef,
} from './graph.ts'
import { type Joined, type LayerOps, layerOps } from './joined.ts'
import type { ForwardResult, Layer, LayerContext, LayerGradients, SeenParameters } from './layer.ts'
import { type RandomState, randomSource } from './random-source.ts'
import { floatState, inputTensor, parameterName, statisticName } from './state-names.ts'

type Context = LayerContext<Config, string>

/** A node as it was traced. */
export interface TracedNode {
  readonly shaped: ShapedNode
  readonly parameters: Readonly<Record<string, Tensor>>
  readonly seen: SeenParameters
  readonly inputs: readonly (Tensor | undefined)[]
  readonly context: Context
  readonly result: ForwardResult<unknown, string, Config>
  /** Where the node's instructions begin. */
  readonly since: ValueId
}

/** A graph after its forward was traced: its nodes, values and new running values. */
export interface TracedGraph {
  readonly nodes: readonly TracedNode[]
  readonly instances: readonly ShapedInstance[]
  readonly value: (ref: ValueRef) => Tensor
  /** New running values by state name. */
  readonly statistics: Readonly<Record<string, Tensor>>
}

/** What backward found. */
export interface GraphGradients {
  /** ∂L/∂W by state name; parameters that no head depends on have none. */
  readonly parameters: ReadonlyMap<string, Tensor>
  /** By node name: what arrived and what its backward gave. */
  readonly nodes: ReadonlyMap<string, NodeGradients>
}

/** The gradients that arrived at a node, and those that its backward gave. */
export interface NodeGradients {
  /** ∂L/∂h^n. */
  readonly dh: Tensor
  /** The gradients of further outputs by name. */
  readonly outputs: Readonly<Record<string, Tensor>>
  readonly gradients: LayerGradients
}

/** Traces every node's `forward`. */
export function traceForward(
  ops: Ops,
  shaped: ShapedGraph,
  random: RandomState,
  training: boolean,
): TracedGraph {
  const vocabulary = layerOps(ops)
  const values = new Map<string, Tensor>()
  const statistics: Record<string, Tensor> = {}
  for (const input of shaped.graph.inputs)
    values.set(refKey({ input: input.name }), readInput(ops, input))
  const value = (ref: ValueRef): Tensor => {
    const tensor = values.get(refKey(ref))
    if (tensor === undefined)
      throw new Error(`internal: \`${refKey(ref)}\` is read before it is traced`)
    return tensor
  }
  const kept = new Map(shaped.instances.map((instance) => [instance.instance.name, instance]))
  let site = 1 // 0 and below belong to the initializers
  const nodes = shaped.nodes.map((node): TracedNode => {
    const name = node.node.name
    return ops.trace.within(`${name}/forward`, () => {
      const since = ops.trace.instructions.length
      const { layer, config } = node.instance
      const instance = kept.get(node.instance.name)
      if (instance === undefined) throw new Error(`internal: no instance \`${node.instance.name}\``)
      const parameters = readParameters(ops, instance)
      const running = Object.fromEntries(
        Object.entries(instance.statistics).map(([statistic, spec]) => [
          statistic,
          statistics[statisticName(node.instance.name, statistic)] ??
            floatState(ops, statisticName(node.instance.name, statistic), spec.shape),
        ]),
      )
      const slots = layer.randomSlots.map(
        (slot) => [slot, randomSource(ops, random, () => site++)] as const,
      )
      // A frozen layer keeps its running values, and then computes with them.
      const moves = node.instance.freeze !== true || Object.keys(running).length === 0
      const context: Context = {
        training: training && moves,
        statistics: running,
        random: Object.fromEntries(slots),
      }
      const inputs = node.node.inputs.map((ref) => (ref === undefined ? undefined : value(ref)))
      const seen = seeParameters(layer, parameters)
      const result = layer.forward(vocabulary, seen, inputs, config, context)
      if (result?.h === undefined) throw pluginShape(layer, 'gives no `{ h, saved }` in `forward`')
      const outputs: Record<string, Tensor> = { h: result.h, ...result.outputs }
      for (const [output, shape] of Object.entries(node.outputShapes)) {
        checkOutput(node, output, shape, outputs[output])
        values.set(refKey({ node: name, output }), outputs[output] ?? result.h)
      }
      for (const [statistic, tensor] of Object.entries(result.statistics ?? {})) {
        checkStatistic(layer, statistic, tensor, instance.statistics[statistic]?.shape)
        if (context.training) {
          statistics[statisticName(node.instance.name, statistic)] = tensor
        }
      }
      return { shaped: node, parameters, seen, inputs, context, result, since }
    })
  })
  return { nodes, instances: shaped.instances, value, statistics }
}

/** Reads an input as its layers see it: bytes become floats, and where asked it is normalised. */
function readInput(ops: Ops, input: GraphInput): Tensor {
  const raw = inputTensor(ops, input)
  const isFloat = input.dtype === 'f32' || input.dtype === 'u8'
  const x = isFloat ? ops.cast(raw, ops.trace.float) : raw
  if (!isFloat || input.normalise === undefined) return x
  const { mean, deviation } = input.normalise
  return ops.mul(mean === 0 ? x : ops.sub(x, mean), 1 / deviation)
}

/** An instance's parameters, those of others among them. */
function readParameters(
  ops: Ops,
  { instance, parameters, tied }: ShapedInstance,
): Record<string, Tensor> {
  const own = Object.entries(parameters).map(
    ([name, { shape }]) =>
      [name, floatState(ops, parameterName(instance.name, name), shape)] as const,
  )
  const others = Object.entries(tied).map(([name, { owner, ownerShape, transposed }]) => {
    const w = floatState(ops, parameterName(owner.instance, owner.parameter), ownerShape)
    return [name, transposed ? ops.transpose(w, [1, 0]) : w] as const
  })
  return Object.fromEntries([...own, ...others])
}

/** The parameters as the layer asked to see them: joined ones as one matrix. */
function seeParameters(layer: Layer, parameters: Readonly<Record<string, Tensor>>): SeenParameters {
  const { joined } = layer
  const parts = new Set(Object.values(joined).flat())
  const single = Object.entries(parameters).filter(([name]) => !parts.has(name))
  const pairs = Object.entries(joined).map(([name, [matrix, column]]) => {
    const tensor = parameters[matrix]
    if (tensor === undefined)
      throw pluginShape(layer, `joins \`${matrix}\` in \`${name}\`, but \`init\` does not give it`)
    return [name, { matrix: tensor, column: parameters[column] } satisfies Joined] as const
  })
  return Object.fromEntries([...single, ...pairs])
}

function checkOutput(
  node: ShapedNode,
  output: string,
  shape: Shape,
  tensor: Tensor | undefined,
): void {
  const { layer } = node.instance
  if (tensor === undefined)
    throw pluginShape(
      layer,
      `says in \`shape\` that it has an output \`${output}\`, but \`forward\` gives none`,
    )
  if (!sameShape(tensor.shape, shape)) {
    const [said, given] = [shape, tensor.shape].map(formatShape)
    throw pluginShape(
      layer,
      `says in \`shape\` that \`${output}\` is ${said}, but \`forward\` gives ${given}`,
    )
  }
  const isMask = node.instance.layer.outputTypes[output] === 'boolean'
  if (isMask !== (tensor.dtype === 'bool')) {
    throw pluginShape(
      layer,
      `says by \`outputTypes\` that \`${output}\` is ${isMask ? 'a mask' : 'no mask'}, but \`forward\` gives ${tensor.dtype}`,
    )
  }
}

function checkStatistic(
  layer: Layer,
  name: string,
  { shape }: Tensor,
  declared: Shape | undefined,
): void {
  if (declared === undefined)
    throw pluginStatistic(layer, name, 'which `statistics` does not declare')
  if (sameShape(declared, shape)) return
  const [required, came] = [declared, shape].map(formatShape)
  throw pluginStatistic(layer, name, `${came}, which \`statistics\` declares as ${required}`)
}

/** Traces backward from ∂L/∂(value) of some values of the graph. */
export function traceBackward(
  ops: Ops,
  traced: TracedGraph,
  seeds: readonly { readonly ref: ValueRef; readonly gradient: Tensor }[],
): GraphGradients {
  const vocabulary = layerOps(ops)
  const cotangents = new Map<string, Tensor>()
  const parameters = new Map<string, Tensor>()
  const nodes = new Map<string, NodeGradients>()
  const instances = new Map(traced.instances.map((each) => [each.instance.name, each]))
  const add = (into: Map<string, Tensor>, key: string, gradient: Tensor): void => {
    const sum = into.get(key)
    into.set(key, sum === undefined ? gradient : ops.add(sum, gradient))
  }
  for (const { ref, gradient } of seeds) add(cotangents, refKey(ref), gradient)

  for (const visited of traced.nodes.toReversed()) {
    const { node, instance } = visited.shaped
    const outputs = Object.keys(visited.shaped.outputShapes)
    if (!outputs.some((output) => cotangents.has(refKey({ node: node.name, output })))) continue
    ops.trace.within(`${node.name}/backward`, () => {
      const arriving = Object.fromEntries(
        outputs.map((output) => {
          const shape = visited.shaped.outputShapes[output] ?? []
          const known = cotangents.get(refKey({ node: node.name, output }))
          return [output, known ?? ops.constant(0, { shape })] as const
        }),
      )
      const gradients = nodeGradients(vocabulary, visited, arriving)
      const { h: dh = visited.result.h, ...others } = arriving
      nodes.set(node.name, { dh, outputs: others, gradients })
      node.inputs.forEach((ref, i) => {
        const gradient = gradients.dh[i]
        if (ref !== undefined && gradient !== undefined) add(cotangents, refKey(ref), gradient)
      })
      for (const [name, gradient] of Object.entries(partGradients(visited, gradients))) {
        const tie = instances.get(instance.name)?.tied[name]
        const { owner = { instance: instance.name, parameter: name }, transposed } = tie ?? {}
        const ofOwner = transposed === true ? ops.transpose(gradient, [1, 0]) : gradient
        add(parameters, parameterName(owner.instance, owner.parameter), ofOwner)
      }
    })
  }
  return { parameters, nodes }
}

/** The layer's own backward, or the derived one. */
function nodeGradients(
  ops: LayerOps,
  traced: TracedNode,
  arriving: Readonly<Record<string, Tensor>>,
): LayerGradients {
  const { layer, config } = traced.shaped.instance
  if (layer.backward === undefined) return derivedGradients(ops, traced, arriving)
  const { h: dh = traced.result.h, ...outputs } = arriving
  const gradients = layer.backward(
    ops,
    traced.seen,
    traced.result.saved,
    { dh, outputs },
    config,
    traced.context,
  )
  checkGradients(traced, gradients)
  return gradients
}

/** `backward` as the chain rule gives it from the instructions of `forward`. */
export function derivedGradients(
  ops: Ops,
  traced: TracedNode,
  arriving: Readonly<Record<string, Tensor>>,
): LayerGradients {
  const { result, parameters, inputs, since } = traced
  const outputs: Readonly<Record<string, Tensor>> = { h: result.h, ...result.outputs }
  const seeds = Object.entries(outputs).flatMap(([name, of]) => {
    const cotangent = arriving[name]
    return cotangent === undefined || of.dtype !== ops.trace.float ? [] : [{ of, cotangent }]
  })
  const names = Object.keys(parameters)
  const isFloat = (tensor: Tensor | undefined): tensor is Tensor =>
    tensor?.dtype === ops.trace.float
  const floats = inputs.filter(isFloat)
  const wrt = [
    ...Object.values(parameters),
    ...floats,
    ...(result.g === undefined ? [] : [result.g]),
  ]
  const gradients = backpropagate(ops, seeds, wrt, { since })
  const ofInputs = gradients.slice(names.length, names.length + floats.length)
  const dg = gradients[names.length + floats.length]
  const parts = Object.fromEntries(
    names.flatMap((name, i) => {
      const gradient = gradients[i]
      return gradient === undefined ? [] : [[name, gradient] as const]
    }),
  )
  return {
    ...(dg === undefined ? {} : { dg }),
    dh: inputs.map((input) => (isFloat(input) ? ofInputs.shift() : undefined)),
    gradients: seeParameters(traced.shaped.instance.layer, parts),
  }
}

/** Gradients by the names of the parameters themselves, joined ones taken apart. */
export function partGradients(
  traced: TracedNode,
  { gradients }: LayerGradients,
): Record<string, Tensor> {
  const { joined } = traced.shaped.instance.layer
  return Object.fromEntries(
    Object.entries(gradients).flatMap(([name, gradient]): [string, Tensor][] => {
      const pair = joined[name]
      if (gradient === undefined) return []
      if (!('matrix' in gradient)) return [[name, gradient]]
      const [matrix = name, column = name] = pair ?? []
      return gradient.column === undefined
        ? [[matrix, gradient.matrix]]
        : [
            [matrix, gradient.matrix],
            [column, gradient.column],
          ]
    }),
  )
}

function checkGradients(traced: TracedNode, gradients: LayerGradients): void {
  const { layer } = traced.shaped.instance
  // What was not checked by its types may give anything.
  const { dh, gradients: own } = (gradients ?? {}) as Partial<LayerGradients>
  if (!Array.isArray(dh) || typeof own !== 'object' || own === null)
    throw pluginGradient(layer, 'gives no `{ dh: […], gradients: { … } }`')
  const parts = partGradients(traced, gradients)
  for (const name of Object.keys(parts)) {
    if (traced.parameters[name] === undefined)
      throw pluginGradient(layer, `gives a gradient for \`${name}\`, which is no parameter`)
  }
  for (const [name, parameter] of Object.entries(traced.parameters)) {
    checkGradient(layer, `the parameter \`${name}\``, parameter, parts[name])
  }
  traced.inputs.forEach((input, i) => {
    if (input !== undefined && input.dtype === input.trace.float) {
      checkGradient(layer, `its input ${i + 1}`, input, gradients.dh[i])
    }
  })
}

function checkGradient(
  layer: Layer,
  of: string,
  value: Tensor,
  gradient: Tensor | undefined,
): void {
  if (gradient === undefined) throw pluginGradient(layer, `gives no gradient for ${of}`)
  if (!sameShape(value.shape, gradient.shape)) {
    const [required, came] = [value.shape, gradient.shape].map(formatShape)
    throw pluginGradient(layer, `gives a gradient ${came} for ${of}, which is ${required}`)
  }
}
