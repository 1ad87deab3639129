/** Trainings by a host algorithm: what it is asked and told, and how they end. */
import { describe, expect, test } from 'vitest'
import { type DrivenHost, defineDrivenOptimizer, defineLayer, fit, rate } from '../src/index.ts'
import { affine, centre, lineSearch } from './support/layers.ts'
import { chain, expectClose, line, rowsOf, sessionOf } from './support/sessions.ts'
import { network, run, units } from './support/trainings.ts'

/** An optimizer that does as the test says. */
const driven = (drive: (host: DrivenHost) => Iterable<number | undefined>) =>
  defineDrivenOptimizer({ name: 'as-told', summary: 'As told.', learningRate: 1, drive }).with({
    lr: 1,
  })

describe('a driven optimizer', () => {
  test('has an epoch for each iteration, and the loss in the units of the data', async () => {
    const graph = chain(2, [{ layer: affine, config: units(1) }], { standardise: true })
    const session = await sessionOf(graph, { optimizer: lineSearch.with({ lr: 1 }) })
    session.setTargetScale('y', [3], [10])
    session.bind(line(20))
    const events = await run(session, { epochs: 4 })
    expect(events[0]).toMatchObject({ type: 'started', stepsPerEpoch: 1 })
    const told = events.flatMap((event) =>
      event.type === 'progress' || event.type === 'epoch' ? [event] : [],
    )
    expect(told.map(({ type, epoch }) => `${type} ${epoch}`)).toEqual(
      [1, 2, 3, 4].flatMap((epoch) => [`progress ${epoch}`, `epoch ${epoch}`]),
    )
    for (const event of told) {
      const loss = event.type === 'progress' ? event.loss : event.train.loss
      expect(loss).toBeGreaterThan(0)
      if (event.type === 'epoch') continue
      const next = told[told.indexOf(event) + 1]
      expect(next?.type === 'epoch' && next.train.loss).toBe(loss)
    }
  })

  test('goes on behind the epochs that were trained before', async () => {
    const session = await sessionOf(network, { optimizer: lineSearch.with({ lr: 1 }) })
    session.bind(line(20))
    const events = await run(session, { epochs: 9, start: { epoch: 7, row: 0 } })
    const epochs = events.flatMap((event) => (event.type === 'epoch' ? [event.epoch] : []))
    expect(epochs).toEqual([7, 8, 9])
  })

  test('sees the gradient of the whole loss, penalties included, in any batches', async () => {
    const plain = chain(2, [{ layer: affine, config: units(1) }])
    const graph = {
      ...plain,
      instances: plain.instances.map((instance) => ({ ...instance, l1: 0.1, l2: 0.25 })),
    }
    for (const batch of [3, 8]) {
      const seen: ReturnType<DrivenHost['gradient']>[] = []
      let at = new Float64Array()
      const optimizer = driven(function* (host) {
        at = host.parameters() as typeof at
        for (let i = 0; i <= at.length; i++) {
          const moved = at.slice()
          if (i > 0) moved[i - 1] = (moved[i - 1] ?? 0) + 1e-6
          host.setParameters(moved)
          seen.push(host.gradient())
        }
        host.setParameters(at)
        yield host.evaluate()
      })
      const session = await sessionOf(graph, { optimizer, precision: 'f64' })
      session.bind(line(20))
      await run(session, { epochs: 1, batch })
      const [first, ...moved] = seen
      const differences = moved.map(({ loss }) => (loss - (first?.loss ?? 0)) / 1e-6)
      expectClose(first?.gradient ?? [], differences, 4)
      const [a = 0, b = 0] = at
      const penalty = 0.1 * (Math.abs(a) + Math.abs(b)) + 0.25 * (a * a + b * b)
      const { loss } = session.evaluate(rowsOf(0, 20))
      expect(first?.loss).toBeCloseTo(loss + penalty, 12)
    }
  })

  test('tells the loss of an iteration without another pass over the rows, wherever it ended', async () => {
    const optimizer = driven(function* (host) {
      for (;;) {
        const from = host.parameters()
        host.setParameters(from.map((w) => w * 0.9))
        yield host.evaluate()
        // It looks further, and goes back.
        const here = host.parameters()
        host.setParameters(here.map((w) => w + 5))
        host.gradient()
        host.setParameters(here.map((w) => w * 0.9))
        yield 1
      }
    })
    const session = await sessionOf(network, { optimizer, precision: 'f64' })
    session.bind(line(20))
    const passes: string[] = []
    const { executable } = session
    const ran = executable.run.bind(executable)
    executable.run = (entry, ...rest) => {
      passes.push(entry)
      return ran(entry, ...rest)
    }
    const losses: number[] = []
    const measured: number[] = []
    for await (const event of fit(session, {
      train: rowsOf(0, 20),
      epochs: 4,
      batch: 8,
      seed: 1,
      measureTrain: false,
      stop: { restore: 'last' },
    })) {
      if (event.type !== 'epoch') continue
      losses.push(event.train.loss)
      const known = passes.splice(0)
      // One look for the first of each pair; two for the second, of which the last is where it went.
      expect(known).toEqual(losses.length % 2 === 1 ? ['gradient'] : ['gradient', 'gradient'])
      measured.push(session.evaluate(rowsOf(0, 20)).loss)
      passes.length = 0
    }
    expectClose(losses, measured, 12)
  })

  test('ends as converged where it has no more to give', async () => {
    const optimizer = driven(function* (host) {
      yield host.evaluate()
    })
    const session = await sessionOf(network, { optimizer })
    session.bind(line(20))
    const events = await run(session)
    expect(events.at(-2)).toMatchObject({ type: 'stopped', reason: 'converged' })
    expect(events.at(-1)).toMatchObject({ type: 'finished', epochs: 1 })
  })

  test('hears of an abort within an iteration, and ends with the last whole one', async () => {
    const abort = new AbortController()
    const accepted: Float64Array[] = []
    const optimizer = driven(function* (host) {
      for (let i = 0; ; i++) {
        host.setParameters(host.parameters().map((w) => w + 0.01))
        accepted.push(host.parameters())
        yield host.evaluate()
        if (i === 1) abort.abort()
        // A place that is only looked at.
        host.setParameters(host.parameters().map((w) => w + 100))
        yield undefined
        host.setParameters(accepted.at(-1) ?? new Float64Array())
      }
    })
    const session = await sessionOf(network, { optimizer, precision: 'f64' })
    session.bind(line(20))
    const stop = { restore: 'last' } as const
    const events = await run(session, { epochs: 50, signal: abort.signal, stop })
    expect(events.find(({ type }) => type === 'stopped')).toMatchObject({ reason: 'aborted' })
    expect(events.at(-1)).toMatchObject({ epochs: 2 })
    const weight = session.executable.state('affine1.weight')
    expectClose(weight, accepted[1]?.subarray(0, weight.length) ?? [], 15)
  })
})

