/** The program of a graph against gradients worked out by hand, by finite differences and by each other. */
import { describe, expect, test } from 'vitest'
import {
  defineInitializer,
  defineLayer,
  type Initializer,
  inferShapes,
  type LayerGraph,
  type ModelData,
  type Session,
  trainingProgram,
} from '../src/index.ts'
import {
  affine,
  affineDerived,
  centre,
  crossing,
  descent,
  dropHalf,
  fading,
  halving,
  heavyBall,
  lookup,
  maskedSum,
  meanError,
  medianPrediction,
  squaredError,
  squash,
} from './support/layers.ts'
import { chain, expectClose, line, rowsOf, sessionOf } from './support/sessions.ts'
import { units } from './support/trainings.ts'

const numbers = (values: ArrayLike<number>): number[] => Array.from(values)

/** ∂L/∂(each element of a state) by central differences of `evaluate`, in float64. */
function finiteDifferences(session: Session, name: string, order: Int32Array): number[] {
  const state = session.executable.state(name)
  const step = 1e-5
  return numbers(state).map((value, i) => {
    const [above, below] = [value + step, value - step].map((moved) => {
      state[i] = moved
      return session.evaluate(order).loss
    })
    state[i] = value
    return ((above ?? 0) - (below ?? 0)) / (2 * step)
  })
}

describe('the entries', () => {
  test('a graph with losses and an optimizer has all seven', () => {
    const shaped = inferShapes(chain(2, [{ layer: affine, config: units(1) }]))
    const program = trainingProgram(shaped, {
      maxBatch: 4,
      optimizer: descent.with({ lr: 0.1, decay: 0 }),
    })
    expect(Object.keys(program.entries).sort()).toEqual([
      'evaluate',
      'gradient',
      'init',
      'inspect',
      'predict',
      'step',
      'update',
    ])
    expect(program.state['affine1.weight']).toEqual({
      type: { dtype: 'f32', shape: [1, 2] },
      kind: 'parameter',
    })
  })

  test('only those that are asked for are traced, with the states that they name', () => {
    const shaped = inferShapes(chain(2, [{ layer: affine, config: units(1) }]))
    const optimizer = descent.with({ lr: 0.1, decay: 0 })
    const program = trainingProgram(shaped, {
      maxBatch: 4,
      optimizer,
      entries: ['init', 'step'],
    })
    expect(Object.keys(program.entries)).toEqual(['init', 'step'])
    expect(Object.keys(program.state).filter((name) => name.startsWith('gradient/'))).toEqual([])
  })

  test('`loss`, where asked for, is the loss of a batch as it is trained', async () => {
    const graph = chain(2, [
      { layer: affine, config: units(8) },
      { layer: dropHalf },
      { layer: affine, config: units(1) },
    ])
    const session = await sessionOf(graph, { entries: ['init', 'loss', 'inspect'] })
    session.bind(line(6))
    session.inspect(rowsOf(0, 6))
    session.executable.run('loss', 6, rowsOf(0, 6))
    const [loss] = session.executable.output('loss', 'loss')
    expect(loss).toBeGreaterThan(0)
    expect(loss).toBe(session.executable.output('inspect', 'loss')[0])
    const { loss: entry, inspect } = session.program.entries
    const scopes = (from: typeof entry) => from?.instructions.map(({ scope }) => scope ?? '')
    const isBackward = (scope: string) => scope.endsWith('/backward')
    expect(scopes(inspect)?.some(isBackward)).toBe(true)
    expect(scopes(entry)?.some(isBackward)).toBe(false)
  })

  test('one step of a line is eq. 78 with eq. 75, by hand', async () => {
    const session = await sessionOf(chain(2, [{ layer: affine, config: units(1) }]), {
      precision: 'f64',
    })
    session.restore({
      'affine1.weight': Float64Array.of(0.5, -1),
      'affine1.bias': Float64Array.of(0.25),
    })
    session.bind({
      rows: 2,
      inputs: { x: Float64Array.of(1, 2, 3, 4) },
      targets: { y: Float64Array.of(1, 0) },
    })
    // f = [0.5 - 2 + 0.25, 1.5 - 4 + 0.25] = [-1.25, -2.25]; dL/df = 2 (f - y) / 2 = [-2.25, -2.25]
    session.executable.run('step', 2, rowsOf(0, 2))
    expect(numbers(session.executable.state('affine1.weight'))).toEqual([
      0.5 + 0.1 * 9,
      -1 + 0.1 * 13.5,
    ])
    expect(numbers(session.executable.state('affine1.bias'))).toEqual([0.25 + 0.1 * 4.5])
    expect(numbers(session.executable.output('step', 'loss'))).toEqual([
      (2.25 * 2.25 + 2.25 * 2.25) / 2,
    ])
  })
})

