/** The trainer's stream: what it says, what it keeps, and how it stops. */
import { describe, expect, test, vi } from 'vitest'
import { defineLayer, type FitOptions, type TrainingEvent, fit as training } from '../src/index.ts'
import { affine, descent, heavyBall, lineSearch } from './support/layers.ts'
import { chain, expectClose, line, rowsOf, sessionOf } from './support/sessions.ts'
import { network, run, units } from './support/trainings.ts'

const last = <T extends TrainingEvent['type']>(events: TrainingEvent[], type: T) =>
  events.filter((event): event is Extract<TrainingEvent, { type: T }> => event.type === type).at(-1)

describe('fit', () => {
  test('tells started, progress, epochs and at last finished, and the loss falls', async () => {
    const session = await sessionOf(network)
    session.bind(line(30))
    const events = await run(session, {
      epochs: 40,
      validation: rowsOf(20, 26),
      test: rowsOf(26, 30),
    })
    expect(events[0]).toMatchObject({
      type: 'started',
      stepsPerEpoch: 3,
      parameters: 17,
      rows: { train: 20, validation: 6, test: 4 },
    })
    const epochs = events.filter((event) => event.type === 'epoch')
    expect(epochs).toHaveLength(40)
    expect(epochs.at(-1)?.train.loss).toBeLessThan((epochs[0]?.train.loss ?? 0) / 10)
    const finished = events.at(-1)
    expect(finished).toMatchObject({ type: 'finished', epochs: 40 })
    expect(last(events, 'finished')?.test?.loss).toBeLessThan(1)
  })

  test('trains on a last, smaller batch', async () => {
    const session = await sessionOf(network)
    session.bind(line(20))
    const events = await run(session, { epochs: 1, everyStep: true })
    expect(events.filter((event) => event.type === 'step').map((event) => event.step)).toEqual([
      1, 2, 3,
    ])
    expect(session.executable.state('step')[0]).toBe(3)
    const without = await sessionOf(network)
    without.bind(line(20))
    await run(without, { epochs: 1, train: rowsOf(0, 16), shuffle: false })
    expect(session.executable.state('step')[0]).not.toBe(without.executable.state('step')[0])
  })

  test('the same seed ends in the same bits, with events for every step or without', async () => {
    const weights = async (options: Partial<FitOptions>): Promise<number[]> => {
      const session = await sessionOf(network)
      session.bind(line(20))
      await run(session, options)
      return Array.from(session.executable.state('affine1.weight'))
    }
    const first = await weights({})
    expect(await weights({ everyStep: true })).toEqual(first)
    expect(await weights({ seed: 2 })).not.toEqual(first)
  })

  test.each([
    ['amid an epoch', 4, { epoch: 2, row: 8 }],
    ['before the first row of one', 6, { epoch: 3, row: 0 }],
    ['behind the last row of one', 6, { epoch: 2, row: 20 }],
    ['nowhere', 0, { epoch: 1, row: 0 }],
  ])(
    'what was interrupted %s goes on to the same bits and says the same',
    async (_, steps, start) => {
      const options = { epochs: 4, stop: { restore: 'last' }, stepsPerEvent: () => 1 } as const
      const optimizer = heavyBall.with({ lr: 0.05, decay: 0.1 })
      const whole = await sessionOf(network, { optimizer })
      whole.bind(line(20))
      const wanted = await run(whole, options)
      const halves = await sessionOf(network, { optimizer })
      halves.bind(line(20))
      const usual = { train: rowsOf(0, 20), batch: 8, seed: 1 }
      if (steps > 0) {
        for await (const event of training(halves, { ...usual, ...options }))
          if (event.type === 'progress' && event.step === steps) break
      }
      const rest = await run(halves, { ...options, start })
      expect(halves.snapshot(['parameter', 'slot', 'counter'])).toEqual(
        whole.snapshot(['parameter', 'slot', 'counter']),
      )
      const places = (events: readonly TrainingEvent[]): string[] =>
        events.flatMap((event) =>
          event.type === 'progress' ? [`${event.epoch}/${event.epochs} ${event.step}`] : [],
        )
      expect(places(rest)).toEqual(places(wanted).slice(steps))
      expect(last(rest, 'finished')?.epochs).toBe(4)
    },
  )

  test('patience counts from where a training goes on', async () => {
    const session = await sessionOf(network, { optimizer: descent.with({ lr: 1e-30, decay: 0 }) })
    session.bind(line(20))
    const events = await run(session, {
      epochs: 50,
      validation: rowsOf(0, 8),
      stop: { patience: 3 },
      start: { epoch: 21, row: 8 },
    })
    expect(last(events, 'finished')).toMatchObject({ epochs: 24, best: 21 })
  })

  test('accumulating two batches is one update of both', async () => {
    const step = async (options: Partial<FitOptions>): Promise<number[]> => {
      const session = await sessionOf(network, { precision: 'f64' })
      session.bind(line(8))
      await run(session, { train: rowsOf(0, 8), epochs: 1, shuffle: false, ...options })
      return Array.from(session.executable.state('affine1.weight'))
    }
    const [whole, halves] = [await step({ batch: 8 }), await step({ batch: 4, accumulate: 2 })]
    expectClose(halves, whole, 13)
  })

  test('keeps the best weights by validation', async () => {
    const session = await sessionOf(network, { optimizer: heavyBall.with({ lr: 0.15, decay: 0 }) })
    session.bind(line(30))
    const validation = rowsOf(20, 30)
    const events = await run(session, { epochs: 25, validation })
    const best = Math.min(
      ...events.flatMap((event) => (event.type === 'epoch' ? [event.validation?.loss ?? 0] : [])),
    )
    expect(session.evaluate(validation).loss).toBe(best)
    expect(last(events, 'finished')?.best).toBe(last(events, 'checkpoint')?.epoch)
  })

  test('stops when the watched value no longer improves', async () => {
    const session = await sessionOf(network, { optimizer: descent.with({ lr: 1e-30, decay: 0 }) })
    session.bind(line(20))
    const events = await run(session, {
      epochs: 50,
      validation: rowsOf(0, 8),
      stop: { patience: 3 },
    })
    expect(last(events, 'stopped')).toMatchObject({ reason: 'no-improvement' })
    expect(last(events, 'finished')?.epochs).toBe(4)
  })

  test('an abort ends the stream with the best weights so far', async () => {
    const session = await sessionOf(network)
    session.bind(line(20))
    const controller = new AbortController()
    const seen: string[] = []
    for await (const event of training(session, {
      train: rowsOf(0, 20),
      epochs: 1e6,
      batch: 8,
      seed: 1,
      signal: controller.signal,
    })) {
      seen.push(event.type)
      if (event.type === 'epoch' && event.epoch === 3) controller.abort()
    }
    expect(seen.slice(-2)).toEqual(['stopped', 'finished'])
  })

  test('a rate that explodes after some epochs stops at the step that did it, whatever the chunks', async () => {
    const explode = async (options: Partial<FitOptions>) => {
      const session = await sessionOf(network, { optimizer: descent.with({ lr: 3, decay: 0 }) })
      session.bind(line(20))
      const stopped = last(await run(session, { epochs: 1000, ...options }), 'stopped')
      return { step: stopped?.error?.data?.['step'], weights: session.snapshot(['parameter']) }
    }
    const { step, weights } = await explode({})
    expect(step).toBeGreaterThan(10)
    expect(await explode({ everyStep: true })).toMatchObject({ step, weights })
  })

  test('a timer is heard between epochs of a few microseconds', async () => {
    const session = await sessionOf(network)
    session.bind(line(4))
    const signal = AbortSignal.timeout(30)
    const events = await run(session, { train: rowsOf(0, 4), epochs: 1e6, signal })
    expect(last(events, 'stopped')).toMatchObject({ reason: 'aborted' })
  })

  describe('in a page, where a timer waits 4 ms and there is no setImmediate', () => {
    test('500 short epochs set no timer and seldom let go', async () => {
      const timer = vi.spyOn(globalThis, 'setTimeout')
      const channel = vi.fn(MessageChannel)
      vi.stubGlobal('setImmediate', undefined)
      vi.stubGlobal('MessageChannel', channel)
      try {
        const session = await sessionOf(network)
        session.bind(line(4))
        const began = performance.now()
        await run(session, { train: rowsOf(0, 4), epochs: 500 })
        expect(timer).not.toHaveBeenCalled()
        expect(channel.mock.calls.length).toBeLessThan((performance.now() - began) / 8 + 1)
      } finally {
        vi.unstubAllGlobals()
        timer.mockRestore()
      }
    })
  })

  test('a rate that explodes stops with layer and step, and the last finite weights stay', async () => {
    const session = await sessionOf(network, { optimizer: descent.with({ lr: 1e30, decay: 0 }) })
    session.bind(line(20))
    const stopped = last(await run(session), 'stopped')
    expect(stopped?.reason).toBe('non-finite')
    expect(stopped?.message).toMatch(
      /^training reached a value that is not finite at step \d+, in `(affine|squash|y)\d?/,
    )
    expect(stopped?.error?.code).toBe('non-finite')
    for (const name of ['affine1.weight', 'affine3.weight']) {
      expect(Array.from(session.executable.state(name)).every(Number.isFinite)).toBe(true)
    }
    // Weights that are finite but give an infinite loss are not good ones.
    expect(session.evaluate(rowsOf(0, 20)).loss).toBeLessThan(1e6)
  })

  test('the layer that makes a value non-finite is named', async () => {
    const inverse = defineLayer({
      name: 'inverse',
      summary: '1 / h.',
      shape: (_, [h]) => h,
      forward: (ops, _, [h]) => ({ h: ops.div(1, h), saved: {} }),
    })
    const session = await sessionOf(
      chain(2, [
        { layer: affine, config: units(2) },
        { layer: inverse },
        { layer: affine, config: units(1) },
      ]),
    )
    const zeros = { 'affine1.weight': new Float32Array(4), 'affine1.bias': new Float32Array(2) }
    session.restore(zeros)
    session.bind(line(20))
    const stopped = last(await run(session), 'stopped')
    expect(stopped?.message).toBe(
      'training reached a value that is not finite at step 1, in `inverse2`, forward (`div`)',
    )
  })

  test('a driven optimizer asks for losses and gradients itself', async () => {
    const session = await sessionOf(network, {
      optimizer: lineSearch.with({ lr: 1, decay: 0 }),
      precision: 'f64',
    })
    session.bind(line(20))
    const losses = (await run(session, { epochs: 30 })).flatMap((event) =>
      event.type === 'epoch' ? [event.train.loss] : [],
    )
    expect(losses).toHaveLength(30)
    expect(losses).toEqual(losses.toSorted((a, b) => b - a))
    expect(new Set(losses).size).toBe(30)
  })

  test('a snapshot brings everything back, slots and counters included', async () => {
    const session = await sessionOf(network, { optimizer: heavyBall.with({ lr: 0.05, decay: 0 }) })
    session.bind(line(20))
    await run(session, { epochs: 2, stop: { restore: 'last' } })
    const snapshot = session.snapshot()
    const step = (): number[] => {
      session.executable.run('step', 8, rowsOf(0, 16))
      return Array.from(session.executable.state('affine1.weight'))
    }
    const first = step()
    expect(step()).not.toEqual(first)
    session.restore(snapshot)
    expect(step()).toEqual(first)
  })
})
