/** What penalties add to the loss and to its gradients, against hands and finite differences. */
import { describe, expect, test } from 'vitest'
import { inferShapes, type LayerGraph, modelParameters, type Penalty } from '../src/index.ts'
import { affine, descent, heavyBall, lineSearch, lookup, squash } from './support/layers.ts'
import { chain, expectClose, line, rowsOf, sessionOf } from './support/sessions.ts'
import { run, units } from './support/trainings.ts'

const twoLayers = chain(2, [
  { layer: affine, config: units(3) },
  { layer: squash },
  { layer: affine, config: units(1) },
])

const withPenalties = (graph: LayerGraph, ...penalties: Penalty[]): LayerGraph => ({
  ...graph,
  penalties,
})

/** λ₁ and λ₂ of every parameter. */
function factors(graph: LayerGraph): Record<string, readonly [number, number]> {
  const parameters = modelParameters(inferShapes(graph))
  return Object.fromEntries(parameters.map(({ name, l1, l2 }) => [name, [l1, l2] as const]))
}

describe('which parameters a penalty reaches', () => {
  const bias = { role: 'bias' } as const

  test('all, but for the exceptions by kind, name, layer and single parameter', () => {
    const except = (...list: Penalty['except'] & object): unknown =>
      factors(withPenalties(twoLayers, { kind: 'l2', factor: 2, except: list }))
    const [off, on] = [
      [0, 0],
      [0, 2],
    ]
    const all = {
      'affine1.weight': on,
      'affine1.bias': on,
      'affine3.weight': on,
      'affine3.bias': on,
    }
    expect(except()).toEqual(all)
    expect(except(bias)).toEqual({ ...all, 'affine1.bias': off, 'affine3.bias': off })
    expect(except({ parameter: 'weight' })).toEqual({
      ...all,
      'affine1.weight': off,
      'affine3.weight': off,
    })
    expect(except({ instance: 'affine1' })).toEqual({
      ...all,
      'affine1.weight': off,
      'affine1.bias': off,
    })
    expect(except({ instance: 'affine3', parameter: 'bias' })).toEqual({
      ...all,
      'affine3.bias': off,
    })
  })

  test('those of a layer alone, and an embedding by its kind', () => {
    const on = [{ instance: 'affine3' }]
    expect(
      factors(withPenalties(twoLayers, { kind: 'l1', factor: 1, on, except: [bias] })),
    ).toEqual({
      'affine1.weight': [0, 0],
      'affine1.bias': [0, 0],
      'affine3.weight': [1, 0],
      'affine3.bias': [0, 0],
    })
    const embedding: LayerGraph = {
      inputs: [{ name: 'x', shape: [], dtype: 'i32' }],
      instances: [{ name: 'embed', layer: lookup, config: { size: 3, width: 2 } }],
      nodes: [{ name: 'embed', instance: 'embed', inputs: [{ input: 'x' }] }],
      heads: [{ name: 'y', from: { node: 'embed' } }],
    }
    const free = { kind: 'l2', factor: 1, except: [{ role: 'embedding' }] } as const
    expect(factors(withPenalties(embedding, free))).toEqual({ 'embed.table': [0, 0] })
  })

  test('several add; the word of a layer holds instead of them where it reaches, and nothing where it is frozen', () => {
    const [all, weights] = [
      { kind: 'l2', factor: 1 },
      { kind: 'l2', factor: 2, except: [bias] },
    ] as const
    const graph = withPenalties(twoLayers, all, weights, { kind: 'l1', factor: 4 })
    const [first, squashed, last] = graph.instances
    if (first === undefined || squashed === undefined || last === undefined) throw new Error()
    expect(
      factors({ ...graph, instances: [{ ...first, l2: 0 }, squashed, { ...last, freeze: true }] }),
    ).toEqual({
      'affine1.weight': [4, 0], // of its own l2
      'affine1.bias': [4, 1], // which reaches no bias
      'affine3.weight': [0, 0],
      'affine3.bias': [0, 0],
    })
  })
})

