import { expect, test } from 'vitest'
import { type GeneratorArguments, generate, generators } from '../src/generators.ts'
import type { Table } from '../src/table.ts'
import { failure } from './support/errors.ts'

const numbers = (table: Table, name: string): number[] =>
  (table.columns.find((column) => column.name === name)?.cells ?? []).map(Number)

test.each([...generators.keys()])('%s: the same seed gives the same points, all finite', (name) => {
  const table = generate(name, { points: 101, noise: 0.2, seed: 3 })
  expect(table.rows).toBe(101)
  for (const { cells } of table.columns) {
    expect(cells).toHaveLength(101)
    expect(cells.every((cell) => Number.isFinite(cell))).toBe(true)
  }
  expect(generate(name, { points: 101, noise: 0.2, seed: 3 })).toEqual(table)
  expect(generate(name, { points: 101, noise: 0.2, seed: 4 })).not.toEqual(table)
})

test('xor is the table of truth by default', () => {
  const table = generate('xor')
  expect(table.columns).toEqual([
    { name: 'x1', cells: [0, 0, 1, 1] },
    { name: 'x2', cells: [0, 1, 0, 1] },
    { name: 'label', cells: [0, 1, 1, 0] },
  ])
})

test('without noise every point stands where its formula says', () => {
  const circle = generate('circle', { noise: 0 })
  const radii = numbers(circle, 'x1').map((x, i) => Math.hypot(x, numbers(circle, 'x2')[i] ?? 0))
  for (const [i, label] of numbers(circle, 'label').entries()) {
    expect((radii[i] ?? 0) <= 2.5).toBe(label === 1)
    if (label === 0) expect(radii[i]).toBeGreaterThanOrEqual(3.5 - 1e-9)
  }
  const plane = generate('plane', { noise: 0 })
  const sums = numbers(plane, 'x1').map((x, i) => (x + (numbers(plane, 'x2')[i] ?? 0)) / 10)
  expect(numbers(plane, 'y')).toEqual(sums)
  const moons = generate('moons', { noise: 0 })
  for (const [i, label] of numbers(moons, 'label').entries()) {
    const [x, y] = [numbers(moons, 'x1')[i] ?? 0, numbers(moons, 'x2')[i] ?? 0]
    const radius = label === 0 ? Math.hypot(x, y) : Math.hypot(x - 1, y - 0.5)
    expect(radius).toBeCloseTo(1, 9)
  }
})

test("the spiral's arms stay apart by more than ten times the default noise", () => {
  const table = generate('spiral', { points: 400, noise: 0 })
  const [xs, ys, labels] = ['x1', 'x2', 'label'].map((name) => numbers(table, name))
  let nearest = Number.POSITIVE_INFINITY
  for (let i = 0; i < 400; i++) {
    for (let j = 0; j < i; j++) {
      if (labels?.[i] === labels?.[j]) continue
      const distance = Math.hypot((xs?.[i] ?? 0) - (xs?.[j] ?? 0), (ys?.[i] ?? 0) - (ys?.[j] ?? 0))
      nearest = Math.min(nearest, distance)
    }
  }
  expect(nearest).toBeGreaterThan(1)
})

test('noise is normal with the deviation asked for', () => {
  const points = 20_000
  const noisy = numbers(generate('xor', { points, noise: 0.5, seed: 1 }), 'x1')
  const noise = noisy.map((x, i) => x - ((i >> 1) & 1))
  const mean = noise.reduce((sum, x) => sum + x, 0) / points
  const deviation = Math.sqrt(noise.reduce((sum, x) => sum + (x - mean) ** 2, 0) / points)
  expect(mean).toBeCloseTo(0, 1)
  expect(deviation).toBeCloseTo(0.5, 1)
  const within = noise.filter((x) => Math.abs(x) < 0.5).length / points
  expect(within).toBeCloseTo(0.683, 1)
})

test('classes are as many as asked for, in turn', () => {
  expect(numbers(generate('spiral', { points: 7, classes: 3 }), 'label')).toEqual([
    0, 1, 2, 0, 1, 2, 0,
  ])
})

test.each<[string, GeneratorArguments, string]>([
  ['sprial', {}, 'generator-unknown'],
  ['spiral', { points: 0 }, 'generator-argument'],
  ['spiral', { point: 500 } as GeneratorArguments, 'generator-argument'],
  ['spiral', { points: 1.5 }, 'generator-argument'],
  ['spiral', { points: 1e9 }, 'generator-argument'],
  ['spiral', { noise: -1 }, 'generator-argument'],
  ['spiral', { noise: Number.NaN }, 'generator-argument'],
  ['spiral', { classes: 1 }, 'generator-argument'],
  ['moons', { classes: 3 }, 'generator-argument'],
  ['plane', { classes: 2 }, 'generator-argument'],
  ['spiral', { seed: 0.5 }, 'generator-argument'],
])('%s(%j): %s', async (name, given, code) => {
  expect((await failure(() => generate(name, given))).code).toBe(code)
})

test('an unknown name suggests the nearest', async () => {
  expect((await failure(() => generate('sprial'))).help).toMatch(/^did you mean `spiral`\?/)
  // Two letters that have changed places are one slip.
  expect((await failure(() => generate('xro'))).help).toMatch(/^did you mean `xor`\?/)
})