test('windows bound by a step train to the bits of windows that are copied', async () => {
  const series = Float64Array.from({ length: 9 }, (_, i) => Math.fround(((i * 7) % 5) / 3))
  const copies = Float64Array.from({ length: 24 }, (_, i) => series[(i >> 2) + (i & 3)] ?? 0)
  const targets = { y: Float64Array.from({ length: 6 }, (_, i) => series[i + 3] ?? 0) }
  const layers = chain(4, [{ layer: affine, config: units(1) }])
  const session = await sessionOf(layers, { precision: 'f64' })
  const trained = (data: Pick<ModelData, 'inputs' | 'steps'>): number[] => {
    session.initialise(3)
    session.bind({ rows: 6, targets, ...data })
    session.executable.run('step', 2, Int32Array.of(5, 0, 3, 1, 2, 4))
    return numbers(session.executable.state('affine1.weight'))
  }
  const overlapping = { inputs: { x: series }, steps: { x: 1 } }
  expect(trained(overlapping)).toEqual(trained({ inputs: { x: copies } }))
  expect(() => session.bind({ rows: 7, ...overlapping })).toThrow(
    'needs 10 numbers for 7 rows, but got 9',
  )
})

const deep = (layer = affine): LayerGraph =>
  chain(2, [
    { layer, config: units(3) },
    { layer: squash },
    { layer, config: units(2) },
    { layer: squash },
    { layer, config: units(1) },
  ])