describe('what a penalty adds', () => {
  const before = { 'affine1.weight': Float64Array.of(1, -2), 'affine1.bias': Float64Array.of(3) }
  const graph = withPenalties(
    chain(2, [{ layer: affine, config: units(1) }]),
    { kind: 'l2', factor: 0.25 },
    { kind: 'l1', factor: 0.5, except: [{ role: 'bias' }] },
  )

  test('to the loss is λ Σ|w| and λ Σw², and to the gradient λ sign(w) and 2 λ w', async () => {
    const optimizer = descent.with({ lr: 1, decay: 0 })
    const session = await sessionOf(graph, { precision: 'f64', optimizer })
    session.restore(before)
    // 0.25 (1 + 4 + 9) + 0.5 (1 + 2)
    expect(session.penalty()).toBe(5)
    // f = 1·0 − 2·0 + 3 = y: the data have no gradient
    session.bind({
      rows: 1,
      inputs: { x: Float64Array.of(0, 0) },
      targets: { y: Float64Array.of(3) },
    })
    session.executable.run('step', 1, rowsOf(0, 1))
    const after = ['affine1.weight', 'affine1.bias'].flatMap((name) =>
      Array.from(session.executable.state(name)),
    )
    // 1 − (0.5 + 0.5), −2 − (−1 − 0.5), 3 − 1.5
    expect(after).toEqual([0, -0.5, 1.5])
  })

  test('comes once in a group of batches', async () => {
    const [whole, group] = [
      await sessionOf(graph, { precision: 'f64' }),
      await sessionOf(graph, { precision: 'f64' }),
    ]
    for (const session of [whole, group]) session.bind(line(8))
    whole.executable.run('step', 8, rowsOf(0, 8))
    group.executable.run('gradient', 2, rowsOf(0, 8))
    group.executable.run('update', 2)
    expectClose(
      group.executable.state('affine1.weight'),
      whole.executable.state('affine1.weight'),
      13,
    )
  })

  test('is part of the gradient before it is clipped', async () => {
    const optimizer = descent.with({ lr: 1, decay: 0, clip: 0.5 })
    const session = await sessionOf(graph, { precision: 'f64', optimizer })
    session.restore(before)
    session.bind({
      rows: 1,
      inputs: { x: Float64Array.of(0, 0) },
      targets: { y: Float64Array.of(3) },
    })
    session.executable.run('step', 1, rowsOf(0, 1))
    const moved = ['affine1.weight', 'affine1.bias'].flatMap((name) =>
      Array.from(session.executable.state(name), (w, i) => w - (before as never)[name][i]),
    )
    expect(Math.hypot(...moved)).toBeCloseTo(0.5, 12)
  })

  test('is what finite differences of it say', async () => {
    const session = await sessionOf(graph, {
      precision: 'f64',
      optimizer: lineSearch.with({ lr: 1 }),
    })
    session.restore(before)
    session.penalty()
    const gradient = Array.from(session.executable.output('penalty', 'penalty/affine1.weight'))
    const state = session.executable.state('affine1.weight')
    const differences = Array.from(state, (w, i) => {
      const [above = 0, below = 0] = [w + 1e-5, w - 1e-5].map((moved) => {
        state[i] = moved
        return session.penalty()
      })
      state[i] = w
      return (above - below) / 2e-5
    })
    expectClose(gradient, differences, 8)
  })
})

describe('what is told of a penalty', () => {
  const penalised = withPenalties(twoLayers, { kind: 'l2', factor: 0.01 })

  test('stands beside the losses of an epoch and of the end, which do not contain it', async () => {
    const optimizer = heavyBall.with({ lr: 0.05, decay: 0 })
    const session = await sessionOf(penalised, { optimizer, precision: 'f64' })
    session.bind(line(20))
    const events = await run(session, { epochs: 3, stop: { restore: 'last' } })
    const epochs = events.filter(({ type }) => type === 'epoch')
    const last = events.at(-1)
    expect(epochs).toHaveLength(3)
    for (const event of [...epochs, last]) expect(event).toHaveProperty('penalty')
    let squares = 0
    for (const name of ['affine1.weight', 'affine1.bias', 'affine3.weight', 'affine3.bias'])
      for (const w of session.executable.state(name)) squares += w * w
    expect(last).toMatchObject({ penalty: expect.closeTo(0.01 * squares, 12) })
    expect(last).toMatchObject({ train: { loss: session.evaluate(rowsOf(0, 20)).loss } })
  })

  test('is nothing where there is none', async () => {
    const session = await sessionOf(twoLayers)
    session.bind(line(20))
    for (const event of await run(session)) expect(event).not.toHaveProperty('penalty')
    expect(session.penalty()).toBeUndefined()
  })
})
