/** Values worked out by hand, and what holds between losses. */
import type { Loss } from '@chainrule/core'
import { differences, type Given, tolerances } from '@chainrule/testing-vectors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answers, binary, classes, given, make, outputs, run, shape, shares } from './run.ts'

describe('by hand', () => {
  const f = { shape: [1, 2], values: [3, -1] }
  const y = { shape: [1, 2], values: [1, -1.5] }
  it.each([
    ['squared (eq. 42, 44)', make('squared'), [4.25], [4, 1]],
    ['mse', make('mse'), [2.125], [2, 0.5]],
    ['mae', make('mae'), [1.25], [0.5, 0.5]],
    ['huber', make('huber'), [(1.5 + 0.125) / 2], [0.5, 0.25]],
  ] as const)('%s', async (_, loss, values, df) => {
    expect(await run(loss, f, y)).toEqual({ values, df })
  })

  it('mae has no slope where output and target are equal', async () => {
    const same = { shape: [1, 1], values: [0.7] }
    expect(await run(make('mae'), same, same)).toEqual({ values: [0], df: [0] })
  })

  it('hinge of yes or no counts what is missing to the margin on the right side', async () => {
    const scores = { shape: [1, 4], values: [0.5, 3, -2, -0.25] }
    const target = { shape: [1, 4], values: [1, 1, 1, 0] }
    const { values, df } = await run(binary('hinge'), scores, target)
    expect(values).toEqual([(0.5 + 0 + 3 + 0.75) / 4])
    expect(df.map((slope) => slope + 0)).toEqual([-0.25, 0, -0.25, 0.25])
  })

  it('hinge of classes counts every other class that comes near the right one', async () => {
    const scores = { shape: [1, 4], values: [2, 1.5, 3, -4] }
    const first: Given = { shape: [1], values: [0], dtype: 'i32' }
    const plain = await run(make('hinge'), scores, first)
    expect(plain).toEqual({ values: [(0.5 + 2) / 4], df: [-0.5, 0.25, 0.25, 0] })
    const squared = await run(make('hinge', { squared: true }), scores, first)
    expect(squared).toEqual({ values: [(0.25 + 4) / 4], df: [-1.25, 0.25, 1, 0] })
  })

  it('poisson has no slope where the expected number is the count', async () => {
    const f = { shape: [1, 2], values: [Math.log(3), Math.log(7)] }
    const { df } = await run(make('poisson'), f, { shape: [1, 2], values: [3, 7] })
    expect(differences(df, [0, 0], tolerances.f64)).toEqual([])
  })

  it('poisson goes on as a line above 30, with the slope that it has there', async () => {
    const nothing = { shape: [1, 1], values: [0] }
    const at = (f: number) => run(make('poisson'), { shape: [1, 1], values: [f] }, nothing)
    const [knee, above] = [await at(30), await at(33)]
    expect(above.df).toEqual(knee.df)
    const rise = (above.values[0] ?? 0) / (knee.values[0] ?? 1)
    expect(rise).toBeCloseTo(4, 12)
  })

  it('log-cosh of small errors keeps its digits in float32', async () => {
    // |d| − log 2 + log(1 + e^(−2|d|)) would give 5.1e-7 or 5.6e-7 at best.
    const f = { shape: [1, 1], values: [1e-3] }
    const { values } = await run(make('log-cosh'), f, { shape: [1, 1], values: [0] }, 'f32')
    expect(Math.abs((values[0] ?? 0) / 5e-7 - 1)).toBeLessThan(1e-6)
  })

  it.each([
    ['the same way', [3, 4], [30, 40], 0],
    ['across', [3, 4], [-4, 3], 1],
    ['opposite', [3, 4], [-0.3, -0.4], 2],
    ['without a direction', [0, 0], [3, 4], 1],
  ])('cosine %s', async (_, f, y, value) => {
    const one = (values: number[]): Given => ({ shape: [1, 2], values })
    const { values, df } = await run(make('cosine'), one(f), one(y))
    expect(values[0]).toBeCloseTo(value, 9)
    expect(df.every(Number.isFinite)).toBe(true)
  })

  it('cross-entropy of equal logits is log K, and pulls the class up', async () => {
    const logits = { shape: [1, 4], values: [5, 5, 5, 5] }
    const { values, df } = await run(make('cross-entropy'), logits, {
      shape: [1],
      values: [2],
      dtype: 'i32',
    })
    expect(values[0]).toBeCloseTo(Math.log(4), 14)
    expect(df).toEqual([0.25, 0.25, -0.75, 0.25])
  })

  it('a class number is the same target as its one-hot weights', async () => {
    const oneHot = { shape, values: [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1] }
    const smoothed = make('cross-entropy', { smoothing: 0.2 })
    for (const loss of [make('cross-entropy'), smoothed, make('focal'), make('hinge')]) {
      const numbered = await run(loss, given(1), classes)
      const weighted = await run(loss, given(1), oneHot)
      expect(differences(weighted.values, numbered.values, tolerances.f64)).toEqual([])
      expect(differences(weighted.df, numbered.df, tolerances.f64)).toEqual([])
    }
  })
})

