import { activations } from '@chainrule/activations'
import { inferShapes, type Layer, Registry, Session, trainingProgram } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { initializers } from '@chainrule/initializers'
import { losses } from '@chainrule/losses'
import { optimizers } from '@chainrule/optimizers'
import { describe, expect, it } from 'vitest'
import { recurrentLayers } from '../src/index.ts'

const registry = new Registry([
  ...activations,
  ...initializers,
  ...losses,
  ...optimizers,
  ...recurrentLayers,
])

function graphOf(layer: Layer, times: number) {
  const call = { call: layer.name, positional: [4], named: {} }
  const { config = {} } = registry.configured('layer', call)?.configuration ?? {}
  return inferShapes({
    inputs: [{ name: 'x', shape: [times, 3], dtype: 'f32' as const }],
    instances: [{ name: 'made', layer, config }],
    nodes: [{ name: 'made', instance: 'made', inputs: [{ input: 'x' }] }],
    heads: [{ name: 'y', from: { node: 'made' }, loss: registry.make('loss', 'mse') }],
  })
}

describe.each(recurrentLayers)('$name', (layer) => {
  const products = (entry: 'predict' | 'step', times: number): number | undefined => {
    const settings = { maxBatch: 2, optimizer: registry.make('optimizer', 'adam') }
    const { instructions } = trainingProgram(graphOf(layer, times), settings).entries[entry] ?? {}
    return instructions?.filter(({ primitive }) => primitive === 'dot').length
  }

  it('takes the input of all times in one product, and a step the state in one', () => {
    expect([2, 5, 9].map((times) => products('predict', times))).toEqual([3, 6, 10])
  })

  it('takes the gradient of each matrix over all times in one product', () => {
    // Those two, and one for each time but the first, whose state is no parameter.
    const backward = (times: number) =>
      (products('step', times) ?? 0) - (products('predict', times) ?? 0)
    expect([2, 5, 9].map(backward)).toEqual([3, 6, 10])
  })

  it('of 64 times is compiled by every engine, which agree', async () => {
    const values = Float32Array.from({ length: 2 * 64 * 3 }, (_, i) => Math.sin(i))
    const results: number[][] = []
    for (const engine of [engineJs, engineWasm]) {
      const session = await Session.create(
        graphOf(layer, 64),
        { maxBatch: 2, optimizer: registry.make('optimizer', 'adam') },
        engine,
      )
      session.initialise(1)
      session.bind({ rows: 2, inputs: { x: values } })
      results.push([...(session.predict()['y'] ?? [])])
    }
    const [js = [], wasm = []] = results
    expect(js.some((x) => Math.abs(x) > 0.01)).toBe(true)
    for (const [i, x] of js.entries()) expect(wasm[i]).toBeCloseTo(x, 5)
  })
})
