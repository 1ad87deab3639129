/** Metrics of classes: by hand, and what holds between them. */
import { Registry } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { evaluator, numbers } from '@chainrule/testing-vectors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { metrics } from '../src/index.ts'
import { measure, type Rows, tabulate } from './measure.ts'

const registry = new Registry(metrics)

/** Probabilities of three classes, two rows of which are equal for two of them. */
const rows: Rows = {
  width: 3,
  prediction: [0.2, 0.5, 0.3, 0.9, 0.05, 0.05, 0.1, 0.2, 0.7, 0.4, 0.4, 0.2, 0.3, 0.3, 0.4],
  target: [1, 0, 1, 1, 0],
  classes: true,
}
const answers: Rows = { width: 1, prediction: [0.9, 0.4, 0.5, 0.6, 0.8], target: [1, 0, 1, 0, 1] }

describe('by hand', () => {
  it('confusion has a row for each true class and a column for each predicted one', async () => {
    expect(await tabulate('confusion', rows)).toEqual([
      [1, 0, 1],
      [1, 1, 1],
      [0, 0, 0],
    ])
    expect(await tabulate('confusion', answers)).toEqual([
      [1, 1],
      [1, 2],
    ])
    const weighted = { ...answers, weight: [0, 1, 2, 3, 0.5] }
    expect(await tabulate('confusion', weighted)).toEqual([
      [1, 3],
      [2, 0.5],
    ])
  })

  it.each<[string, Record<string, string>, Rows, number]>([
    ['precision', { average: 'binary' }, answers, 2 / 3],
    ['recall', {}, answers, 2 / 3],
    ['precision', { average: 'macro' }, rows, (1 / 2 + 1 + 0) / 3],
    ['recall', {}, rows, (1 / 2 + 1 / 3 + 0) / 3],
    ['recall', { average: 'weighted' }, rows, 2 / 5],
    ['f1', { average: 'micro' }, rows, 2 / 5],
    ['f1', {}, rows, (2 / 4 + 2 / 4 + 0) / 3],
  ])('%s %j', async (name, named, of, expected) => {
    expect(await measure(name, of, { named })).toBeCloseTo(expected, 14)
  })

  it('binary is refused where there are three classes', async () => {
    const asked = { named: { average: 'binary' } }
    await expect(measure('f1', rows, asked)).rejects.toMatchObject({
      code: 'shape-mismatch',
      help: 'take `macro`, `micro` or `weighted`',
    })
  })

  it('a class that occurs nowhere is no part of the mean over the classes', async () => {
    const two = { ...rows, prediction: rows.prediction.map((p, i) => (i % 3 === 2 ? 0 : p)) }
    // 0 is predicted three times, twice rightly; 1 twice, rightly.
    expect(await measure('precision', two)).toBeCloseTo((2 / 3 + 1) / 2, 14)
  })

  it.each([
    [1, 2 / 5],
    [2, 5 / 5],
    [3, 1],
    [100, 1],
  ])('top-k %i', async (k, expected) => {
    expect(await measure('top-k', rows, { named: { k } })).toBeCloseTo(expected, 14)
  })

  it('auc counts a tie between yes and no as half a pair', async () => {
    const of = (prediction: number[], target: number[]): Rows => ({ width: 1, prediction, target })
    expect(await measure('auc', of([0.9, 0.8, 0.3, 0.1], [1, 1, 0, 0]))).toBe(1)
    expect(await measure('auc', of([0.5, 0.5, 0.5, 0.5], [1, 1, 0, 0]))).toBe(0.5)
    expect(await measure('auc', of([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0]))).toBe(3.5 / 4)
    expect(await measure('auc', of([0.9, 0.5], [1, 1]))).toBeNaN()
  })

  it('log-loss of an answer that was thought impossible is 36 nats', async () => {
    const impossible: Rows = { width: 1, prediction: [0, 1], target: [1, 0] }
    expect(await measure('log-loss', impossible)).toBeCloseTo(52 * Math.log(2), 12)
    expect(await measure('log-loss', { ...rows, prediction: [1, 0, 0], target: [0] })).toBe(0)
  })
})