describe('where it is asked for no more, it is closed', () => {
  const ends: readonly [
    how: string,
    losses: readonly number[],
    (abort: AbortController) => void,
  ][] = [
    ['after the last epoch', [3, 2, 1], () => {}],
    ['by an abort', [3, 2, 1], (abort) => abort.abort()],
    ['by a loss that is not finite', [3, Number.NaN], () => {}],
  ]
  test.each(ends)('%s, and the model is that of its last iteration', async (_, losses, after) => {
    const closed: string[] = []
    const abort = new AbortController()
    let accepted = new Float64Array()
    const optimizer = driven(function* (host) {
      try {
        for (const loss of losses) {
          if (Number.isFinite(loss)) accepted = host.parameters() as typeof accepted
          yield loss
          after(abort)
        }
        yield 0
      } finally {
        host.setParameters(host.parameters().map((w) => w + 100))
        closed.push('closed')
      }
    })
    const session = await sessionOf(network, { optimizer, precision: 'f64' })
    session.bind(line(20))
    const stop = { restore: 'last' } as const
    await run(session, { epochs: 3, signal: abort.signal, stop })
    expect(closed).toEqual(['closed'])
    const weight = session.executable.state('affine1.weight')
    expectClose(weight, accepted.subarray(0, weight.length), 15)
  })

  test('and what fails then is told', async () => {
    const lose = (): never => {
      throw new Error('lost')
    }
    const optimizer = driven(function* () {
      try {
        for (;;) yield 1
      } finally {
        lose()
      }
    })
    const session = await sessionOf(network, { optimizer })
    session.bind(line(20))
    await expect(run(session, { epochs: 2 })).rejects.toThrow('lost')
  })
})

