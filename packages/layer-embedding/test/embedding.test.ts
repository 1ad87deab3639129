import { B, inferShapes, type LayerGraph, Session } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { initializers } from '@chainrule/initializers'
import { describeLayer } from '@chainrule/testing'
import { describe, expect, it } from 'vitest'
import { embed, positional } from '../src/index.ts'

const engines = [engineJs, engineWasm] as const

describeLayer({ describe, it }, embed, {
  engines,
  plugins: initializers,
  cases: [
    { arguments: [7], options: { dim: 3 }, inputs: [{ shape: [5], below: 7 }] },
    { arguments: [4], options: { dim: 1 }, inputs: [{ shape: [2, 3], below: 4 }] },
    { arguments: [3], options: { dim: 5 }, inputs: [{ shape: [], below: 3 }] },
    { arguments: [3], options: { dim: 2, padding: 0 }, inputs: [{ shape: [6], below: 3 }] },
  ],
  refuses: [
    { arguments: [3], options: { dim: 2, padding: 3 }, code: 'shape-mismatch', says: '0 to 2' },
  ],
})
describeLayer({ describe, it }, positional, {
  engines,
  plugins: initializers,
  cases: [
    { inputs: [[4, 3]] },
    { arguments: ['sinusoidal'], inputs: [[4, 6]] },
    { arguments: ['sinusoidal'], inputs: [[3, 5]] },
  ],
})

describe('positional', () => {
  it.each([[[B, 4]], [[B, B, 3]], [[B, 2, 3, 4]]])('does not take %j', (shape) => {
    expect(() => positional.shape({ kind: 'learnt' }, [shape])).toThrow(
      expect.objectContaining({ code: 'shape-mismatch' }),
    )
  })

  it('has waves whose lengths grow with the channel', async () => {
    const graph: LayerGraph = {
      inputs: [{ name: 'x', shape: [3, 4], dtype: 'f32' }],
      instances: [{ name: 'made', layer: positional, config: { kind: 'sinusoidal' } }],
      nodes: [{ name: 'made', instance: 'made', inputs: [{ input: 'x' }] }],
      heads: [{ name: 'y', from: { node: 'made' } }],
    }
    const session = await Session.create(inferShapes(graph), { maxBatch: 1 }, engineJs)
    session.bind({ rows: 1, inputs: { x: new Float32Array(12) } })
    const found = [...(session.predict()['y'] ?? [])].map((x) => x.toFixed(4))
    // sin t, cos t, sin t/100, cos t/100 at t = 0, 1, 2
    expect(found).toEqual([
      ...['0.0000', '1.0000', '0.0000', '1.0000'],
      ...['0.8415', '0.5403', '0.0100', '0.9999'],
      ...['0.9093', '-0.4161', '0.0200', '0.9998'],
    ])
  })
})
