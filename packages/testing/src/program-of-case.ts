/**
 * A case's program. Its entries call the layer through the same functions of core that training does:
 * `init` draws the parameters; `forward` is a batch of training, and `train` also replaces the running values;
 * `evaluate` is a batch of evaluation; `gradient` is the layer's own backward, `derived` the one that follows from its
 * forward; `tangent` is how the outputs move where inputs and parameters do.
 *
 * Every output and cotangent has the rows as its first axis, so that the elements of a batch's first rows come first.
 */
import {
  firstRowInput,
  type GraphGradients,
  isRows,
  parameterName,
  type ShapedGraph,
  seedState,
  statisticName,
  stepState,
  type Tensor,
  type TracedGraph,
  traceBackward,
  traceForward,
  trainingProgram,
} from '@chainrule/core'
import {
  backpropagate,
  createOps,
  type Entry,
  isFloat,
  type Ops,
  optimise,
  type Program,
  type Shape,
  type StateDeclaration,
  type StateKind,
  type TensorType,
  Trace,
} from '@chainrule/program'

export type CaseEntry =
  | 'init'
  | 'forward'
  | 'train'
  | 'evaluate'
  | 'gradient'
  | 'derived'
  | 'tangent'

/** A float input or a parameter: what gradients are asked of. */
export interface Operand {
  /** The program's input or state. */
  readonly source: string
  readonly kind: 'input' | 'parameter'
  /** Which input, from 0; -1 for a parameter. */
  readonly index: number
  /** As reports name its gradient. */
  readonly label: string
  readonly shape: Shape
}

export const cotangentName = (output: string): string => `cotangent/${output}`
export const directionName = (source: string): string => `direction/${source}`
/** The output of `tangent`: how far `output` moves. */
export const tangentName = (output: string): string => `tangent/${output}`
export const preActivationOutput = 'g'
export const preActivationGradientOutput = 'dg'

/** Traces every entry in float32; `own` is the case's graph, `derived` the same without the layer's own backward. */
export function programOfCase(
  own: ShapedGraph,
  derived: ShapedGraph,
  operands: readonly Operand[],
  maxBatch: number,
): Program {
  const entry = (build: (ops: Ops) => Entry): Entry => build(createOps(new Trace('f32')))
  const init = trainingProgram(own, { maxBatch, entries: ['init'] })
  const differentiable = operands.length > 0
  const entries: Record<string, Entry> = {
    init: init.entries['init'] ?? entry((ops) => ops.trace.entry({})),
    forward: entry((ops) => traceOutputs(ops, own, true, false)),
    train: entry((ops) => traceOutputs(ops, own, true, true)),
    evaluate: entry((ops) => traceOutputs(ops, own, false, false)),
    ...(differentiable
      ? {
          gradient: entry((ops) => traceGradient(ops, own, operands)),
          derived: entry((ops) => traceGradient(ops, derived, operands)),
          tangent: entry((ops) => traceTangent(ops, derived, operands)),
        }
      : {}),
  }
  return optimise({ ...declare(entries, own), version: 1, maxBatch, entries })
}

function traceOf(ops: Ops, shaped: ShapedGraph, training: boolean): TracedGraph {
  const random = {
    seed: ops.trace.source('state', seedState, { dtype: 'i32', shape: [] }),
    step: ops.trace.source('state', stepState, { dtype: 'i32', shape: [2] }),
    firstRow: ops.trace.source('input', firstRowInput, { dtype: 'i32', shape: [] }),
  }
  return traceForward(ops, shaped, random, training)
}

/** The node of the layer; the graph has no other. */
function nodeOf(shaped: ShapedGraph) {
  const [node] = shaped.nodes
  if (node === undefined) throw new Error('internal: a case without a node')
  return node
}

/** The outputs of the layer by name. */
function outputsOf(shaped: ShapedGraph, traced: TracedGraph): [name: string, Tensor][] {
  const { node, outputShapes } = nodeOf(shaped)
  return Object.keys(outputShapes).map((output) => [
    output,
    traced.value({ node: node.name, output }),
  ])
}

function traceOutputs(ops: Ops, shaped: ShapedGraph, training: boolean, keep: boolean): Entry {
  const traced = traceOf(ops, shaped, training)
  const outputs = Object.fromEntries(
    outputsOf(shaped, traced).map(([name, tensor]) => [name, rowsFirst(ops, tensor)]),
  )
  const g = traced.nodes[0]?.result.g
  const withG = g === undefined ? outputs : { ...outputs, [preActivationOutput]: rowsFirst(ops, g) }
  return ops.trace.entry(withG, keep ? traced.statistics : {})
}

