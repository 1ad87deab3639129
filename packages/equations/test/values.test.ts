/** Values of symbols and elements that are followed, where weights stand in several places and on other engines. */
import {
  inferShapes,
  type LayerInstance,
  type RawValue,
  Session,
  type ShapedGraph,
} from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { dense } from '@chainrule/layer-dense'
import { describe, expect, it } from 'vitest'
import { ElementReader, layerEquations, SymbolValues, traceForEquations } from '../src/index.ts'
import { graphOf, optimizerOf, registry } from './support/cases.ts'
import { dataOf, equationsOf, expectEquationsToHold, rows } from './support/hold.ts'

/** x -> shared -> shared -> narrow -> wide, of which the last has the weights of the one before it transposed. */
function sharedAndTied(optional: Partial<LayerInstance> = {}): ShapedGraph {
  const of = (positional: RawValue[]) =>
    graphOf({ call: 'dense', positional, inputs: [[3]] }).nodes[0]?.instance.config ?? {}
  const squared = registry.find('loss', 'squared')?.with({})
  const node = (name: string, instance: string, from: string) => ({
    ...{ name, instance },
    inputs: [from === 'x' ? { input: 'x' } : { node: from }],
  })
  return inferShapes({
    inputs: [{ name: 'x', shape: [3], dtype: 'f32' }],
    instances: [
      { name: 'shared', layer: dense, config: of([3, 'tanh']), ...optional },
      { name: 'narrow', layer: dense, config: of([2, 'sigmoid']) },
      {
        name: 'wide',
        layer: dense,
        config: of([3]),
        ties: { weight: { instance: 'narrow', parameter: 'weight' } },
      },
    ],
    nodes: [
      node('a', 'shared', 'x'),
      node('b', 'shared', 'a'),
      node('c', 'narrow', 'b'),
      node('d', 'wide', 'c'),
    ],
    heads: [{ name: 'y', from: { node: 'd' }, ...(squared && { loss: squared }) }],
    penalties: [{ kind: 'l2', factor: 0.1 }],
  })
}

describe('weights in several places', () => {
  it.each(['a', 'b', 'c', 'd'])('hold in %s, clipped and penalised', async (node) => {
    const optimizer = optimizerOf('sgd', { momentum: 0.9, clip: 0.05 })
    const layer = await expectEquationsToHold(sharedAndTied(), node, optimizer)
    const numbers = layer.equations.map(({ number }) => number)
    expect(numbers).toEqual(expect.arrayContaining([41, 76, 75, 77]))
  })

  it('say where ∂L/∂W in an update is not that of the layer alone', async () => {
    const clipped = await expectEquationsToHold(
      sharedAndTied(),
      'a',
      optimizerOf('sgd', { clip: 1 }),
    )
    const [update] = clipped.equations.filter(({ number }) => number === 78)
    expect(update?.note).toContain('after clipping')
    const plainly = equationsOf({ call: 'dense', positional: [2], inputs: [[3]] })
    expect(plainly.equations.find(({ number }) => number === 78)?.note).toBeUndefined()
  })

  it('have no update where they belong to another layer, or are frozen', async () => {
    const updatesOf = async (graph: ShapedGraph, node: string) => {
      const layer = await expectEquationsToHold(graph, node, optimizerOf('sgd'))
      return layer.equations.filter(({ part }) => part === 'update').map(({ latex }) => latex)
    }
    // The bias of `wide` is its own.
    expect(await updatesOf(sharedAndTied(), 'd')).toHaveLength(1)
    expect(await updatesOf(sharedAndTied({ freeze: true }), 'a')).toEqual([])
  })
})

it('gives the values of a training on another engine, for any of its rows', async () => {
  const layerCase = { call: 'dense', positional: [2, 'tanh'], inputs: [[3]] }
  const graph = graphOf(layerCase)
  const optimizer = optimizerOf('adam')
  const session = await Session.create(graph, { maxBatch: rows, optimizer }, engineWasm)
  session.initialise(3)
  session.bind(dataOf(session))
  for (let step = 0; step < 3; step++) session.executable.run('step', rows, session.allRows())
  const layer = layerEquations(traceForEquations(graph, optimizer), 'layer', rows)
  const read = await SymbolValues.compile(layer, engineJs)
  const batch = Int32Array.of(2, 0)
  const values = read.read(session, batch)
  const inspected = session.inspect(batch)
  for (const name of ['layer/h', 'layer/dg', 'layer/W', 'layer/dW']) {
    expect(values[name]?.shape).toEqual(inspected[name]?.shape)
    values[name]?.values.forEach((value, i) => {
      expect(value, name).toBeCloseTo(inspected[name]?.values[i] ?? Number.NaN, 5)
    })
  }
  expect(values['input/x0']?.values.slice(3)).toEqual(dataOf(session).inputs['x0']?.slice(0, 3))
})

it('follows an element of ∂L/∂W to the column of ∂L/∂g and the column of h that made it', async () => {
  const graph = graphOf({ call: 'dense', positional: [2, 'tanh'], inputs: [[3]] })
  const session = await Session.create(graph, { maxBatch: rows }, engineJs)
  session.initialise(3)
  session.bind(dataOf(session))
  const layer = layerEquations(traceForEquations(graph), 'layer', rows)
  const values = (await SymbolValues.compile(layer, engineJs)).read(session, session.allRows())
  const reader = new ElementReader(layer, values, rows)
  const equation = layer.equations.find(({ number }) => number === 75)
  if (equation === undefined) throw new Error('no eq. 75')
  const named = (index: readonly number[]): string[] =>
    reader
      .trace(equation, index)
      .reads.map(({ symbol, index: read }) => `${layer.symbols[symbol]?.name}[${read}]`)
  const batch = [0, 1, 2]
  expect(named([1, 2])).toEqual(batch.flatMap((b) => [`layer/dg[${b},1]`, `input/x0[${b},2]`]))
  // The last column is the bias, against the appended 1.
  expect(named([1, 3])).toEqual(batch.flatMap((b) => [`layer/dg[${b},1]`, `input/x0[${b},3]`]))
  const sum = batch.reduce((total, b) => {
    const dg = values['layer/dg']?.values[2 * b + 1] ?? Number.NaN
    return total + dg * (values['input/x0']?.values[3 * b + 2] ?? Number.NaN)
  }, 0)
  const { value, terms } = reader.trace(equation, [1, 2])
  expect([value, terms]).toEqual([expect.closeTo(sum, 10), rows])
  expect(session.inspect(session.allRows())['layer/dW']?.values[4 + 2]).toBeCloseTo(sum, 6)
})
