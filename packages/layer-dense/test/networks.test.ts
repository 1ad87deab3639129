/** Whole networks of dense layers, trained by core beside PyTorch 1.13; see the README of `testing-vectors`. */
import { activations } from '@chainrule/activations'
import { inferShapes, type LayerGraph, Registry, Session } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { initializers } from '@chainrule/initializers'
import { losses } from '@chainrule/losses'
import { optimizers } from '@chainrule/optimizers'
import {
  differences,
  elements,
  type NetworkCase,
  type Parameters,
  tolerances,
  vectors,
} from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { dense } from '../src/index.ts'

const registry = new Registry([dense, ...activations, ...initializers, ...losses, ...optimizers])
const nameOf = (layer: number): string => `dense${layer + 1}`

function graphOf({ input, layers, loss }: NetworkCase): LayerGraph {
  return {
    inputs: [{ name: 'x', shape: input.shape.slice(1), dtype: 'f32' }],
    instances: layers.map(({ units, activation }, i) => {
      const call = { call: 'dense', positional: [units, activation], named: {} }
      const { config = {} } = registry.configured('layer', call)?.configuration ?? {}
      return { name: nameOf(i), layer: dense, config }
    }),
    nodes: layers.map((_, i) => {
      const before = i === 0 ? { input: 'x' } : { node: nameOf(i - 1) }
      return { name: nameOf(i), instance: nameOf(i), inputs: [before] }
    }),
    heads: [
      { name: 'y', from: { node: nameOf(layers.length - 1) }, loss: registry.make('loss', loss) },
    ],
  }
}

/** The network with PyTorch's first weights and the whole batch in place. */
async function prepare(recorded: NetworkCase): Promise<Session> {
  const { dtype, input, layers, target, targetKind } = recorded
  const [rows = 0] = input.shape
  const { learningRate, ...options } = recorded.optimizer.options
  const named = { ...options, ...(learningRate === undefined ? {} : { lr: learningRate }) }
  const optimizer = registry.make('optimizer', recorded.optimizer.name, named)
  const settings = { maxBatch: rows, optimizer, precision: dtype }
  const session = await Session.create(inferShapes(graphOf(recorded)), settings, engineJs)
  session.initialise(1)
  layers.forEach(({ weight, bias }, i) => {
    session.executable.state(`${nameOf(i)}.weight`).set(weight.data)
    session.executable.state(`${nameOf(i)}.bias`).set(bias.data)
  })
  const y = targetKind === 'classes' ? elements(target, 'i32') : elements(target, dtype)
  session.bind({ rows, inputs: { x: elements(input, dtype) }, targets: { y } })
  return session
}

/** The weight and, as its last column, the bias: the paper's W. */
function joined({ weight, bias }: Parameters): number[] {
  const [units = 0, inputs = 0] = weight.shape
  return Array.from({ length: units }, (_, unit) => [
    ...weight.data.slice(unit * inputs, (unit + 1) * inputs),
    bias.data[unit] ?? Number.NaN,
  ]).flat()
}

describe.each(vectors('networks').cases)('$loss with $optimizer.name in $dtype', (recorded) => {
  const tolerance = tolerances[recorded.dtype]

  it('gives the outputs and the gradients of PyTorch before the first update', async () => {
    const session = await prepare(recorded)
    const found = session.inspect(session.allRows())
    const last = `${nameOf(recorded.layers.length - 1)}/h`
    expect(differences(found[last]?.values ?? [], recorded.firstOutput.data, tolerance)).toEqual([])
    recorded.firstGradients.forEach((gradients, i) => {
      const dW = found[`${nameOf(i)}/dW`]?.values ?? []
      expect(differences(dW, joined(gradients), tolerance)).toEqual([])
    })
  })

  it('has the losses and the weights of PyTorch over twenty updates', async () => {
    const session = await prepare(recorded)
    const order = session.allRows()
    const found = recorded.losses.map(() => {
      session.executable.run('step', order.length, order)
      return session.executable.output('step', 'loss')[0] ?? Number.NaN
    })
    expect(differences(found, recorded.losses, tolerance)).toEqual([])
    recorded.final.forEach(({ weight, bias }, i) => {
      const state = (name: string) => session.executable.state(`${nameOf(i)}.${name}`)
      expect(differences(state('weight'), weight.data, tolerance)).toEqual([])
      expect(differences(state('bias'), bias.data, tolerance)).toEqual([])
    })
  })
})
