/** What the page is told of a model: plain data, without plugins or functions. */
import { isRows, refKey, type Shape } from '@chainrule/core'
import { featureNames } from '@chainrule/data'
import type { Opened } from 'chainrule/workbench'
import type { Checked, HeadView, NetworkView, NodeView } from './protocol.ts'
import { settingsOf } from './settings.ts'

type Experiment = NonNullable<Opened['experiment']>

export function checkedView(opened: Opened): Checked {
  const { diagnostics, experiment } = opened
  return {
    diagnostics,
    network: experiment === undefined ? undefined : networkView(experiment, opened),
    settings: settingsOf(opened),
  }
}

/** `undefined` where shapes are not known yet. */
export function networkView(
  experiment: Experiment,
  { data }: Pick<Opened, 'data'>,
): NetworkView | undefined {
  const { shaped, places } = experiment
  if (shaped === undefined) return undefined
  const { graph } = shaped
  const kept = new Map(shaped.instances.map((each) => [each.instance.name, each.parameters]))
  const nodes = shaped.nodes.map(({ node, instance, outputShapes }): NodeView => {
    const { activation } = instance.config as { readonly activation?: { readonly name?: string } }
    return {
      name: node.name,
      layer: instance.layer.name,
      instance: node.instance,
      activation: activation?.name,
      from: node.inputs.flatMap((ref) => (ref === undefined ? [] : [sourceOf(refKey(ref))])),
      shape: ofOneRow(outputShapes['h'] ?? []),
      parameters: Object.entries(kept.get(node.instance) ?? {}).map(([name, { shape }]) => ({
        name,
        shape,
      })),
      span: places.get(node.instance),
    }
  })
  const encoders = data?.preprocessing.inputs ?? []
  const inputs = graph.inputs.map(({ name, shape }, i) => {
    const encoder = encoders.find((each) => each.name === name) ?? encoders[i]
    return { name, shape, features: encoder === undefined ? [] : featureNames(encoder) }
  })
  const heads = graph.heads.map(({ name, from, loss, classes = [] }): HeadView => {
    const fact = data?.facts.targets.find((each) => each.head === name) ?? data?.facts.targets[0]
    return {
      name,
      from: sourceOf(refKey(from)),
      loss: loss?.name,
      kind: loss?.target ?? 'number',
      classes: classes.length > 0 ? classes : (fact?.classes ?? []),
      target: fact?.name ?? name,
    }
  })
  const sizes = shaped.instances.flatMap(({ parameters }) =>
    Object.values(parameters).map(({ shape }) => sizeOf(shape)),
  )
  return { inputs, nodes, heads, parameters: sizes.reduce((sum, size) => sum + size, 0) }
}

/** `dense1` of `dense1.h`, `dense1.state` of another output, `@x` of an input. */
const sourceOf = (key: string): string => key.replace(/\.h$/, '')

const ofOneRow = (shape: Shape): number[] => shape.slice(1).map((size) => (isRows(size) ? 0 : size))

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1)