describe('laws', () => {
  const classified = fc
    .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 20 }), fc.integer())
    .map(([width, count, seed]): Rows => {
      const prediction = numbers(seed, width * count, 0, 8).map(Math.round)
      const target = numbers(seed + 1, count, 0, width).map(Math.floor)
      return { width, prediction, target, weight: numbers(seed + 2, count, 0.5, 2), classes: true }
    })
  const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0)

  it('accuracy is top-1, any micro average, and the diagonal of the confusion', async () => {
    await fc.assert(
      fc.asyncProperty(classified, async (of) => {
        const accuracy = await measure('accuracy', of)
        const table = await tabulate('confusion', of)
        const diagonal = sum(table.map((row, i) => row[i] ?? 0)) / sum(table.flat())
        const others = [
          await measure('top-k', of, { named: { k: 1 } }),
          ...(await Promise.all(
            ['precision', 'recall', 'f1'].map((name) =>
              measure(name, of, { named: { average: 'micro' } }),
            ),
          )),
          await measure('recall', of, { named: { average: 'weighted' } }),
          diagonal,
        ]
        for (const other of others) expect(other).toBeCloseTo(accuracy, 12)
      }),
      { seed: 5, numRuns: 25 },
    )
  })

  it('auc depends on the order of the scores alone, and turns over with it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const prediction = numbers(seed, 12, 0, 6).map(Math.round)
        const target = numbers(seed + 1, 12, 0, 2).map(Math.floor)
        fc.pre(new Set(target).size === 2)
        const weight = numbers(seed + 2, 12, 0, 3)
        const of = (change: (score: number) => number): Promise<number> =>
          measure('auc', { width: 1, prediction: prediction.map(change), target, weight })
        const here = await of((score) => score)
        expect(await of((score) => score ** 3 - 5)).toBe(here)
        expect(await of((score) => -score)).toBeCloseTo(1 - here, 12)
      }),
      { seed: 6, numRuns: 50 },
    )
  })

  it.each(['accuracy', 'precision', 'recall', 'f1', 'top-k', 'log-loss'])(
    '%s takes class numbers and one-hot targets alike, in any batches',
    async (name) => {
      const target = rows.target.flatMap((y) => [0, 1, 2].map((k) => Number(k === y)))
      const here = await measure(name, rows)
      const oneHot = { ...rows, target, classes: false }
      expect(await measure(name, oneHot, { batch: 2 })).toBeCloseTo(here, 14)
      expect(await measure(name, rows, { batch: 1, float: 'f32' })).toBeCloseTo(here, 6)
    },
  )

  it.each(metrics.map(({ name }) => name).filter((name) => name !== 'confusion'))(
    '%s of no rows is not known',
    async (name) => {
      const none: Rows = { width: 1, prediction: [], target: [] }
      const classes: Rows = { width: 3, prediction: [], target: [], classes: true }
      expect(await measure(name, name === 'top-k' ? classes : none)).toBeNaN()
    },
  )
})

describe('mistakes', () => {
  it.each([
    ['f1', { average: 'samples' }, 'argument-word'],
    ['top-k', { k: 0 }, 'argument-range'],
    ['auc', { average: 'macro' }, 'argument-unknown'],
  ])('%s refuses %j with %s', (name, named, code) => {
    expect(() => registry.make('metric', name, named)).toThrow(expect.objectContaining({ code }))
  })

  it.each(['precision', 'recall', 'f1', 'confusion'])(
    '%s refuses several answers of yes or no, which are no classes of one target',
    async (name) => {
      const metric = registry.make('metric', name)
      if (metric.style === 'collecting') throw new Error(`${name} collects`)
      const given = (...shape: number[]) => ({ shape, values: [] })
      const traced = evaluator(engineJs)(
        { prediction: given(4, 3), target: given(4, 3), weight: given(4) },
        (ops, tensors) => metric.accumulate(ops, { kind: 'binary', ...tensors }),
      )
      await expect(traced).rejects.toMatchObject({ code: 'shape-mismatch' })
    },
  )
})
