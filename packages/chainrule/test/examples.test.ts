/** The examples reach what they promise. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { run } from './support/cli.ts'

const example = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/${name}.mlp`, import.meta.url))

interface Finished {
  readonly epochs: number
  readonly train: Readonly<Record<string, number>>
  readonly validation?: Readonly<Record<string, number>>
  readonly test?: Readonly<Record<string, number>>
}

async function finished(name: string): Promise<Finished> {
  const { out, code, err } = await run('train', example(name), '--format', 'json')
  expect(code, err).toBe(0)
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Finished
}

test('xor learns all four points', async () => {
  expect((await finished('xor')).train['loss']).toBeLessThan(0.05)
})

test('iris tells at least 95 % of its test flowers', async () => {
  expect((await finished('iris')).test?.['accuracy']).toBeGreaterThanOrEqual(0.95)
})

test('penguins tells at least 95 % of its test birds', async () => {
  expect((await finished('penguins')).test?.['accuracy']).toBeGreaterThanOrEqual(0.95)
})

test('spiral learns at least 98 % of its training points', async () => {
  expect((await finished('spiral')).train['accuracy']).toBeGreaterThanOrEqual(0.98)
}, 60_000)

test('residual learns at least 97 % of its training points', async () => {
  expect((await finished('residual')).train['accuracy']).toBeGreaterThanOrEqual(0.97)
}, 60_000)

test('cars explains at least 80 % of the variance of its test part', async () => {
  expect((await finished('cars')).test?.['r2']).toBeGreaterThanOrEqual(0.8)
}, 60_000)

test('mnist keeps to the official split and its 784-128-10 network', () => {
  const text = readFileSync(example('mnist'), 'utf8')
  expect(text).toContain('dense 128 relu -> dense 10')
  expect(text).toContain('t10k-images')
})
