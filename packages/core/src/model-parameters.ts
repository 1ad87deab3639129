/** The parameters of a whole model, with what its graph says about each. */
import type { ShapedGraph } from './graph.ts'
import type { ParameterSpec } from './layer.ts'
import { parameterName } from './state-names.ts'

/** One parameter of the model. */
export interface ModelParameter {
  readonly name: string
  readonly instance: string
  readonly spec: ParameterSpec
  readonly trainable: boolean
  readonly decays: boolean
  readonly l1: number
  readonly l2: number
}

/** Every parameter of a graph, in order. */
export function modelParameters(shaped: ShapedGraph): ModelParameter[] {
  return shaped.instances.flatMap(({ instance, parameters }) =>
    Object.entries(parameters).map(([name, spec]) => ({
      name: parameterName(instance.name, name),
      instance: instance.name,
      spec,
      trainable: instance.freeze !== true && spec.trainable !== false,
      decays: spec.decays ?? (spec.role === 'weight' || spec.role === 'embedding'),
      l1: instance.l1 ?? 0,
      l2: instance.l2 ?? 0,
    })),
  )
}
