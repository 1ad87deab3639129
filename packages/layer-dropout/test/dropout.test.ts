import { B, inferShapes, type Layer, type LayerGraph, Registry, Session } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { losses } from '@chainrule/losses'
import { describeLayer } from '@chainrule/testing'
import { describe, expect, it } from 'vitest'
import { dropout, dropoutLayers, gaussianNoise, spatialDropout } from '../src/index.ts'

const engines = [engineJs, engineWasm] as const

describeLayer({ describe, it }, dropout, {
  engines,
  cases: [
    { inputs: [[6]] },
    { arguments: [0.2], inputs: [[3, 4]] },
    { arguments: [0], inputs: [[5]] },
  ],
})
describeLayer({ describe, it }, spatialDropout, {
  engines,
  cases: [{ inputs: [[4, 6]] }, { arguments: [0.25], inputs: [[2, 3, 5]] }],
})
describeLayer({ describe, it }, gaussianNoise, {
  engines,
  cases: [{ inputs: [[6]] }, { arguments: [0], inputs: [[3]] }],
})

describe('spatial-dropout', () => {
  it('needs places and channels', () => {
    expect(() => spatialDropout.shape({ rate: 0.5 }, [[B, 4]])).toThrow(
      expect.objectContaining({
        code: 'shape-mismatch',
        message: expect.stringMatching(/\[B, 4\]/),
      }),
    )
  })
})

const rows = 400
const size = [3, 5]

/** A layer that is given ones, in front of a loss. */
async function session(layer: Layer, config: object): Promise<Session> {
  const loss = new Registry(losses).make('loss', 'mse')
  const graph: LayerGraph = {
    inputs: [{ name: 'x', shape: size, dtype: 'f32' }],
    instances: [{ name: 'made', layer, config: { ...config } }],
    nodes: [{ name: 'made', instance: 'made', inputs: [{ input: 'x' }] }],
    heads: [{ name: 'y', from: { node: 'made' }, loss }],
  }
  const made = await Session.create(inferShapes(graph), { maxBatch: rows }, engineJs)
  made.initialise(1)
  const ones = new Float32Array(rows * 15).fill(1)
  made.bind({ rows, inputs: { x: ones }, targets: { y: ones } })
  return made
}

describe('dropout in training', () => {
  it('leaves out about as many as its rate says, and keeps the mean', async () => {
    const made = await session(dropout, { rate: 0.2 })
    const found = made.inspect(made.allRows())['made/h']?.values ?? []
    const left = [...found].filter((x) => x === 0).length / found.length
    // Three standard deviations of 6,000 draws.
    expect(Math.abs(left - 0.2)).toBeLessThan(3 * Math.sqrt((0.2 * 0.8) / 6000))
    expect(new Set(found)).toEqual(new Set([0, 1.25]))
  })

  it('leaves out whole channels where it is spatial', async () => {
    const made = await session(spatialDropout, { rate: 0.5 })
    const found = made.inspect(made.allRows())['made/h']?.values ?? []
    const first = found.slice(0, 5)
    expect(new Set(first), 'some channels of a row are left out, others are kept').toEqual(
      new Set([0, 2]),
    )
    for (let row = 0; row < rows; row++) {
      const places = [0, 1, 2].map((place) => [
        ...found.slice(15 * row + 5 * place, 15 * row + 5 * place + 5),
      ])
      expect(places[1]).toEqual(places[0])
      expect(places[2]).toEqual(places[0])
    }
  })
})

describe('prediction', () => {
  it.each(dropoutLayers.map((layer) => [layer.name, layer] as const))(
    '%s leaves its input as it is',
    async (_, layer) => {
      const config = layer === gaussianNoise ? { deviation: 3 } : { rate: 0.9 }
      const made = await session(layer, config)
      expect(new Set(made.predict()['y'])).toEqual(new Set([1]))
    },
  )
})
