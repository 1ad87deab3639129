import { inferShapes, Session } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { describeLayer } from '@chainrule/testing'
import { describe, expect, it } from 'vitest'
import { madeLayer } from '../src/index.ts'

/* A case for each option and each number of axes; a line of `refuses` for each error of the layer. */
describeLayer({ describe, it }, madeLayer, {
  engines: [engineJs, engineWasm],
  cases: [
    { title: 'over rows', inputs: [[4]] },
    { title: 'over rows and times', inputs: [[3, 4]] },
  ],
  refuses: [{ inputs: [[]], code: 'shape-mismatch', says: 'got [B]' }],
})

/* The kit knows no right numbers: work some out by hand, or record them from another framework. */
describe('made-layer', () => {
  it('multiplies each feature by a number of its own', async () => {
    const graph = {
      inputs: [{ name: 'x', shape: [2], dtype: 'f32' as const }],
      instances: [{ name: 'made', layer: madeLayer, config: {} }],
      nodes: [{ name: 'made', instance: 'made', inputs: [{ input: 'x' }] }],
      heads: [{ name: 'y', from: { node: 'made' } }],
    }
    const session = await Session.create(inferShapes(graph), { maxBatch: 2 }, engineJs)
    session.executable.state('made.scale').set([0.5, -1])
    session.bind({ rows: 2, inputs: { x: Float32Array.of(1, 2, 3, 4) } })
    expect([...(session.predict()['y'] ?? [])]).toEqual([0.5, -2, 1.5, -4])
  })
})
