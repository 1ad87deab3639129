import { activations } from '@chainrule/activations'
import { inferShapes, Session } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { glorotUniform, initializers } from '@chainrule/initializers'
import { describeLayer } from '@chainrule/testing'
import { differences, numbers, tolerances } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { attention } from '../src/index.ts'
import { piecesOf } from '../src/pieces.ts'

const none = undefined

describeLayer({ describe, it }, attention, {
  engines: [engineJs, engineWasm],
  plugins: [...activations, ...initializers],
  cases: [
    { inputs: [[4, 6], none, none, none] },
    { arguments: [3], options: { causal: true }, inputs: [[5, 6], none, none, none] },
    { arguments: [2], options: { bias: false }, inputs: [[3, 4], none, none, none] },
    { arguments: [2], options: { dropout: 0.4 }, inputs: [[4, 4], none, none, none] },
    { arguments: [2], inputs: [[3, 4], [5, 3], none, none] },
    { arguments: [2], options: { causal: true }, inputs: [[3, 4], [5, 2], [5, 3], none] },
    { arguments: [2], inputs: [[4, 4], none, none, [4]] },
    { arguments: [1], options: { causal: true }, inputs: [[3, 4], none, none, [3]] },
    { arguments: [2], inputs: [[2, 4], [3, 2], [3, 5], [3]] },
    // Long enough for pieces, of which the last is shorter.
    { arguments: [2], options: { causal: true }, inputs: [[97, 4], none, none, none] },
    {
      arguments: [1],
      options: { causal: true, dropout: 0.3 },
      inputs: [[65, 2], none, none, [65]],
    },
  ],
  refuses: [
    { inputs: [[4], none, none, none], code: 'shape-mismatch', says: 'got [B, 4]' },
    { arguments: [4], inputs: [[3, 6], none, none, none], code: 'shape-mismatch', says: '4 heads' },
    {
      inputs: [[3, 4], [4, 4], [5, 4], none],
      code: 'shape-mismatch',
      says: 'a value for each key',
    },
    { inputs: [[3, 4], [5, 4], none, [3]], code: 'shape-mismatch', says: 'a mask of [B, 5]' },
  ],
})

describe('pieces of a causal sequence', () => {
  it.each([
    [31, [[0, 31, 31]]],
    [
      63,
      [
        [0, 21, 21],
        [21, 42, 42],
        [42, 63, 63],
      ],
    ],
    [
      64,
      [
        [0, 16, 16],
        [16, 32, 32],
        [32, 48, 48],
        [48, 64, 64],
      ],
    ],
    [
      97,
      [
        [0, 25, 25],
        [25, 50, 50],
        [50, 75, 75],
        [75, 97, 97],
      ],
    ],
    [
      1000,
      [
        [0, 250, 250],
        [250, 500, 500],
        [500, 750, 750],
        [750, 1000, 1000],
      ],
    ],
  ])('of %i places see no place behind their own', (places, expected) => {
    const pieces = piecesOf(places, places, true)
    expect(pieces.map(({ from, to, keys }) => [from, to, keys])).toEqual(expected)
  })

  it('are one where a sequence sees all of itself, or another', () => {
    expect(piecesOf(1000, 7, false)).toEqual([{ from: 0, to: 1000, keys: 7 }])
  })

  it('give what the whole gives', async () => {
    // The same places twice, as another sequence: that is not cut.
    const [places, channels] = [96, 4]
    const values = numbers(1, 2 * places * channels)
    const inputs = [{ name: 'x', shape: [places, channels], dtype: 'f32' as const }]
    const config = {
      heads: 2,
      causal: true,
      dropout: 0,
      bias: true,
      weights: glorotUniform.with({}),
    }
    const results: number[][] = []
    for (const refs of [[{ input: 'x' }], [{ input: 'x' }, { input: 'x' }]]) {
      const graph = {
        inputs,
        instances: [{ name: 'made', layer: attention, config }],
        nodes: [{ name: 'made', instance: 'made', inputs: refs }],
        heads: [{ name: 'y', from: { node: 'made' } }],
      }
      const session = await Session.create(inferShapes(graph), { maxBatch: 2 }, engineWasm)
      session.initialise(1)
      session.bind({ rows: 2, inputs: { x: Float32Array.from(values) } })
      results.push([...(session.predict()['y'] ?? [])])
    }
    const [pieces = [], whole = []] = results
    expect(differences(pieces, whole, tolerances.f32)).toEqual([])
    expect(pieces.some((x) => Math.abs(x) > 0.1)).toBe(true)
  })
})
