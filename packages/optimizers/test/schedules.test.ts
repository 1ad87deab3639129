import { type RawValue, Registry, type Schedule } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { differences, evaluator, tolerances } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { schedules } from '../src/index.ts'

const registry = new Registry(schedules)
const evaluate = evaluator(engineJs)
const make = (name: string, named: Record<string, RawValue> = {}): Schedule =>
  registry.make('schedule', name, named)

const base = 0.2
const total = 40
const stepsPerEpoch = 4
const steps = Array.from({ length: 50 }, (_, t) => t)

/** η of the updates 0…49. */
async function rates(schedule: Schedule, float: 'f32' | 'f64'): Promise<number[]> {
  const found: number[] = []
  for (const step of steps) {
    const { rate } = await evaluate(
      {
        base: { shape: [], values: [base] },
        step: { shape: [], values: [step] },
        total: { shape: [], values: [total] },
        epoch: { shape: [], values: [Math.floor(step / stepsPerEpoch)] },
      },
      (ops, context) => ({ rate: schedule.rate(ops, context) }),
      { float },
    )
    found.push(...rate)
  }
  return found
}

const reached = (epoch: number, milestones: readonly number[]): number =>
  milestones.filter((milestone) => milestone <= epoch).length

const halfCosine = (t: number, end: number, floor = 0): number =>
  floor + ((base - floor) * (1 + Math.cos((Math.PI * Math.min(t, end)) / end))) / 2

const table: readonly [string, Record<string, RawValue>, (t: number, epoch: number) => number][] = [
  ['constant', {}, () => base],
  ['step', { milestones: [3, 6] }, (_, epoch) => base * 0.1 ** reached(epoch, [3, 6])],
  [
    'step',
    { milestones: [6, 0, 3], gamma: 0.5 },
    (_, epoch) => base * 0.5 ** reached(epoch, [0, 3, 6]),
  ],
  ['step', { every: 2, gamma: 0.5 }, (_, epoch) => base * 0.5 ** Math.floor(epoch / 2)],
  [
    'step',
    { every: 5, milestones: [3] },
    (_, epoch) => base * 0.1 ** (Math.floor(epoch / 5) + reached(epoch, [3])),
  ],
  ['exponential', { gamma: 0.9 }, (_, epoch) => base * 0.9 ** epoch],
  ['cosine', {}, (t) => halfCosine(t, total)],
  ['cosine', { total: 20, floor: 0.01 }, (t) => halfCosine(t, 20, 0.01)],
  [
    'cosine',
    { warmup: 10, floor: 0.01 },
    (t) => (t < 10 ? (base * (t + 1)) / 10 : halfCosine(t - 10, 30, 0.01)),
  ],
  // A warm-up that is as long as the training, or longer, only rises.
  ['cosine', { warmup: 60 }, (t) => (base * (t + 1)) / 60],
  ['cosine', { warmup: 40 }, (t) => (t < 40 ? (base * (t + 1)) / 40 : halfCosine(t - 40, 1))],
]

describe('every schedule', () => {
  it.each(table)('%s %j gives the learning rates of its equation', async (name, named, formula) => {
    const expected = steps.map((t) => formula(t, Math.floor(t / stepsPerEpoch)))
    for (const float of ['f64', 'f32'] as const) {
      const found = await rates(make(name, named), float)
      expect(differences(found, expected, tolerances[float])).toEqual([])
    }
  })
})

describe('cosine', () => {
  it('loses no update to a learning rate of 0, and meets the given rate where the warm-up ends', async () => {
    const found = await rates(make('cosine', { warmup: 10 }), 'f64')
    expect(found[0]).toBeCloseTo(base / 10, 15)
    expect(found.slice(9, 11)).toEqual([base, base])
  })
})

describe('mistakes', () => {
  it('step without any epoch is refused, since it would change nothing', async () => {
    await expect(rates(make('step', { gamma: 0.5 }), 'f64')).rejects.toMatchObject({
      code: 'argument-missing',
    })
  })

  it.each([
    ['exponential', {}, 'argument-missing'],
    ['exponential', { gamma: 0 }, 'argument-range'],
    ['step', { milestones: [-1] }, 'argument-range'],
    ['step', { every: 0 }, 'argument-range'],
    ['cosine', { warmup: 1.5 }, 'argument-type'],
    ['cosine', { floor: -1 }, 'argument-range'],
    ['constant', { gamma: 1 }, 'argument-unknown'],
  ])('%s refuses %j with %s', (name, named, code) => {
    expect(() => make(name, named)).toThrow(expect.objectContaining({ code }))
  })
})
