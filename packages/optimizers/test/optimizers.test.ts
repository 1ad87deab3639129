import type { RawValue } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { differences, evaluator, numbers, tolerances } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { optimizers } from '../src/index.ts'
import { type Course, type Elementwise, make, trajectory } from './trajectory.ts'

const evaluate = evaluator(engineJs)

const [updates, size] = [4, 5]
const start = numbers(1, size)
const gradients = Array.from({ length: updates }, (_, t) => numbers(10 + t, size))

/** W after each update. */
async function run(
  optimizer: Elementwise,
  options: Pick<Course, 'float' | 'firstUpdate'> = {},
): Promise<number[][]> {
  const found = await trajectory(optimizer, { start, gradients, ...options })
  return found.map((after) => after['w'] ?? [])
}

/** The update of one weight in plain numbers, from the equations of the papers; `s` begins empty. */
type Reference = (w: number, g: number, s: Record<string, number>, t: number) => number

function reference(update: Reference): number[][] {
  const slots = start.map((): Record<string, number> => ({}))
  let w = start
  return gradients.map((row, t) => {
    w = w.map((value, i) => update(value, row[i] ?? 0, slots[i] ?? {}, t + 1))
    return w
  })
}

const adamChange = (g: number, s: Record<string, number>, t: number, lr = 1e-3): number => {
  const m = 0.9 * (s['m'] ?? 0) + 0.1 * g
  const v = 0.999 * (s['v'] ?? 0) + 0.001 * g * g
  Object.assign(s, { m, v })
  return (lr * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
}

const table: readonly [name: string, named: Record<string, RawValue>, Reference][] = [
  ['sgd', {}, (w, g) => w - 0.01 * g],
  ['sgd', { lr: 0.5, decay: 0.1 }, (w, g) => w - 0.5 * (g + 0.1 * w)],
  [
    'sgd',
    { momentum: 0.9 },
    (w, g, s) => {
      s['v'] = 0.9 * (s['v'] ?? 0) + g
      return w - 0.01 * s['v']
    },
  ],
  [
    'sgd',
    { momentum: 0.9, nesterov: true, decay: 0.2 },
    (w, g, s) => {
      const decayed = g + 0.2 * w
      s['v'] = 0.9 * (s['v'] ?? 0) + decayed
      return w - 0.01 * (decayed + 0.9 * s['v'])
    },
  ],
  [
    'rmsprop',
    { decay: 0.1 },
    (w, g, s) => {
      const decayed = g + 0.1 * w
      s['s'] = 0.99 * (s['s'] ?? 0) + 0.01 * decayed ** 2
      return w - (0.01 * decayed) / (Math.sqrt(s['s']) + 1e-8)
    },
  ],
  [
    'rmsprop',
    { alpha: 0.9, epsilon: 1e-3, momentum: 0.5 },
    (w, g, s) => {
      s['s'] = 0.9 * (s['s'] ?? 0) + 0.1 * g ** 2
      s['v'] = 0.5 * (s['v'] ?? 0) + g / (Math.sqrt(s['s']) + 1e-3)
      return w - 0.01 * s['v']
    },
  ],
  ['adam', {}, (w, g, s, t) => w - adamChange(g, s, t)],
  ['adam', { decay: 0.1 }, (w, g, s, t) => w - adamChange(g + 0.1 * w, s, t)],
  ['adamw', {}, (w, g, s, t) => w * (1 - 1e-3 * 1e-2) - adamChange(g, s, t)],
  [
    'adamw',
    { decay: 0.5, lr: 0.1 },
    (w, g, s, t) => w * (1 - 0.1 * 0.5) - adamChange(g, s, t, 0.1),
  ],
  ['adamw', { decay: 0 }, (w, g, s, t) => w - adamChange(g, s, t)],
  [
    'adagrad',
    { lr: 0.1, decay: 0.1 },
    (w, g, s) => {
      const decayed = g + 0.1 * w
      s['s'] = (s['s'] ?? 0) + decayed ** 2
      return w - (0.1 * decayed) / (Math.sqrt(s['s']) + 1e-10)
    },
  ],
  [
    'adadelta',
    {},
    (w, g, s) => {
      s['s'] = 0.9 * (s['s'] ?? 0) + 0.1 * g ** 2
      const d = (Math.sqrt((s['u'] ?? 0) + 1e-6) / Math.sqrt(s['s'] + 1e-6)) * g
      s['u'] = 0.9 * (s['u'] ?? 0) + 0.1 * d ** 2
      return w - d
    },
  ],
  [
    'nadam',
    { 'momentum-decay': 0.1 },
    (w, g, s, t) => {
      const mu = (at: number): number => 0.9 * (1 - 0.5 * 0.96 ** (at * 0.1))
      const product = (s['product'] ?? 1) * mu(t)
      const m = 0.9 * (s['m'] ?? 0) + 0.1 * g
      const v = 0.999 * (s['v'] ?? 0) + 0.001 * g * g
      Object.assign(s, { product, m, v })
      const ahead = (mu(t + 1) * m) / (1 - product * mu(t + 1)) + ((1 - mu(t)) * g) / (1 - product)
      return w - (2e-3 * ahead) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
    },
  ],
  [
    'lion',
    { lr: 0.01, decay: 0.5 },
    (w, g, s) => {
      const m = s['m'] ?? 0
      s['m'] = 0.99 * m + 0.01 * g
      return w * (1 - 0.01 * 0.5) - 0.01 * Math.sign(0.9 * m + 0.1 * g)
    },
  ],
]

describe('every optimizer', () => {
  it.each(table)('%s %j updates as its equation says', async (name, named, update) => {
    const expected = reference(update)
    const wide = await run(make(name, named))
    const narrow = await run(make(name, named), { float: 'f32' })
    expect(differences(wide.flat(), expected.flat(), tolerances.f64)).toEqual([])
    expect(differences(narrow.flat(), expected.flat(), tolerances.f32)).toEqual([])
  })

  it.each(optimizers.filter(({ style }) => style === 'elementwise').map(({ name }) => name))(
    '%s leaves a weight without gradient',
    async (name) => {
      const optimizer = make(name, { decay: 0 })
      const { w } = await evaluate({ w: { shape: [1], values: [0.7] } }, (ops, { w }) => {
        const zero = ops.constant(0, { shape: [1] })
        const slots = Object.fromEntries([
          ...optimizer.slots.map((slot) => [slot, zero] as const),
          ...optimizer.scalars.map((slot) => [slot, ops.constant(0)] as const),
        ])
        const learningRate = ops.constant(0.1)
        const context = { w, dw: zero, slots, learningRate, step: ops.constant(1), decay: 0 }
        return { w: optimizer.update(ops, context).w }
      })
      expect(w).toEqual([0.7])
    },
  )

  it.each([
    ['sgd', {}, []],
    ['sgd', { momentum: 0.9 }, ['velocity']],
    ['rmsprop', {}, ['square']],
    ['rmsprop', { momentum: 0.9 }, ['square', 'velocity']],
    ['adam', {}, ['mean', 'square']],
    ['adamw', {}, ['mean', 'square']],
    ['adagrad', {}, ['square']],
    ['adadelta', {}, ['square', 'change']],
    ['lion', {}, ['mean']],
    ['nadam', {}, ['mean', 'square'], ['remaining']],
  ])('%s %j keeps no more than it needs: %j', (name, named, slots, scalars: string[] = []) => {
    expect(make(name, named)).toMatchObject({ slots, scalars })
  })
})

describe('adam', () => {
  it('takes a first step of the learning rate, whatever the size of the gradient', async () => {
    const [first = []] = await run(make('adam'), { float: 'f32' })
    const taken = start.map((w, i) => (w - (first[i] ?? 0)) * Math.sign(gradients[0]?.[i] ?? 0))
    // 1 − 0.999 in float32 would be 1e-3 (1 ± 3e-5), and the step as much too long.
    expect(
      differences(
        taken,
        start.map(() => 1e-3),
        { relative: 0, absolute: 2.5e-7 },
      ),
    ).toEqual([])
  })

  it('corrects nothing any more after a million updates', async () => {
    const late = await run(make('adam'), { firstUpdate: 1e6 })
    const plain = reference((w, g, s) => {
      const m = 0.9 * (s['m'] ?? 0) + 0.1 * g
      const v = 0.999 * (s['v'] ?? 0) + 0.001 * g * g
      Object.assign(s, { m, v })
      return w - (1e-3 * m) / (Math.sqrt(v) + 1e-8)
    })
    expect(differences(late.flat(), plain.flat(), tolerances.f64)).toEqual([])
  })

  it('takes beta1=0 and beta2=0, which remember nothing', async () => {
    const steps = await run(make('adam', { beta1: 0, beta2: 0 }))
    const expected = reference((w, g) => w - (1e-3 * g) / (Math.abs(g) + 1e-8))
    expect(differences(steps.flat(), expected.flat(), tolerances.f64)).toEqual([])
  })
})

describe('defaults and arguments', () => {
  it.each([
    ['sgd', 0.01, 0],
    ['rmsprop', 0.01, 0],
    ['adam', 1e-3, 0],
    ['adamw', 1e-3, 1e-2],
    ['adagrad', 0.01, 0],
    ['adadelta', 1, 0],
    ['nadam', 2e-3, 0],
    ['lion', 1e-4, 0],
  ])('%s learns with lr=%d and decay=%d where none is written', (name, lr, decay) => {
    expect(make(name).common).toMatchObject({ lr, decay })
  })

  it.each([
    ['sgd', { momentum: 1 }, 'argument-range'],
    ['rmsprop', { epsilon: 0 }, 'argument-range'],
    ['adam', { beta2: 1 }, 'argument-range'],
    ['adamw', { nesterov: true }, 'argument-unknown'],
    ['sgd', { nesterov: 1 }, 'argument-type'],
    ['adagrad', { epsilon: 0 }, 'argument-range'],
    ['adadelta', { rho: 1 }, 'argument-range'],
    ['nadam', { 'momentum-decay': -1 }, 'argument-range'],
    ['lion', { epsilon: 1e-8 }, 'argument-unknown'],
  ])('%s refuses %j with %s', (name, named, code) => {
    expect(() => make(name, named)).toThrow(expect.objectContaining({ code }))
  })
})