describe('layers that are more than a function of their parameters', () => {
  const centred = chain(2, [
    { layer: centre, config: { momentum: 0.5 } },
    { layer: affine, config: units(1) },
  ])

  /** Looks three times an iteration, and goes where it looked first. */
  const searching = driven(function* (host) {
    for (let i = 0; i < 3; i++) {
      const from = host.parameters()
      const to = from.map((w) => w * 0.9)
      for (const place of [to, from.map((w) => w + 5), from.map((w) => w + 7)]) {
        host.setParameters(place)
        host.gradient()
      }
      host.setParameters(to)
      yield 1
    }
    host.setParameters(host.parameters().map((w) => w + 9))
    host.gradient()
  })

  test('move their running values once an iteration, wherever it looked', async () => {
    const session = await sessionOf(centred, { optimizer: searching, precision: 'f64' })
    const data = line(8)
    session.bind(data)
    const stop = { restore: 'last' } as const
    const events = await run(session, { train: rowsOf(0, 8), epochs: 9, batch: 8, stop })
    expect(events.at(-1)).toMatchObject({ type: 'finished', epochs: 3 })
    const first = Array.from(data.inputs['x'] ?? []).filter((_, i) => i % 2 === 0)
    const mean = first.reduce((sum, value) => sum + value, 0) / first.length
    const [found] = session.executable.state('centre1.mean')
    expect(found).toBeCloseTo(mean * (1 - 0.5 ** 3), 12)
  })

  /** Leaves out features by its argument. */
  const drop = defineLayer({
    name: 'drop',
    summary: 'Zeroes features while training.',
    arguments: { rate: rate() },
    randomSlots: ['mask'],
    shape: (_, [h]) => h,
    forward: (ops, _, [h], { rate: p }, { training, random }) => {
      if (!training || p === 0) return { h, saved: {} }
      return { h: ops.select(random.mask.bernoulli(p, h.shape), 0, h), saved: {} }
    },
  })

  test('are refused where they draw, by their arguments', async () => {
    const drops = (p: number) =>
      chain(2, [
        { layer: drop, config: { rate: p } },
        { layer: affine, config: units(1) },
      ])
    const session = await sessionOf(drops(0.5), { optimizer: searching })
    session.bind(line(20))
    await expect(run(session)).rejects.toMatchObject({
      code: 'driven-random',
      message: '`as-told` compares losses, but `drop1` draws random numbers while training',
      help: 'leave the layer out, or train with `adam`',
    })
    const still = await sessionOf(drops(0), { optimizer: searching })
    still.bind(line(20))
    const events = await run(still, { epochs: 2 })
    expect(events.at(-1)).toMatchObject({ type: 'finished', epochs: 2 })
  })
})

describe('what is not finite', () => {
  const inverse = defineLayer({
    name: 'inverse',
    summary: '1 / h.',
    shape: (_, [h]) => h,
    forward: (ops, _, [h]) => ({ h: ops.div(ops.constant(1), h), saved: {} }),
  })
  const graph = chain(2, [{ layer: affine, config: units(1) }, { layer: inverse }])

  test('is a loss that is no number to the optimizer, whichever batch it is in', async () => {
    const losses: number[] = []
    const optimizer = driven(function* (host) {
      losses.push(host.gradient().loss)
      yield 1
    })
    const session = await sessionOf(graph, { optimizer })
    const { inputs, ...rest } = line(20)
    const x = Float32Array.from(inputs['x'] ?? [])
    x[2 * 17] = Number.NaN // in the last of three batches
    session.bind({ ...rest, inputs: { x } })
    await run(session, { epochs: 1 })
    expect(losses).toEqual([Number.NaN])
  })

  test('ends the training where the optimizer cannot go on, with its place and the last good weights', async () => {
    let good = new Float64Array()
    const optimizer = driven(function* (host) {
      good = host.parameters() as typeof good
      yield host.evaluate()
      host.setParameters(good.map(() => 0))
      yield host.gradient().loss
    })
    const session = await sessionOf(graph, { optimizer, precision: 'f64' })
    session.bind(line(20))
    const events = await run(session, { stop: { restore: 'last' } })
    const stopped = events.find((event) => event.type === 'stopped')
    expect(stopped).toMatchObject({ reason: 'non-finite', error: { code: 'non-finite' } })
    expect(stopped?.message).toContain('in `inverse2`, forward (`div`)')
    expectClose(session.executable.state('affine1.weight'), good.subarray(0, 2), 15)
  })
})
