/** The parameters of a whole model, with what its graph says about each. */
import type { LayerInstance, ShapedGraph } from './graph.ts'
import type { ParameterSpec } from './layer.ts'
import { type Penalty, reaches } from './penalty.ts'
import { parameterName } from './state-names.ts'

/** One parameter of the model. */
export interface ModelParameter {
  readonly name: string
  readonly instance: string
  readonly spec: ParameterSpec
  readonly trainable: boolean
  /** Whether an optimizer's weight decay reaches it. */
  readonly decays: boolean
  /** λ of l1 · Σ|w|; 0 where nothing is added to the loss for it. */
  readonly l1: number
  /** λ of l2 · Σw². */
  readonly l2: number
}

/** Every parameter of a graph, in order; one that several layers share is that of its owner alone. */
export function modelParameters({ graph, instances }: ShapedGraph): ModelParameter[] {
  const { penalties = [] } = graph
  return instances.flatMap(({ instance, parameters }) =>
    Object.entries(parameters).map(([name, spec]) => {
      const trainable = instance.freeze !== true && spec.trainable !== false
      const decays = spec.decays ?? (spec.role === 'weight' || spec.role === 'embedding')
      const found = { instance: instance.name, parameter: name, role: spec.role }
      const factor = (kind: Penalty['kind']): number => {
        if (!trainable) return 0
        const own = ownFactor(instance, kind, decays)
        return own ?? sum(penalties.filter((each) => each.kind === kind && reaches(each, found)))
      }
      return {
        name: parameterName(instance.name, name),
        instance: instance.name,
        spec,
        trainable,
        decays,
        l1: factor('l1'),
        l2: factor('l2'),
      }
    }),
  )
}

/** A layer's own word holds instead of the graph's, on what it reaches. */
const ownFactor = (
  instance: LayerInstance,
  kind: Penalty['kind'],
  decays: boolean,
): number | undefined => (decays ? instance[kind] : undefined)

const sum = (penalties: readonly Penalty[]): number =>
  penalties.reduce((total, { factor }) => total + factor, 0)

/** The parameters that a head's output depends on. */
export function reachedParameters(shaped: ShapedGraph, headName: string): Set<string> {
  const head = shaped.graph.heads.find(({ name }) => name === headName)
  const wanted = new Set<string>(head !== undefined && 'node' in head.from ? [head.from.node] : [])
  const instances = new Set<string>()
  for (const { node } of shaped.nodes.toReversed()) {
    if (!wanted.has(node.name)) continue
    instances.add(node.instance)
    for (const ref of node.inputs) if (ref !== undefined && 'node' in ref) wanted.add(ref.node)
  }
  const reached = shaped.instances.filter(({ instance }) => instances.has(instance.name))
  return new Set(
    reached.flatMap(({ instance, parameters, tied }) => [
      ...Object.keys(parameters).map((name) => parameterName(instance.name, name)),
      ...Object.values(tied).map(({ owner }) => parameterName(owner.instance, owner.parameter)),
    ]),
  )
}
