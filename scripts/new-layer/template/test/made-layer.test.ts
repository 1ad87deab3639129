import { inferShapes, Registry, Session } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { losses } from '@chainrule/losses'
import { describe, expect, it } from 'vitest'
import { madeLayer } from '../src/index.ts'

const rows = 3
const x = [1, 2, 3, 4, 5, 6]
const y = [0, 2, 1, 4, 7, 6]
const scale = [0.5, -1]

/** A network of this layer alone, in float64, with the paper's loss. */
async function open(): Promise<Session> {
  const loss = new Registry(losses).make('loss', 'squared')
  const graph = {
    inputs: [{ name: 'x', shape: [2], dtype: 'f32' as const }],
    instances: [{ name: 'made', layer: madeLayer, config: {} }],
    nodes: [{ name: 'made', instance: 'made', inputs: [{ input: 'x' }] }],
    heads: [{ name: 'y', from: { node: 'made' }, loss }],
  }
  const settings = { maxBatch: rows, precision: 'f64' as const }
  const session = await Session.create(inferShapes(graph), settings, engineJs)
  session.initialise(1)
  session.executable.state('made.scale').set(scale)
  session.bind({ rows, inputs: { x: Float64Array.from(x) }, targets: { y: Float64Array.from(y) } })
  return session
}

describe('made-layer', () => {
  it('multiplies each feature by a number of its own', async () => {
    const session = await open()
    expect([...(session.predict()['y'] ?? [])]).toEqual([0.5, -2, 1.5, -4, 2.5, -6])
  })

  it.each([0, 1])('has the gradient of central differences: element %i', async (i) => {
    const session = await open()
    const gradient = session.inspect(session.allRows())['made/dscale']?.values[i]
    const lossAt = (value: number) => {
      session.executable.state('made.scale')[i] = value
      return session.evaluate().loss
    }
    const [at = 0, h] = [scale[i], 1e-5]
    expect(gradient).toBeCloseTo((lossAt(at + h) - lossAt(at - h)) / (2 * h), 6)
  })
})
