/** Against PyTorch 1.13's own numbers; see the README of `testing-vectors`. */
import { type RawValue, Registry } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import {
  differences,
  evaluator,
  type Options,
  tolerances,
  vectors,
} from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { optimizers, schedules } from '../src/index.ts'
import { make, trajectory } from './trajectory.ts'

const { initial, gradients, cases } = vectors('optimizers')

/** Our options by the names of the recordings. */
function optionsOf(options: Options): Record<string, RawValue> {
  const names: Readonly<Record<string, string>> = {
    learningRate: 'lr',
    weightDecay: 'decay',
    decay: 'alpha',
    momentumDecay: 'momentum-decay',
  }
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [names[name] ?? name, value]),
  )
}

/** Our slots by the names of the recordings, and what of the recorded number is kept. */
const slotNames: Readonly<Record<string, readonly [slot: string, of?: (x: number) => number]>> = {
  momentum: ['velocity'],
  squareAverage: ['square'],
  squareSum: ['square'],
  changeAverage: ['change'],
  firstMoment: ['mean'],
  secondMoment: ['square'],
  momentumProduct: ['remaining', (product) => 1 - product],
}

describe('ten updates agree with PyTorch', () => {
  it.each(cases)('$name $options $dtype', async ({ name, options, dtype, steps }) => {
    const optimizer = make(name, optionsOf(options))
    const course = { start: initial.data, gradients: gradients.map(({ data }) => data) }
    const found = await trajectory(optimizer, { ...course, float: dtype })
    steps.forEach(({ parameter, slots }, t) => {
      const ours = found[t] ?? {}
      expect(differences(ours['w'] ?? [], parameter.data, tolerances[dtype])).toEqual([])
      expect(Object.keys(slots)).toHaveLength(optimizer.slots.length + optimizer.scalars.length)
      for (const [slot, { data }] of Object.entries(slots)) {
        const [name, of = (x: number) => x] = slotNames[slot] ?? ['']
        const values = ours[name] ?? []
        expect(differences(values, data.map(of), tolerances[dtype])).toEqual([])
      }
    })
  })
})

it('has a recording of every elementwise optimizer', () => {
  const elementwise = optimizers.filter(({ style }) => style === 'elementwise')
  expect(new Set(cases.map(({ name }) => name))).toEqual(
    new Set(elementwise.map(({ name }) => name)),
  )
})

describe('learning rates agree with PyTorch', () => {
  const registry = new Registry(schedules)
  const evaluate = evaluator(engineJs)
  const names: Readonly<Record<string, string>> = {
    at: 'milestones',
    factor: 'gamma',
    steps: 'total',
    minimum: 'floor',
  }

  it.each(vectors('schedules').cases)('$name $options ($source)', async (recorded) => {
    const { name, options, base, rates } = recorded
    const named = Object.fromEntries(
      Object.entries(options).map(([option, value]) => [names[option] ?? option, value]),
    )
    const schedule = registry.make('schedule', name, named)
    // PyTorch's schedulers count calls; here those of `cosine` are updates, of the others epochs.
    const { all } = await evaluate(
      {
        base: { shape: [], values: [base] },
        counts: { shape: [rates.length], values: rates.map((_, t) => t) },
      },
      (ops, { base, counts }) => {
        const all = rates.map((_, t) => {
          const count = ops.reshape(ops.slice(counts, [t], [1]), [])
          const total = ops.constant(rates.length)
          const rate = schedule.rate(ops, { base, step: count, epoch: count, total })
          return ops.reshape(rate, [1])
        })
        return { all: ops.concat(all, 0) }
      },
    )
    expect(differences(all, rates, { relative: 0, absolute: 1e-14 * base })).toEqual([])
  })
})
