/** Parameters that a layer has from another: shapes, gradients, what is kept, and what is refused. */
import { describe, expect, test } from 'vitest'
import {
  defineLayer,
  inferShapes,
  type LayerGraph,
  type LayerInstance,
  modelParameters,
  type Session,
  trainingProgram,
} from '../src/index.ts'
import {
  affine,
  affineDerived,
  descent,
  lookup,
  small,
  squaredError,
  squash,
} from './support/layers.ts'
import { chain, expectClose, line, rowsOf, sessionOf } from './support/sessions.ts'
import { units } from './support/trainings.ts'

/** The graph with one parameter of an instance tied to another. */
function tied(
  graph: LayerGraph,
  name: string,
  [instance, parameter]: readonly [instance: string, parameter: string],
  own = 'weight',
): LayerGraph {
  const instances = graph.instances.map(
    (each): LayerInstance =>
      each.name === name
        ? { ...each, ties: { ...each.ties, [own]: { instance, parameter } } }
        : each,
  )
  return { ...graph, instances }
}

/** 2 -> 3 -> 3 -> 2 -> 2; the third layer has the first's weight transposed, the second the fourth's where asked. */
const autoencoder = (layer = affine): LayerGraph =>
  chain(2, [{ layer, config: units(3) }, { layer: squash }, { layer, config: units(2) }])

function differences(session: Session, name: string, order: Int32Array): number[] {
  const state = session.executable.state(name)
  return Array.from(state, (w, i) => {
    const [above = 0, below = 0] = [w + 1e-5, w - 1e-5].map((moved) => {
      state[i] = moved
      return session.evaluate(order).loss
    })
    state[i] = w
    return (above - below) / 2e-5
  })
}

/** ∂L/∂W from the accumulators. */
function gradientOf(session: Session, name: string, rows: number): number[] {
  session.executable.run('gradient', rows, rowsOf(0, rows))
  return Array.from(session.executable.state(`gradient/y/${name}`), (sum) => sum / rows)
}

const data = (rows: number, outputs: number) => {
  const { targets, ...rest } = line(rows)
  const y = Float32Array.from({ length: rows * outputs }, (_, i) => ((i * 7) % 5) / 4)
  return { ...rest, targets: { ...targets, y } }
}

describe('a tied parameter', () => {
  test('is kept once, by its owner, and read back from what was kept', async () => {
    const graph = tied(autoencoder(), 'affine3', ['affine1', 'weight'])
    const names = modelParameters(inferShapes(graph)).map(({ name }) => name)
    expect(names).toEqual(['affine1.weight', 'affine1.bias', 'affine3.bias'])
    const session = await sessionOf(graph)
    expect(Object.keys(session.snapshot(['parameter'])).sort()).toEqual(names.toSorted())
    session.bind(data(8, 2))
    session.executable.run('step', 8, rowsOf(0, 8))
    const again = await sessionOf(graph)
    again.bind(data(8, 2))
    again.restore(session.snapshot(['parameter']))
    expect(again.predict()).toEqual(session.predict())
  })

  test.each([
    ['by hand', affine],
    ['derived', affineDerived],
  ])('has the sum of the gradients of all places, transposed where it is: %s', async (_, layer) => {
    const graph = tied(autoencoder(layer), `${layer.name}3`, [`${layer.name}1`, 'weight'])
    const session = await sessionOf(graph, { precision: 'f64' })
    session.bind(data(8, 2))
    const name = `${layer.name}1.weight`
    expectClose(gradientOf(session, name, 8), differences(session, name, rowsOf(0, 8)), 8)
  })

  test('is used as it is where it has the shape that is needed, also a square one', async () => {
    const square = chain(2, [
      { layer: affine, config: units(2) },
      { layer: squash },
      { layer: affine, config: units(2) },
    ])
    const graph = tied(square, 'affine3', ['affine1', 'weight'])
    expect(inferShapes(graph).instances[2]?.tied['weight']).toMatchObject({ transposed: false })
    const session = await sessionOf(graph, { precision: 'f64' })
    session.restore({
      'affine1.weight': Float64Array.of(1, 2, 3, 4),
      'affine1.bias': Float64Array.of(0, 0),
      'affine3.bias': Float64Array.of(0, 0),
    })
    session.bind({ rows: 1, inputs: { x: Float64Array.of(1, 0) } })
    const [a, b] = [Math.tanh(1), Math.tanh(3)]
    expectClose(session.predict()['y'] ?? [], [a + 2 * b, 3 * a + 4 * b], 12)
  })

  test('adds the gradient of a lookup to that of a product', async () => {
    const graph: LayerGraph = {
      inputs: [{ name: 'x', shape: [], dtype: 'i32' }],
      instances: [
        { name: 'embed', layer: lookup, config: { size: 5, width: 2 } },
        {
          name: 'end',
          layer: affine,
          config: units(5),
          ties: { weight: { instance: 'embed', parameter: 'table' } },
        },
      ],
      nodes: [
        { name: 'embed', instance: 'embed', inputs: [{ input: 'x' }] },
        { name: 'end', instance: 'end', inputs: [{ node: 'embed' }] },
      ],
      heads: [{ name: 'y', from: { node: 'end' }, loss: squaredError.with({}) }],
    }
    const session = await sessionOf(graph, { precision: 'f64' })
    session.bind({
      rows: 3,
      inputs: { x: Int32Array.of(0, 4, 0) },
      targets: { y: Float64Array.from({ length: 15 }, (_, i) => i % 3) },
    })
    const gradient = gradientOf(session, 'embed.table', 3)
    expectClose(gradient, differences(session, 'embed.table', rowsOf(0, 3)), 8)
    // Every row of the table is a row of the product, those that are not looked up too.
    expect(gradient.every((value) => value !== 0)).toBe(true)
  })

  test('may be had from one that has it itself', async () => {
    const three = chain(2, [
      { layer: affine, config: units(2) },
      { layer: affine, config: units(2) },
      { layer: affine, config: units(2) },
    ])
    const graph = tied(tied(three, 'affine3', ['affine2', 'weight']), 'affine2', [
      'affine1',
      'weight',
    ])
    expect(inferShapes(graph).instances[2]?.tied['weight']?.owner).toEqual({
      instance: 'affine1',
      parameter: 'weight',
    })
    const session = await sessionOf(graph, { precision: 'f64' })
    session.bind(data(6, 2))
    const name = 'affine1.weight'
    expectClose(gradientOf(session, name, 6), differences(session, name, rowsOf(0, 6)), 7)
  })

  test('is updated from all heads that reach it, by groups of batches as by steps', async () => {
    const two: LayerGraph = {
      inputs: [{ name: 'x', shape: [2], dtype: 'f32' }],
      instances: [
        { name: 'a', layer: affine, config: units(3) },
        {
          name: 'b',
          layer: affine,
          config: units(3),
          ties: { weight: { instance: 'a', parameter: 'weight' } },
        },
      ],
      nodes: [
        { name: 'a', instance: 'a', inputs: [{ input: 'x' }] },
        { name: 'b', instance: 'b', inputs: [{ input: 'x' }] },
      ],
      heads: ['a', 'b'].map((name) => ({
        name,
        from: { node: name },
        loss: squaredError.with({}),
      })),
    }
    const [step, group] = [
      await sessionOf(two, { precision: 'f64' }),
      await sessionOf(two, { precision: 'f64' }),
    ]
    for (const session of [step, group]) {
      const { inputs } = line(6)
      const y = Float64Array.from({ length: 18 }, (_, i) => i % 4)
      session.bind({ rows: 6, inputs, targets: { a: y, b: y.map((value) => 2 - value) } })
    }
    step.executable.run('step', 6, rowsOf(0, 6))
    group.executable.run('gradient', 2, rowsOf(0, 6))
    group.executable.run('update', 2)
    expectClose(group.executable.state('a.weight'), step.executable.state('a.weight'), 12)
  })

  test('is penalised and frozen as its owner says', async () => {
    const graph = tied(autoencoder(), 'affine3', ['affine1', 'weight'])
    const instances = (more: readonly object[]) =>
      graph.instances.map((each, i) => ({ ...each, ...more[i] }))
    const of = (...more: object[]) =>
      modelParameters(inferShapes({ ...graph, instances: instances(more) }))[0]
    expect(of({ l2: 0.5 }, {}, { l2: 0.25 })).toMatchObject({ name: 'affine1.weight', l2: 0.5 })
    expect(of({ freeze: true })).toMatchObject({ trainable: false })
    expect(of({}, {}, { freeze: true })).toMatchObject({ trainable: true })
  })
})

