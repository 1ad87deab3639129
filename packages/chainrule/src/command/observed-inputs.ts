/** A graph whose inputs can be differentiated by: a parameter of zeros is added to each, so that ∂L/∂h of the data is seen. */
import { defineLayer, type LayerGraph, type ValueRef, zeros } from '@chainrule/core'

const offset = defineLayer({
  name: 'offset',
  summary: 'Adds a number to each feature.',
  shape: (_, [h]) => h,
  init: (_, [h]) => ({
    offset: {
      shape: h.slice(1).map((size) => (typeof size === 'number' ? size : 1)),
      initializer: zeros.with({}),
      role: 'bias',
    },
  }),
  forward: (ops, { offset: added }, [h]) => ({ h: ops.add(h, added), saved: {} }),
})

/** What the parameter of an input is called. */
const nodeOf = (input: string): string => `@${input}`

/** The same graph with an offset behind every input of numbers. */
export function withObservedInputs(graph: LayerGraph): LayerGraph {
  const observed = graph.inputs.filter(({ dtype }) => dtype === 'f32' || dtype === undefined)
  const names = new Set(observed.map(({ name }) => name))
  const moved = <T extends ValueRef | undefined>(ref: T): T | ValueRef =>
    ref !== undefined && 'input' in ref && names.has(ref.input) ? { node: nodeOf(ref.input) } : ref
  return {
    ...graph,
    instances: [
      ...observed.map(({ name }) => ({ name: nodeOf(name), layer: offset, config: {} })),
      ...graph.instances,
    ],
    nodes: [
      ...observed.map(({ name }) => ({
        ...{ name: nodeOf(name), instance: nodeOf(name) },
        inputs: [{ input: name }],
      })),
      ...graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(moved) })),
    ],
    heads: graph.heads.map((head) => ({ ...head, from: moved(head.from) })),
  }
}
