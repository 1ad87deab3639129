/** Dense networks, traced by `core` from the layers, losses and optimizers that people use. */
import { activations } from '@chainrule/activations'
import {
  type Configurable,
  configure,
  type ElementwiseOptimizer,
  inferShapes,
  type LayerGraph,
  type Loss,
  type Program,
  type RawValue,
  Registry,
  type ShapedGraph,
  type TrainingSettings,
  trainingProgram,
  type ValueRef,
} from '@chainrule/core'
import { initializers } from '@chainrule/initializers'
import { dense } from '@chainrule/layer-dense'
import { losses } from '@chainrule/losses'
import { optimizers } from '@chainrule/optimizers'

export interface Network {
  /** Features of the input, then units of each layer. */
  readonly widths: readonly number[]
  /** Of the layers in turn; the last layer is linear. */
  readonly activations: readonly string[]
  readonly loss: string
  readonly optimizer: string
  readonly lr?: number
  readonly maxBatch: number
}

const registry = new Registry([dense, ...activations, ...initializers])

function named<P extends Configurable>(plugins: readonly P[], name: string): P {
  const plugin = plugins.find((each) => each.name === name)
  if (plugin === undefined) throw new Error(`there is no ${name}`)
  return plugin
}

/** What a plugin is told, defaults filled in. */
function config(
  plugin: Configurable,
  positional: readonly RawValue[],
  named: Readonly<Record<string, RawValue>> = {},
): Readonly<Record<string, unknown>> {
  const { config, problems } = configure(plugin, { positional, named }, registry)
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('; '))
  return config
}

/** A chain on the input `x` with the head `y`. */
function graphOf({ widths, activations, loss: lossName }: Network): LayerGraph {
  const [features = 1, ...units] = widths
  const names = units.map((_, i) => `dense${i + 1}`)
  const last: ValueRef = { node: names.at(-1) ?? '' }
  const lossPlugin = named(losses, lossName)
  const loss: Loss = lossPlugin.with(config(lossPlugin, []))
  return {
    inputs: [{ name: 'x', shape: [features], dtype: 'f32' }],
    instances: units.map((count, i) => {
      const activation = i === units.length - 1 ? 'linear' : activations[i % activations.length]
      return {
        name: names[i] ?? '',
        layer: dense,
        config: config(dense, [count, activation ?? 'linear']),
      }
    }),
    nodes: names.map((name, i) => {
      const before = names[i - 1]
      const from: ValueRef = before === undefined ? { input: 'x' } : { node: before }
      return { name, instance: name, inputs: [from] }
    }),
    heads: [{ name: 'y', from: last, loss }],
  }
}

export function shapedOf(network: Network): ShapedGraph {
  return inferShapes(graphOf(network))
}

export function settingsOf({ optimizer: name, lr, maxBatch }: Network): TrainingSettings {
  const plugin = named(optimizers, name)
  const optimizer = plugin.with(config(plugin, [], lr === undefined ? {} : { lr }))
  return { optimizer: optimizer as ElementwiseOptimizer, maxBatch }
}

export function programOf(network: Network): Program {
  return trainingProgram(shapedOf(network), settingsOf(network))
}

/** The workloads that the engine is measured by. */
export const mnist: Network = {
  widths: [784, 128, 10],
  activations: ['relu'],
  loss: 'cross-entropy',
  optimizer: 'adam',
  maxBatch: 64,
}

export const wide: Network = {
  widths: [1024, 1024, 1024, 1024],
  activations: ['relu'],
  loss: 'mse',
  optimizer: 'sgd',
  maxBatch: 256,
}

/** So many layers of 64 units. */
export function deep(layers: number): Network {
  return {
    widths: Array.from({ length: layers + 1 }, () => 64),
    activations: ['relu'],
    loss: 'mse',
    optimizer: 'adam',
    maxBatch: 64,
  }
}