/** Traces backward from a cotangent for each float output. */
function traceGradients(
  ops: Ops,
  shaped: ShapedGraph,
): { found: GraphGradients; cotangents: Map<string, Tensor> } {
  const traced = traceOf(ops, shaped, true)
  const { node } = nodeOf(shaped)
  const cotangents = new Map<string, Tensor>()
  const seeds = outputsOf(shaped, traced).flatMap(([output, { type }]) => {
    if (!isFloat(type.dtype)) return []
    const { shape, back } = rowsFirstOrder(type.shape)
    const given = ops.trace.source('input', cotangentName(output), { ...type, shape })
    cotangents.set(output, given)
    const gradient = back === undefined ? given : ops.transpose(given, back)
    return [{ ref: { node: node.name, output }, gradient }]
  })
  return { found: traceBackward(ops, traced, seeds), cotangents }
}

function gradientOf(
  shaped: ShapedGraph,
  found: GraphGradients,
  { kind, index, source }: Operand,
): Tensor | undefined {
  if (kind === 'parameter') return found.parameters.get(source)
  return found.nodes.get(nodeOf(shaped).node.name)?.gradients.dh[index]
}

function traceGradient(ops: Ops, shaped: ShapedGraph, operands: readonly Operand[]): Entry {
  const { found } = traceGradients(ops, shaped)
  const outputs = operands.flatMap((operand) => {
    const gradient = gradientOf(shaped, found, operand)
    return gradient === undefined ? [] : [[operand.source, gradient] as const]
  })
  const dg = found.nodes.get(nodeOf(shaped).node.name)?.gradients.dg
  return ops.trace.entry({
    ...Object.fromEntries(outputs),
    ...(dg === undefined ? {} : { [preActivationGradientOutput]: rowsFirst(ops, dg) }),
  })
}

/**
 * J v for a direction v of every operand. The derived gradient Jᵀ u is linear in the cotangent u, so that the gradient of
 * ⟨Jᵀ u, v⟩ by u is J v.
 */
function traceTangent(ops: Ops, shaped: ShapedGraph, operands: readonly Operand[]): Entry {
  const { found, cotangents } = traceGradients(ops, shaped)
  const seeds = operands.flatMap((operand) => {
    const of = gradientOf(shaped, found, operand)
    if (of === undefined) return []
    const cotangent = ops.trace.source('input', directionName(operand.source), of.type)
    return [{ of, cotangent }]
  })
  const names = [...cotangents.keys()]
  const moved = backpropagate(ops, seeds, [...cotangents.values()])
  return ops.trace.entry(
    Object.fromEntries(
      names.flatMap((name, i) => {
        const tensor = moved[i]
        return tensor === undefined ? [] : [[tangentName(name), tensor] as const]
      }),
    ),
  )
}

function rowsFirst(ops: Ops, x: Tensor): Tensor {
  const { forth } = rowsFirstOrder(x.shape)
  return forth === undefined ? x : ops.transpose(x, forth)
}

/** The shape with the rows first, and the permutations there and back; none where they are first already. */
export function rowsFirstOrder(shape: Shape): {
  readonly shape: Shape
  readonly forth?: readonly number[]
  readonly back?: readonly number[]
} {
  const axis = shape.findIndex(isRows)
  if (axis <= 0) return { shape }
  const forth = [axis, ...Array.from(shape, (_, i) => i).filter((i) => i !== axis)]
  const back = forth.map((_, i) => forth.indexOf(i))
  return { shape: forth.map((i) => shape[i] ?? 1), forth, back }
}

/** Collects the inputs and states that the entries name. */
function declare(
  entries: Readonly<Record<string, Entry>>,
  shaped: ShapedGraph,
): Pick<Program, 'inputs' | 'state'> {
  const inputs: Record<string, TensorType> = {}
  const state: Record<string, StateDeclaration> = {}
  const kinds = stateKinds(shaped)
  const keep = (name: string, type: TensorType): void => {
    state[name] = { type, kind: kinds.get(name) ?? 'counter' }
  }
  for (const entry of Object.values(entries)) {
    for (const { primitive, attributes, type } of entry.instructions) {
      if (primitive === 'input') inputs[attributes.name] = type
      if (primitive === 'state') keep(attributes.name, type)
    }
    for (const [name, id] of Object.entries(entry.updates)) {
      const type = entry.instructions[id]?.type
      if (type !== undefined) keep(name, type)
    }
  }
  return { inputs, state }
}

function stateKinds(shaped: ShapedGraph): Map<string, StateKind> {
  return new Map(
    shaped.instances.flatMap(({ instance: { name }, parameters, statistics }) => [
      ...Object.keys(parameters).map((key) => [parameterName(name, key), 'parameter'] as const),
      ...Object.keys(statistics).map((key) => [statisticName(name, key), 'statistic'] as const),
    ]),
  )
}
