import { Registry } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { evaluator, numbers } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { metrics } from '../src/index.ts'
import { measure, type Rows } from './measure.ts'

const registry = new Registry(metrics)
const evaluate = evaluator(engineJs)

const single = (prediction: number[], target: number[], weight?: number[]): Rows => ({
  width: 1,
  prediction,
  target,
  ...(weight === undefined ? {} : { weight }),
})

describe('accuracy', () => {
  const prediction = [0.2, 0.5, 0.3, 0.9, 0.05, 0.05, 0.1, 0.2, 0.7, 0.4, 0.4, 0.2]
  it('counts the rows whose greatest probability is at their class', async () => {
    const rows: Rows = { width: 3, prediction, target: [1, 0, 1, 0], classes: true }
    expect(await measure('accuracy', rows)).toBe(0.75)
  })

  it('takes one-hot targets and class numbers alike', async () => {
    const target = [0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0]
    expect(await measure('accuracy', { width: 3, prediction, target })).toBe(0.75)
  })

  it('takes a probability above a half as yes', async () => {
    const rows = single([0.9, 0.4, 0.5, 0.6], [1, 0, 1, 0])
    expect(await measure('accuracy', rows)).toBe(0.5)
  })

  it('judges several answers of yes or no one by one', async () => {
    const rows: Rows = {
      width: 3,
      prediction: [0.9, 0.6, 0.1, 0.2, 0.7, 0.8],
      target: [1, 0, 0, 0, 1, 1],
      kind: 'binary',
    }
    expect(await measure('accuracy', rows)).toBeCloseTo(5 / 6, 15)
  })

  it('weighs the rows', async () => {
    const rows = single([0.9, 0.4, 0.5, 0.6], [1, 0, 1, 0], [3, 2, 1, 0])
    expect(await measure('accuracy', rows)).toBeCloseTo(5 / 6, 15)
  })
})

/** The metrics in plain numbers, one output at a time, from their equations. */
const formulas: Readonly<Record<string, (p: number[], y: number[], w: number[]) => number>> = {
  mae: (p, y, w) =>
    mean(
      p.map((x, i) => Math.abs(x - (y[i] ?? 0))),
      w,
    ),
  // Of one output: the square, so that several can be averaged before the root.
  rmse: (p, y, w) =>
    mean(
      p.map((x, i) => (x - (y[i] ?? 0)) ** 2),
      w,
    ),
  r2: (p, y, w) => {
    const centre = mean(y, w)
    return (
      1 -
      mean(
        p.map((x, i) => (x - (y[i] ?? 0)) ** 2),
        w,
      ) /
        mean(
          y.map((x) => (x - centre) ** 2),
          w,
        )
    )
  },
}

function mean(values: readonly number[], weights: readonly number[]): number {
  const sum = values.reduce((all, value, i) => all + value * (weights[i] ?? 0), 0)
  return sum / weights.reduce((all, weight) => all + weight, 0)
}

describe('metrics of numbers', () => {
  const width = 2
  const count = 8
  const prediction = numbers(1, count * width)
  const target = numbers(2, count * width)
  const weight = numbers(3, count, 0, 2)
  const column = (all: readonly number[], i: number) => all.filter((_, at) => at % width === i)

  it.each(Object.keys(formulas))('%s follows its equation, weights included', async (name) => {
    const formula = formulas[name] ?? (() => Number.NaN)
    const each = [0, 1].map((i) => formula(column(prediction, i), column(target, i), weight))
    const plain = mean(each, [1, 1])
    const expected = name === 'rmse' ? Math.sqrt(plain) : plain
    const rows: Rows = { width, prediction, target, weight }
    expect(await measure(name, rows)).toBeCloseTo(expected, 12)
    expect(await measure(name, rows, { float: 'f32' })).toBeCloseTo(expected, 6)
  })

  it.each(Object.keys(formulas))('%s does not depend on the batches', async (name) => {
    const rows: Rows = { width, prediction, target, weight }
    const whole = await measure(name, rows, { batch: count })
    expect(await measure(name, rows, { batch: 1 })).toBeCloseTo(whole, 13)
  })

  it.each(Object.keys(formulas))(
    '%s takes a single row and leaves none undefined',
    async (name) => {
      const row = await measure(name, single([2], [2]))
      expect(row).toBe(name === 'r2' ? 1 : 0)
      expect(await measure(name, single([], []))).toBeNaN()
    },
  )
})

describe('r2', () => {
  it('is 1 for a perfect prediction, 0 for the mean, and below for worse', async () => {
    const y = [1, 2, 3, 6]
    expect(await measure('r2', single(y, y))).toBe(1)
    expect(await measure('r2', single([3, 3, 3, 3], y))).toBe(0)
    expect(await measure('r2', single([6, 3, 2, 1], y))).toBeLessThan(-1)
  })

  it('of a constant target is 1 where it is met and else 0, as in scikit-learn', async () => {
    // 0.1 is no sum of powers of two: the spread is not exactly 0 after rounding.
    const y = numbers(1, 100).map(() => 0.1)
    expect(await measure('r2', single(y, y), { batch: 7 })).toBe(1)
    expect(
      await measure(
        'r2',
        single(
          y.map(() => 0.2),
          y,
        ),
        { batch: 7 },
      ),
    ).toBe(0)
  })

  it('keeps its digits for targets far from 0, which float32 squares would lose', async () => {
    const y = numbers(1, 200).map((x) => Math.fround(2000 + x))
    const p = y.map((x, i) => Math.fround(x + 0.1 * Math.sin(i)))
    const exact =
      formulas['r2']?.(
        p,
        y,
        y.map(() => 1),
      ) ?? Number.NaN
    expect(await measure('r2', single(p, y), { float: 'f32', batch: 64 })).toBeCloseTo(exact, 8)
  })
})

describe('mistakes', () => {
  it.each(['mae', 'rmse', 'r2', 'accuracy'])(
    '%s refuses a target of another width',
    async (name) => {
      const metric = registry.make('metric', name)
      if (metric.style !== 'accumulating') throw new Error(`${name} does not accumulate`)
      const given = (...shape: number[]) => ({ shape, values: [] })
      const traced = evaluate(
        { prediction: given(4, 3), target: given(4, 1), weight: given(4) },
        (ops, tensors) => metric.accumulate(ops, { kind: 'number', ...tensors }),
      )
      await expect(traced).rejects.toMatchObject({
        code: 'shape-mismatch',
        message: expect.stringContaining('got [4, 1]'),
      })
    },
  )

  it.each(metrics.map((metric) => metric.name))('%s takes no arguments', (name) => {
    expect(() => registry.make('metric', name, { width: 1 })).toThrow(
      expect.objectContaining({ code: 'argument-unknown' }),
    )
  })
})
