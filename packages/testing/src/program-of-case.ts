/**
 * A case's program. Its entries call the layer through the same functions of core that training does:
 * `init` draws the parameters; `forward` is a batch of training, and `train` also replaces the running values;
 * `evaluate` is a batch of evaluation, `frozen` the layer's own backward there, as of a layer that is frozen; `gradient`
 * is the layer's own backward, `derived` the one that follows from its forward; `tangent` is how the outputs move where
 * inputs and parameters do.
 *
 * Every output and cotangent has the rows as its first axis, so that the elements of a batch's first rows come first.
 */
import {
  ChainruleError,
  type GraphGradients,
  programOf,
  randomState,
  type ShapedGraph,
  type ShapedInstance,
  statisticName,
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
  Trace,
} from '@chainrule/program'
import { rowsFirst, rowsFirstOrder } from './rows-first.ts'

export type CaseEntry =
  | 'init'
  | 'forward'
  | 'train'
  | 'evaluate'
  | 'gradient'
  | 'derived'
  | 'frozen'
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

/** Traces entries in float32; `own` is the case's graph, `derived` the same without the layer's own backward. */
export function programOfCase(
  { own, derived }: { readonly own: ShapedGraph; readonly derived: ShapedGraph },
  operands: readonly Operand[],
  maxBatch: number,
  wanted?: readonly CaseEntry[],
): Program {
  const builders: Partial<Record<CaseEntry, (ops: Ops) => Entry>> = {
    init: (ops) =>
      trainingProgram(own, { maxBatch, entries: ['init'] }).entries['init'] ?? ops.trace.entry({}),
    forward: (ops) => traceOutputs(ops, own, 'forward'),
    train: (ops) => traceOutputs(ops, own, 'train'),
    evaluate: (ops) => traceOutputs(ops, own, 'evaluate'),
    // Nothing is differentiated where nothing is float.
    ...(operands.length > 0 && {
      gradient: (ops) => traceGradient(ops, own, operands),
      derived: (ops) => traceGradient(ops, derived, operands),
      // Without running values a frozen layer computes as any other.
      ...(hasRunningValues(own) && {
        frozen: (ops: Ops) => traceGradient(ops, own, operands, false),
      }),
      tangent: (ops) => traceTangent(ops, derived, operands),
    }),
  }
  const entries = Object.fromEntries(
    Object.entries(builders)
      .filter(([name]) => wanted?.includes(name as CaseEntry) !== false)
      .map(([name, build]) => [name, build(createOps(new Trace('f32')))]),
  )
  return optimise(programOf(own, entries, maxBatch))
}

const hasRunningValues = ({ instances }: ShapedGraph): boolean =>
  instances.some(({ statistics }) => Object.keys(statistics).length > 0)

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

/** The outputs and g; `train` and `evaluate` also replace the running values by what forward gives for them. */
function traceOutputs(
  ops: Ops,
  shaped: ShapedGraph,
  mode: 'forward' | 'train' | 'evaluate',
): Entry {
  const traced = traceForward(ops, shaped, randomState(ops), mode !== 'evaluate')
  const named = outputsOf(shaped, traced)
  const result = traced.nodes[0]?.result
  if (result?.g !== undefined) named.push([preActivationOutput, result.g])
  const outputs = named.map(([name, tensor]) => [name, rowsFirst(ops, tensor)] as const)
  const updates = mode === 'forward' ? {} : runningValues(shaped, result?.statistics ?? {})
  return ops.trace.entry(Object.fromEntries(outputs), updates)
}

/** What forward gives for the running values, by state name; core looks at what is declared. */
function runningValues(
  shaped: ShapedGraph,
  given: Readonly<Record<string, unknown>>,
): Record<string, Tensor> {
  const [{ instance }] = shaped.instances as [ShapedInstance]
  return Object.fromEntries(
    Object.entries(given as Readonly<Record<string, Tensor>>).map(([name, tensor]) => [
      statisticName(instance.name, name),
      tensor,
    ]),
  )
}

/** Traces backward from a cotangent for each float output. */
function traceGradients(
  ops: Ops,
  shaped: ShapedGraph,
  training = true,
): { found: GraphGradients; cotangents: Map<string, Tensor> } {
  const traced = traceForward(ops, shaped, randomState(ops), training)
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

function traceGradient(
  ops: Ops,
  shaped: ShapedGraph,
  operands: readonly Operand[],
  training = true,
): Entry {
  const { found } = traceGradients(ops, shaped, training)
  refuseGradientsOfIntegers(shaped, found)
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

/** What an integer or a mask is changed by is nothing that can be learnt. */
function refuseGradientsOfIntegers(shaped: ShapedGraph, found: GraphGradients): void {
  const { node, instance } = nodeOf(shaped)
  const { inputs } = shaped.graph
  node.inputs.forEach((ref, i) => {
    const input = inputs.find(
      ({ name }) => ref !== undefined && 'input' in ref && ref.input === name,
    )
    const gradient = found.nodes.get(node.name)?.gradients.dh[i]
    if (gradient === undefined || input === undefined || input.dtype === 'f32') return
    throw new ChainruleError(
      'plugin-gradient',
      `\`backward\` of the layer \`${instance.layer.name}\` gives a gradient for its input ${i + 1}, which is not float`,
      { help: 'give `undefined` in its place' },
    )
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