describe('gradients', () => {
  test('hand-written, derived and finite differences agree through a deep chain', async () => {
    const data = line(5)
    const results = await Promise.all(
      [affine, affineDerived].map(async (layer) => {
        const session = await sessionOf(deep(layer), { precision: 'f64' })
        session.bind(data)
        const inspected = session.inspect(rowsOf(0, 5))
        const name = `${layer.name}1`
        return {
          session,
          name,
          dW: inspected[`${name}/dW`]?.values ?? [],
          dg: inspected[`${name}/dg`]?.values ?? [],
        }
      }),
    )
    const [written, derived] = results
    if (written === undefined || derived === undefined) throw new Error('two sessions')
    expectClose(derived.dW, written.dW, 12)
    expectClose(derived.dg, written.dg, 12)
    // dW is [3, 2 + 1]: the bias is its last column
    const column = (j: number): number[] =>
      [0, 1, 2].map((row) => written.dW[row * 3 + j] ?? Number.NaN)
    const order = rowsOf(0, 5)
    const dWeight = finiteDifferences(written.session, 'affine1.weight', order)
    expectClose(
      [0, 1].flatMap((j) => column(j)),
      [0, 1].flatMap((j) => [0, 1, 2].map((row) => dWeight[row * 2 + j] ?? 0)),
      8,
    )
    expectClose(column(2), finiteDifferences(written.session, 'affine1.bias', order), 8)
  })

  test('one instance in two nodes has one set of weights, whose gradients add', async () => {
    const shared: LayerGraph = {
      inputs: [{ name: 'x', shape: [2], dtype: 'f32' }],
      instances: [
        { name: 'f', layer: affineDerived, config: units(2) },
        { name: 'end', layer: affine, config: units(1) },
      ],
      nodes: [
        { name: 'first', instance: 'f', inputs: [{ input: 'x' }] },
        { name: 'second', instance: 'f', inputs: [{ node: 'first' }] },
        { name: 'last', instance: 'end', inputs: [{ node: 'second' }] },
      ],
      heads: [{ name: 'y', from: { node: 'last' }, loss: squaredError.with({}) }],
    }
    const session = await sessionOf(shared, { precision: 'f64' })
    session.bind(line(4))
    const expected = finiteDifferences(session, 'f.weight', rowsOf(0, 4))
    session.executable.run('gradient', 4, rowsOf(0, 4))
    const sums = numbers(session.executable.state('gradient/y/f.weight'))
    expectClose(
      sums.map((sum) => sum / 4),
      expected,
      8,
    )
  })

  test('several inputs and outputs carry gradients, and two heads are weighted', async () => {
    const graph: LayerGraph = {
      inputs: [{ name: 'x', shape: [2], dtype: 'f32' }],
      instances: [
        { name: 'left', layer: affine, config: units(1) },
        { name: 'right', layer: affine, config: units(1) },
        { name: 'cross', layer: crossing, config: {} },
      ],
      nodes: [
        { name: 'left', instance: 'left', inputs: [{ input: 'x' }] },
        { name: 'right', instance: 'right', inputs: [{ input: 'x' }] },
        { name: 'cross', instance: 'cross', inputs: [{ node: 'left' }, { node: 'right' }] },
      ],
      heads: [
        { name: 'sum', from: { node: 'cross' }, loss: squaredError.with({}), lossWeight: 0.7 },
        {
          name: 'gap',
          from: { node: 'cross', output: 'difference' },
          loss: squaredError.with({}),
          lossWeight: 0.3,
        },
      ],
    }
    const session = await sessionOf(graph, { precision: 'f64' })
    const { inputs, targets } = line(6)
    const y = targets?.['y'] ?? new Float32Array(6)
    session.bind({ rows: 6, inputs, targets: { sum: y, gap: y.map((value) => -value) } })
    const expected = finiteDifferences(session, 'right.weight', rowsOf(0, 6))
    const dW = session.inspect(rowsOf(0, 6))['right/dW']?.values ?? []
    expectClose(
      [0, 1].map((i) => dW[i] ?? Number.NaN),
      expected,
      8,
    )
    const report = session.evaluate()
    expect(report.loss).toBeGreaterThan(0)
  })

  test('gradient and update together are one step, also over several batches and heads of unequal weight', async () => {
    const data = { ...line(7), weights: { y: Float32Array.of(1, 2, 0.5, 1, 3, 1, 0.25) } }
    const graph = chain(2, [{ layer: affine, config: units(1) }], { weighted: true })
    const [whole, parts] = await Promise.all([
      sessionOf(graph, { precision: 'f64' }),
      sessionOf(graph, { precision: 'f64' }),
    ])
    for (const session of [whole, parts]) session.bind(data)
    whole.executable.run('step', 7, rowsOf(0, 7))
    parts.executable.run('gradient', 3, rowsOf(0, 7)) // batches of 3, 3 and 1
    parts.executable.run('update', 3)
    const [one, three] = [whole, parts].map((session) => session.executable.state('affine1.weight'))
    expectClose(three ?? [], one ?? [], 13)
    expect(numbers(parts.executable.state('gradient/y/affine1.weight'))).toEqual([0, 0])
    expect(numbers(parts.executable.state('step'))).toEqual([1, 0])
  })

  test('an optimizer keeps single numbers for each parameter, which begin anew with it', async () => {
    const optimizer = fading.with({ lr: 0.01, decay: 0 })
    const graph = chain(2, [{ layer: affine, config: units(3) }])
    const session = await sessionOf(graph, { optimizer })
    const { type, kind } = session.program.state['optimizer/affine1.weight/count'] ?? {}
    expect({ type, kind }).toEqual({ type: { dtype: 'f32', shape: [] }, kind: 'slot' })
    session.bind({ ...line(4), targets: { y: new Float32Array(12) } })
    session.executable.run('step', 2, rowsOf(0, 4))
    expect(numbers(session.executable.state('optimizer/affine1.weight/count'))).toEqual([2])
    session.initialise(1)
    expect(numbers(session.executable.state('optimizer/affine1.weight/count'))).toEqual([0])
  })

  test('frozen weights stay, clipping bounds the global norm, l2 pulls weights and not biases', async () => {
    const chainOf = (more: object) => {
      const graph = chain(2, [{ layer: affine, config: units(1) }])
      return { ...graph, instances: graph.instances.map((instance) => ({ ...instance, ...more })) }
    }
    const before = { 'affine1.weight': Float64Array.of(1, 1), 'affine1.bias': Float64Array.of(1) }
    const stepped = async (more: object, common: object): Promise<number[]> => {
      const optimizer = descent.with({ lr: 1, decay: 0, ...common })
      const session = await sessionOf(chainOf(more), { precision: 'f64', optimizer })
      session.restore(before)
      session.bind({
        rows: 1,
        inputs: { x: Float64Array.of(3, 0) },
        targets: { y: Float64Array.of(0) },
      })
      session.executable.run('step', 1, rowsOf(0, 1))
      return ['affine1.weight', 'affine1.bias'].flatMap((name) =>
        numbers(session.executable.state(name)),
      )
    }
    // f = 4, dL/df = 8, dW = [24, 0], db = 8
    expect(await stepped({}, {})).toEqual([-23, 1, -7])
    expect(await stepped({ freeze: true }, {})).toEqual([1, 1, 1])
    expect(await stepped({ l2: 0.25 }, {})).toEqual([-23.5, 0.5, -7])
    expect(await stepped({ l1: 0.5 }, {})).toEqual([-23.5, 0.5, -7])
    expect(await stepped({}, { 'clip-value': 2 })).toEqual([-1, 1, -1])
    const clipped = await stepped({}, { clip: 1 })
    const norm = Math.hypot(...clipped.map((value) => value - 1))
    expect(norm).toBeCloseTo(1, 12)
  })
})

