/** What a program says of the inputs and states that its entries name. */
import { parameterName, type ShapedGraph, statisticName } from '@chainrule/core'
import type { Entry, Program, StateDeclaration, StateKind, TensorType } from '@chainrule/program'

/** Collects the inputs and states that the entries name. */
export function declare(
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