describe('a tie that cannot be', () => {
  const shape = (graph: LayerGraph) => () => inferShapes(graph)
  const graph = autoencoder()

  test('is refused with both shapes, or with what it lacks', () => {
    expect(shape(tied(graph, 'affine3', ['affine1', 'bias']))).toThrow(
      '`weight` of `affine3` is [2, 3], but `affine1.bias`, to which it is tied, is [3]',
    )
    expect(shape(tied(graph, 'affine3', ['affine1', 'gain']))).toThrow(
      'nothing in the graph is called `affine1.gain`',
    )
    expect(shape(tied(graph, 'affine3', ['affine9', 'weight']))).toThrow(
      'nothing in the graph is called `affine9.weight`',
    )
    expect(shape(tied(graph, 'affine3', ['affine1', 'weight'], 'gain'))).toThrow(
      '`affine3` ties `gain`, which is none of its parameters',
    )
  })

  test('is refused where it leads in a ring', () => {
    expect(shape(tied(graph, 'affine1', ['affine1', 'weight']))).toThrow(
      '`affine1.weight` is tied to itself',
    )
    const ring = tied(tied(graph, 'affine1', ['affine3', 'weight']), 'affine3', [
      'affine1',
      'weight',
    ])
    expect(shape(ring)).toThrow('`affine1.weight` is tied to itself')
  })
})

test('any layer may be tied, with no word of its own for it', () => {
  const scaled = defineLayer({
    name: 'scaled',
    summary: 'γ ⊙ h.',
    shape: (_, [h]) => h,
    init: (_, [h]) => ({
      gain: { shape: [Number(h.at(-1))], initializer: small, role: 'scale' },
    }),
    forward: (ops, { gain }, [h]) => ({ h: ops.mul(h, gain), saved: {} }),
  })
  const graph = tied(
    chain(2, [{ layer: scaled }, { layer: scaled }]),
    'scaled2',
    ['scaled1', 'gain'],
    'gain',
  )
  const optimizer = descent.with({ lr: 0.1, decay: 0 })
  const program = trainingProgram(inferShapes(graph), { maxBatch: 4, optimizer })
  const kept = Object.entries(program.state).filter(([, { kind }]) => kind === 'parameter')
  expect(kept.map(([name]) => name)).toEqual(['scaled1.gain'])
})