describe('what the contract settles', () => {
  test('integer inputs are looked up, and gradients reach the table alone', async () => {
    const graph: LayerGraph = {
      inputs: [{ name: 'x', shape: [3], dtype: 'i32' }],
      instances: [
        { name: 'embed', layer: lookup, config: { size: 4, width: 2 } },
        { name: 'end', layer: affine, config: units(1) },
      ],
      nodes: [
        { name: 'embed', instance: 'embed', inputs: [{ input: 'x' }] },
        { name: 'end', instance: 'end', inputs: [{ node: 'embed' }] },
      ],
      heads: [{ name: 'y', from: { node: 'end' }, loss: squaredError.with({}) }],
    }
    const session = await sessionOf(graph, { precision: 'f64' })
    // the output is [B, 3, 1]: the loss has a value for each row and place
    session.bind({
      rows: 2,
      inputs: { x: Int32Array.of(0, 1, 1, 3, 0, 1) },
      targets: { y: new Float64Array(6).fill(1) },
    })
    const expected = finiteDifferences(session, 'embed.table', rowsOf(0, 2))
    const table = session.inspect(rowsOf(0, 2))['embed/dtable']?.values ?? []
    expectClose(table, expected, 8)
    expect(numbers(table).slice(4, 6)).toEqual([0, 0]) // class 2 never occurs
  })

  test('an optional mask may be given or left out', async () => {
    const graph = (masked: boolean): LayerGraph => ({
      inputs: [
        { name: 'x', shape: [2], dtype: 'f32' },
        { name: 'keep', shape: [2], dtype: 'bool' },
      ],
      instances: [{ name: 'sum', layer: maskedSum, config: {} }],
      nodes: [
        {
          name: 'sum',
          instance: 'sum',
          inputs: masked ? [{ input: 'x' }, { input: 'keep' }] : [{ input: 'x' }],
        },
      ],
      heads: [{ name: 'y', from: { node: 'sum' }, loss: squaredError.with({}) }],
    })
    const predict = async (masked: boolean): Promise<number[]> => {
      const session = await sessionOf(graph(masked))
      session.bind({
        rows: 2,
        inputs: { x: Float32Array.of(1, 2, 4, 8), keep: Uint8Array.of(1, 0, 0, 1) },
      })
      return numbers(session.predict()['y'] ?? [])
    }
    expect(await predict(false)).toEqual([3, 12])
    expect(await predict(true)).toEqual([1, 8])
  })

  test('a frozen layer keeps its running values, computes with them while training too, and has no gradient', async () => {
    const free = chain(2, [
      { layer: affine, config: units(2) },
      { layer: centre, config: { momentum: 0.5 } },
      { layer: affine, config: units(1) },
    ])
    const instances = free.instances.map((instance, i) => ({ ...instance, freeze: i < 2 }))
    const session = await sessionOf({ ...free, instances }, { precision: 'f64' })
    session.executable.state('centre2.mean').set([0.5, -0.25])
    session.bind(line(6))
    const before = session.snapshot(['parameter', 'statistic'])
    session.executable.run('step', 6, rowsOf(0, 6))
    const after = session.snapshot(['parameter', 'statistic'])
    const moved = Object.keys(before).filter(
      (name) => `${numbers(before[name] ?? [])}` !== `${numbers(after[name] ?? [])}`,
    )
    expect(moved.sort()).toEqual(['affine3.bias', 'affine3.weight'])
    const inspected = session.inspect(rowsOf(0, 6))
    const h = inspected['affine1/h']?.values ?? []
    const centred = numbers(h).map((value, i) => value - (i % 2 === 0 ? 0.5 : -0.25))
    expectClose(inspected['centre2/h']?.values ?? [], centred, 12)
    const { step, gradient } = session.program.entries
    for (const entry of [step, gradient]) {
      const backward = entry?.instructions.filter(({ scope }) => scope?.includes('/backward'))
      const layers = new Set(backward?.map(({ scope }) => scope?.split('/')[0]))
      expect([...layers]).toEqual(['y', 'affine3'])
    }
    const kept = Object.keys(session.program.state)
    expect(kept.filter((name) => /^(gradient|optimizer|average)/.test(name)).sort()).toEqual([
      'gradient/y/affine3.bias',
      'gradient/y/affine3.weight',
    ])
  })

  test('running state changes in training, is read in evaluation, and begins at its initial value', async () => {
    const session = await sessionOf(
      chain(2, [
        { layer: centre, config: { momentum: 0.5 } },
        { layer: affine, config: units(1) },
      ]),
    )
    session.bind({
      rows: 2,
      inputs: { x: Float32Array.of(2, 4, 4, 8) },
      targets: { y: Float32Array.of(0, 0) },
    })
    expect(numbers(session.executable.state('centre1.mean'))).toEqual([0, 0])
    expect(session.program.state['centre1.mean']?.kind).toBe('statistic')
    session.executable.run('step', 2, rowsOf(0, 2))
    expect(numbers(session.executable.state('centre1.mean'))).toEqual([1.5, 3])
    session.evaluate()
    expect(numbers(session.executable.state('centre1.mean'))).toEqual([1.5, 3])
  })

  test('random slots draw while training only, another mask each step, the same for the same seed', async () => {
    const graph = chain(8, [{ layer: dropHalf }, { layer: affine, config: units(1) }])
    const data = {
      rows: 4,
      inputs: { x: new Float32Array(32).fill(1) },
      targets: { y: new Float32Array(4) },
    }
    const masks = async (seed: number): Promise<number[][]> => {
      const session = await sessionOf(graph)
      session.initialise(seed)
      session.bind(data)
      return [0, 1].map(() => {
        const mask = numbers(session.inspect(rowsOf(0, 4))['drop-half1/h']?.values ?? [])
        session.executable.run('step', 4, rowsOf(0, 4))
        return mask
      })
    }
    const [first, again, other] = [await masks(1), await masks(1), await masks(2)]
    expect(first).toEqual(again)
    expect(first[0]).not.toEqual(first[1])
    expect(first[0]).not.toEqual(other[0])
    expect(new Set(first.flat())).toEqual(new Set([0, 2]))
  })

  test('targets are trained standardised and reported in their own units', async () => {
    const graph = chain(2, [{ layer: affine, config: units(1) }], { standardise: true })
    const metrics = [
      { head: 'y', metric: meanError.with({}) },
      { head: 'y', metric: medianPrediction.with({}) },
    ]
    const session = await sessionOf(graph, { precision: 'f64', metrics })
    session.setTargetScale('y', [100], [10])
    session.restore({ 'affine1.weight': Float64Array.of(1, 0), 'affine1.bias': Float64Array.of(0) })
    session.bind({
      rows: 3,
      inputs: { x: Float64Array.of(1, 0, 2, 0, 3, 0) },
      targets: { y: Float64Array.of(110, 121, 127) },
    })
    expect(numbers(session.predict()['y'] ?? [])).toEqual([110, 120, 130])
    const report = session.evaluate()
    expect(report.loss).toBeCloseTo((0 + 1 + 9) / 3, 12)
    expect(report['mean-error']).toBeCloseTo((0 - 1 + 3) / 3, 12)
    expect(report['median-prediction']).toBe(120)
    session.executable.run('step', 3, rowsOf(0, 3))
    expect(session.executable.output('step', 'loss')[0]).toBeCloseTo((0 + 0.01 + 0.09) / 3, 12)
  })

  test('slots and schedules are part of the program', async () => {
    const optimizer = heavyBall.with({ lr: 0.1, decay: 0, schedule: halving.with({}) })
    const session = await sessionOf(chain(1, [{ layer: affine, config: units(1) }]), {
      precision: 'f64',
      optimizer,
    })
    session.restore({ 'affine1.weight': Float64Array.of(0), 'affine1.bias': Float64Array.of(0) })
    session.setHyperparameter('stepsPerEpoch', 1)
    session.bind({ rows: 1, inputs: { x: Float64Array.of(0) }, targets: { y: Float64Array.of(1) } })
    const order = rowsOf(0, 1)
    session.executable.run('step', 1, order)
    const first = session.executable.state('affine1.bias')[0] ?? 0
    expect(first).toBeCloseTo(0.2, 12) // db = -2, rate 0.1
    session.executable.run('step', 1, order)
    // v = 0.9 (-2) + 2 (0.2 - 1) = -3.4, rate 0.05
    expect(session.executable.state('affine1.bias')[0]).toBeCloseTo(0.2 + 0.05 * 3.4, 12)
    expect(session.executable.state('optimizer/affine1.bias/velocity')[0]).toBeCloseTo(-3.4, 12)
  })

  /** Draws so many normal numbers for each value, and keeps the last of them. */
  const lastNormalOf = (times: number): Initializer =>
    defineInitializer({
      name: 'last-normal',
      summary: 'The last of several normal numbers.',
      sample: (_, { shape, random }) => {
        let drawn = random.normal(shape)
        for (let i = 1; i < times; i++) drawn = random.normal(shape)
        return drawn
      },
    }).with({})

  test.each([8, 9, 17])(
    'after %i normal numbers the next parameters draw others',
    async (times) => {
      const layer = defineLayer({
        name: 'several',
        summary: 'h + a + b + c.',
        shape: (_, [h]) => h,
        init: (_, [h]) => {
          const shape = [Number(h.at(-1))]
          const drawn = (normals: number) =>
            ({ shape, initializer: lastNormalOf(normals), role: 'bias' }) as const
          return { a: drawn(times), b: drawn(times), c: drawn(1) }
        },
        forward: (ops, { a, b, c }, [h]) => ({
          h: ops.add(h, ops.add(a, ops.add(b, c))),
          saved: {},
        }),
      })
      const session = await sessionOf(chain(4, [{ layer }, { layer }]))
      const drawn = ['several1', 'several2'].flatMap((name) =>
        ['a', 'b', 'c'].flatMap((w) => numbers(session.executable.state(`${name}.${w}`))),
      )
      expect(new Set(drawn).size).toBe(24)
    },
  )

  test('the same seed gives the same bits, another seed others', async () => {
    const bits = async (seed: number): Promise<number[]> => {
      const session = await sessionOf(deep())
      session.initialise(seed)
      return numbers(session.executable.state('affine1.weight'))
    }
    expect(await bits(3)).toEqual(await bits(3))
    expect(await bits(3)).not.toEqual(await bits(4))
  })
})