describe('laws', () => {
  const logits = fc.array(fc.double({ min: -500, max: 500, noNaN: true }), {
    minLength: 1,
    maxLength: 6,
  })

  it('cross-entropy does not change when all logits grow alike, and its gradient adds up to 0', async () => {
    await fc.assert(
      fc.asyncProperty(logits, fc.integer({ min: -1000, max: 1000 }), async (f, shift) => {
        const of = (values: number[]): Given => ({ shape: [1, values.length], values })
        const first: Given = { shape: [1], values: [0], dtype: 'i32' }
        const loss = make('cross-entropy', { smoothing: 0.1 })
        const here = await run(loss, of(f), first)
        const there = await run(loss, of(f.map((x) => x + shift)), first)
        expect(here.values[0]).toBeGreaterThanOrEqual(0)
        // Adding the shift has rounded the logits themselves, by 1e-13 of what they are.
        expect(differences(there.values, here.values, { relative: 0, absolute: 1e-12 })).toEqual([])
        expect(here.df.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 13)
      }),
      { seed: 2, numRuns: 50 },
    )
  })

  it.each<[string, Loss, Loss, Given]>([
    [
      'focal(gamma=0) is cross-entropy',
      make('focal', { gamma: 0 }),
      make('cross-entropy'),
      classes,
    ],
    [
      'focal(gamma=0) of yes or no is binary-cross-entropy',
      binary('focal', { gamma: 0 }),
      make('binary-cross-entropy'),
      answers,
    ],
    [
      'kl-divergence from one class is cross-entropy',
      make('kl-divergence'),
      make('cross-entropy'),
      { shape, values: [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1] },
    ],
    ['squared is F times mse', make('squared'), make('mse'), given(2)],
  ])('%s', async (title, one, other, y) => {
    const [here, there] = [await run(one, given(1), y), await run(other, given(1), y)]
    const factor = title.includes('F times') ? outputs : 1
    const scaled = (values: number[]) => values.map((value) => factor * value)
    expect(differences(here.values, scaled(there.values), tolerances.f64)).toEqual([])
    expect(differences(here.df, scaled(there.df), tolerances.f64)).toEqual([])
  })

  it('kl-divergence is 0 of the distribution itself, and never below', async () => {
    const logits = Array.from(shares.values, (share) => Math.log(Math.max(share, 1e-30)))
    const same = await run(make('kl-divergence'), { shape, values: logits }, shares)
    expect(differences(same.values, [0, 0, 0, 0], tolerances.f64)).toEqual([])
    const other = await run(make('kl-divergence'), given(1), shares)
    expect(Math.min(...other.values)).toBeGreaterThan(0)
  })

  it('binary-cross-entropy of an output is cross-entropy of the logits 0 and f', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: -500, max: 500, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (f, y) => {
          const one = (...values: number[]): Given => ({ shape: [1, values.length], values })
          const binary = await run(make('binary-cross-entropy'), one(f), one(y))
          const both = await run(make('cross-entropy'), one(0, f), one(1 - y, y))
          const near = { relative: 1e-12, absolute: 1e-12 }
          expect(differences(binary.values, both.values, near)).toEqual([])
          expect(differences(binary.df, both.df.slice(1), near)).toEqual([])
        },
      ),
      { seed: 3, numRuns: 50 },
    )
  })
})
