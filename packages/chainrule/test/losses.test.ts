/** Each loss from a text to predictions: it trains, its model is saved, and what it shows is what its target is. */
import { expect, test } from 'vitest'
import { load, loadModel, type Row } from '../src/index.ts'

/** Points of a fixed grid in the plane. */
const points = Array.from({ length: 60 }, (_, i) => ({
  a: ((i * 37) % 41) / 20 - 1,
  b: ((i * 23) % 29) / 14 - 1,
}))
const rowsOf = (target: (a: number, b: number) => Readonly<Record<string, unknown>>): Row[] =>
  points.map(({ a, b }) => ({ a, b, ...target(a, b) }))

const numbers = rowsOf((a, b) => ({ y: 3 + 2 * a - b }))
const two = rowsOf((a, b) => ({ y: a > b ? 'yes' : 'no' }))
const three = rowsOf((a, b) => ({ y: a > 0.3 ? 'east' : b > 0 ? 'north' : 'south' }))
const signs = rowsOf((a, b) => ({ y: a > b ? 1 : -1 }))
const counts = rowsOf((a, b) => ({ y: Math.round(Math.exp(1 + a - 0.5 * b)) }))
const shares = rowsOf((a, b) => {
  const [e, f] = [Math.exp(a), Math.exp(b)]
  return { p: e / (e + f + 1), q: f / (e + f + 1), r: 1 / (e + f + 1) }
})
const directions = rowsOf((a, b) => ({ u: 10 * (a + 2), v: 10 * (b - 2) }))

const settings = 'optimizer adam lr=0.02\ntrain epochs=60 batch=20\nseed 3'

interface Case {
  readonly rows: Row[]
  readonly text: string
  /** A report that says that it has learnt. */
  readonly learns: Readonly<Record<string, number>>
  readonly shows: unknown
}

const aNumber = { value: expect.any(Number) }
const aClass = { value: expect.any(String), probabilities: expect.any(Object) }

const cases: readonly Case[] = [
  { rows: numbers, text: 'dense 1\nloss log-cosh', learns: { r2: 0.9 }, shows: aNumber },
  { rows: two, text: 'dense 1\nloss hinge', learns: { accuracy: 0.9 }, shows: aClass },
  { rows: two, text: 'dense 2\nloss hinge 0.5', learns: { accuracy: 0.9 }, shows: aClass },
  { rows: signs, text: 'dense 1\nloss hinge', learns: { accuracy: 0.9 }, shows: aClass },
  {
    rows: three,
    text: 'dense 12 relu -> dense 3\nloss hinge squared=true',
    learns: { accuracy: 0.85 },
    shows: aClass,
  },
  { rows: two, text: 'dense 1\nloss focal', learns: { accuracy: 0.9 }, shows: aClass },
  {
    rows: three,
    text: 'dense 12 relu -> dense 3\nloss focal gamma=1.5',
    learns: { accuracy: 0.85 },
    shows: aClass,
  },
  { rows: counts, text: 'dense 1\nloss poisson', learns: { r2: 0.8 }, shows: aNumber },
  {
    rows: shares,
    text: 'dense 3\nloss kl-divergence\ntarget [p, q, r]',
    learns: { r2: 0.9 },
    shows: { value: [expect.any(Number), expect.any(Number), expect.any(Number)] },
  },
  {
    rows: directions,
    text: 'dense 2\nloss cosine\ntarget [u, v]\nmetrics [mae]',
    learns: {},
    shows: { value: [expect.any(Number), expect.any(Number)] },
  },
]

test.each(cases)('$text', async ({ rows, text, learns, shows }) => {
  const losses: number[] = []
  const trained = await load(`${text}\n${settings}`).fit(rows, {
    ...(text.includes('target') ? {} : { target: 'y' }),
    onEvent: (event) => {
      if (event.type === 'epoch') losses.push(event.train.loss)
    },
  })
  expect(losses.every(Number.isFinite)).toBe(true)
  expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0)
  const { report } = trained.evaluate(rows)
  for (const [metric, least] of Object.entries(learns))
    expect(report[metric], metric).toBeGreaterThan(least)
  const again = await loadModel(trained.toBytes())
  const [shown] = Object.values(again.predict(rows).predictions)
  expect(shown?.[0]).toEqual(shows)
  expect(again.evaluate(rows).report).toEqual(report)
  trained.dispose()
  again.dispose()
})

test('shares that a model shows add up to 1, and directions point the right way', async () => {
  const fitted = (text: string, rows: Row[]) => load(`${text}\n${settings}`).fit(rows)
  const byShares = await fitted('dense 3\nloss kl-divergence\ntarget [p, q, r]', shares)
  for (const { value } of byShares.predict(shares).predictions['output'] ?? []) {
    const sum = (value as number[]).reduce((total, share) => total + share, 0)
    expect(sum).toBeCloseTo(1, 6)
  }
  const byDirection = await fitted('dense 2\nloss cosine\ntarget [u, v]', directions)
  expect(byDirection.evaluate(directions).report.loss).toBeLessThan(0.01)
})

test('a loss refuses targets that it cannot mean anything for, at its place', async () => {
  const below = counts.map((row, i) => ({ ...row, y: i === 4 ? -2 : row['y'] }))
  const failed = load('dense 1\nloss poisson').fit(below, { target: 'y' })
  await expect(failed).rejects.toMatchObject({
    code: 'target-range',
    message: expect.stringContaining('1 of 60 rows of `y` have others'),
  })
})
