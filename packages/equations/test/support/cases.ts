/** Layers in graphs of their own: every built-in one, and some as others write them. */
import {
  defineLayer,
  type ElementwiseOptimizer,
  type GraphInput,
  inferShapes,
  type RawValue,
  type ShapedGraph,
  storedDType,
} from '@chainrule/core'
import { builtInRegistry } from 'chainrule'

export const registry = builtInRegistry()

export interface LayerCase {
  readonly call: string
  readonly positional?: readonly RawValue[]
  readonly named?: Readonly<Record<string, RawValue>>
  /** Of one row each; `undefined` leaves an optional one out. */
  readonly inputs: readonly (readonly number[] | undefined)[]
  readonly optimizer?: string
}

const twice = [[3], [3]]
/** At least one of every built-in layer. */
export const cases: readonly LayerCase[] = [
  { call: 'dense', positional: [2, 'tanh'], inputs: [[3]] },
  { call: 'dense', positional: [2], inputs: [[3]] },
  { call: 'dense', positional: [2, 'softmax'], inputs: [[3]], optimizer: 'adam' },
  { call: 'dense', positional: [2, 'gelu'], named: { bias: false }, inputs: [[4, 3]] },
  { call: 'conv', positional: [2, 3], inputs: [[5, 2]] },
  { call: 'conv', positional: [2, 3, 'relu'], inputs: [[4, 4, 2]], optimizer: 'rmsprop' },
  { call: 'depthwise', positional: [3], inputs: [[5, 2]] },
  { call: 'max-pool', positional: [2], inputs: [[4, 4, 2]] },
  { call: 'average-pool', positional: [2], inputs: [[4, 2]] },
  { call: 'global-max-pool', inputs: [[4, 2]] },
  { call: 'global-average-pool', inputs: [[4, 2]] },
  { call: 'flatten', inputs: [[4, 2]] },
  { call: 'reshape', positional: [[2, 4]], inputs: [[8]] },
  { call: 'upsample', positional: [2], inputs: [[2, 2, 1]] },
  { call: 'norm', inputs: [[3]] },
  { call: 'rms-norm', inputs: [[3]] },
  { call: 'group-norm', positional: [2], inputs: [[3, 4]] },
  { call: 'batch-norm', inputs: [[3]] },
  { call: 'dropout', positional: [0.5], inputs: [[3]] },
  { call: 'spatial-dropout', positional: [0.5], inputs: [[4, 2]] },
  { call: 'gaussian-noise', inputs: [[3]] },
  { call: 'embed', positional: [5], named: { dim: 2 }, inputs: [[3]] },
  { call: 'positional', inputs: [[4, 2]] },
  ...['add', 'average', 'multiply', 'max', 'concat'].map((call) => ({ call, inputs: twice })),
  { call: 'identity', inputs: [[3]] },
  ...['rnn', 'gru', 'lstm'].map((call) => ({
    call,
    positional: [2],
    inputs: [[3, 2], undefined],
  })),
  { call: 'gru', positional: [2], named: { sequences: true }, inputs: [[3, 2], [3]] },
  { call: 'attention', positional: [2], inputs: [[3, 4], undefined, undefined, undefined] },
  {
    call: 'attention',
    positional: [1],
    named: { causal: true, dropout: 0.4 },
    inputs: [[3, 4], undefined, undefined, [3]],
  },
  ...registry.names('activation').map((call) => ({ call, inputs: [[3]] })),
]

export function optimizerOf(call: string, named = {}): ElementwiseOptimizer {
  const found = registry.configured('optimizer', { call, positional: [], named })
  const made = found?.plugin.with(found.configuration.config)
  if (made?.style !== 'elementwise') throw new Error(`no elementwise optimizer \`${call}\``)
  return made
}

/** A graph of one layer, trained for numbers. */
export function graphOf(
  { call, positional = [], named = {}, inputs }: LayerCase,
  layer = registry.find('layer', call),
): ShapedGraph {
  if (layer === undefined) throw new Error(`no layer \`${call}\``)
  const known = registry.find('layer', call) === layer
  const own = known ? registry : registry.copy().register(layer)
  const found = own.configured('layer', { call, positional, named })?.configuration
  const [problem] = found?.problems ?? []
  if (found === undefined || problem !== undefined) throw new Error(problem?.message ?? call)
  const given = inputs.flatMap((shape, i): (GraphInput & { i: number })[] => {
    const spec = layer.inputs[layer.minimumInputs === undefined ? i : 0]
    return shape === undefined
      ? []
      : [{ i, name: `x${i}`, shape, dtype: storedDType[spec?.dtype ?? 'float'] }]
  })
  const squared = registry.find('loss', 'squared')?.with({})
  return inferShapes({
    inputs: given.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    instances: [{ name: 'layer', layer, config: found.config }],
    nodes: [
      {
        name: 'layer',
        instance: 'layer',
        inputs: inputs.map((shape, i) => (shape === undefined ? undefined : { input: `x${i}` })),
      },
    ],
    heads: [{ name: 'output', from: { node: 'layer' }, ...(squared && { loss: squared }) }],
  })
}

/** A layer as anyone may write it, its backward derived: products with a matrix of its own, a gate and a mean. */
export const gated = defineLayer({
  name: 'gated',
  summary: 'A gate of its own on each feature.',
  shape: (_, [h]) => h,
  init: (_, [h]) => {
    const width = Number(h.at(-1))
    const initializer = registry.find('initializer', 'uniform')?.with({ low: -0.5, high: 0.5 })
    if (initializer === undefined) throw new Error('no initializer')
    return {
      weight: { shape: [width, width], initializer, role: 'weight' },
      gamma: { shape: [width], initializer, role: 'scale' },
    }
  },
  forward: (ops, { weight, gamma }, [h]) => {
    const gate = ops.sigmoid(ops.dot(h, weight, { contract: [[h.shape.length - 1], [1]] }))
    const centred = ops.sub(h, ops.mean(h, -1, { keep: true }))
    return { h: ops.mul(ops.mul(gate, centred), gamma), saved: { gate } }
  },
})
