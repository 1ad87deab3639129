import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, describe as group, onTestFinished, test } from 'vitest'
import { describe } from '../src/describe.ts'
import { takeRows } from '../src/encoded.ts'
import { generate } from '../src/generators.ts'
import { imageSet, readIdx } from '../src/idx.ts'
import { readRecords } from '../src/json.ts'
import { loadData, type SourceFile } from '../src/load.ts'
import { folderSource } from '../src/node.ts'
import { type Prepared, prepare } from '../src/prepare.ts'
import type { Recipe } from '../src/recipe.ts'
import { failure } from './support/errors.ts'
import { gzip, idxBytes } from './support/idx.ts'

const recipe: Recipe = { inputs: [{ name: 'input' }], targets: [{ name: 'out', columns: ['y'] }] }
const rows = (count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({ x: i, y: 10 * i }))

/** The parts one by one. */
function taken({ encoded, parts, ...rest }: Prepared) {
  const part = (rows: Int32Array | undefined) => rows && takeRows(encoded, rows)
  const { train, validation, test } = parts
  return {
    ...rest,
    train: takeRows(encoded, train),
    validation: part(validation),
    test: part(test),
  }
}

group('prepare', () => {
  test('splits, fits to the training part alone and encodes every part with it', () => {
    const split = { train: 0.5, validate: 0.3, test: 0.2, ordered: true }
    const { train, validation, test, preprocessing } = taken(
      prepare({ data: readRecords(rows(10)), recipe, split }),
    )
    expect(preprocessing.inputs).toMatchObject([
      { columns: [{ offset: 2, divisor: Math.sqrt(2) }] },
    ])
    expect([train.rows, validation?.rows, test?.rows]).toEqual([5, 3, 2])
    expect(test?.features['input']?.values).toEqual(
      Float32Array.of(6 / Math.sqrt(2), 7 / Math.sqrt(2)),
    )
    expect(test?.targets['out']).toMatchObject({ values: Float32Array.of(80, 90), mean: [20] })
  })

  test('by default a fifth is for validation, and there is no test part', () => {
    const { parts } = prepare({ data: readRecords(rows(10)), recipe })
    expect([parts.train.length, parts.validation?.length]).toEqual([8, 2])
    expect(parts).not.toHaveProperty('test')
  })

  test('the same seed prepares the same data', () => {
    const once = prepare({ data: readRecords(rows(40)), recipe, seed: 5 })
    expect(prepare({ data: readRecords(rows(40)), recipe, seed: 5 })).toEqual(once)
    expect(prepare({ data: readRecords(rows(40)), recipe, seed: 6 })).not.toEqual(once)
  })

  test('rows without their target are left out, and counted', () => {
    const records = [...rows(4), { x: 9, y: null }]
    const { encoded, parts, warnings } = prepare({ data: readRecords(records), recipe })
    expect(encoded.rows).toBe(4)
    expect(parts.train.length + (parts.validation?.length ?? 0)).toBe(4)
    expect(warnings).toMatchObject([{ code: 'rows-without-target', data: { rows: 1 } }])
  })

  test('a column may be shared out equally', () => {
    const records = ['a', 'a', 'b', 'b'].map((y, x) => ({ x, y }))
    const split = { train: 0.5, validate: 0.5, stratify: 'y' }
    const { train, validation } = taken(prepare({ data: readRecords(records), recipe, split }))
    expect(train.targets['out']?.values).toEqual(Int32Array.of(0, 1))
    expect(validation?.targets['out']?.values).toEqual(Int32Array.of(0, 1))
  })

  test('official test data is encoded as the training part says', async () => {
    const set = async (count: number): Promise<ReturnType<typeof imageSet>> =>
      imageSet(await readIdx(idxBytes([count, 2, 2])), await readIdx(idxBytes([count])), {
        images: 'i',
      })
    const images = { inputs: [{ name: 'image' }], targets: [{ name: 'digit', columns: ['label'] }] }
    const given = { data: await set(4), test: await set(3), recipe: images }
    const { train, validation, test } = taken(prepare({ ...given, split: { train: 1 } }))
    expect([train.rows, validation]).toEqual([4, undefined])
    expect(train.features['image']?.values).toEqual(given.data.values)
    expect(test?.features['image']?.values).toEqual(given.test.values)
    expect(test?.targets['digit']?.values).toEqual(Int32Array.of(0, 1, 2))
    const twice = { ...given, split: { train: 0.5, test: 0.5 } }
    expect((await failure(() => prepare(twice))).code).toBe('split-part')
    const unseen = { ...given, data: await set(2), test: await set(3), split: { train: 1 } }
    expect((await failure(() => prepare(unseen))).code).toBe('target-unseen-class')
  })

  test.each<[string, object[], object]>([
    ['rows-one', rows(1), {}],
    ['rows-none', [{ x: 1, y: null }], {}],
    ['rows-one', rows(2), { split: {} }],
    ['stratify-number', rows(10), { split: { train: 0.8, validate: 0.2, stratify: 'y' } }],
    ['column-not-found', rows(10), { split: { train: 0.8, validate: 0.2, stratify: 'z' } }],
    ['split-sum', rows(10), { split: { train: 0.8 } }],
  ])('%s', async (code, records, more) => {
    expect(
      (await failure(() => prepare({ data: readRecords(records), recipe, ...more }))).code,
    ).toBe(code)
  })
})

group('describe', () => {
  test('says of each column its type, what is missing and how many values there are', () => {
    const { columns } = describe(
      readRecords([
        { a: 1, b: 'x' },
        { a: 2.5, b: null },
        { a: 1, b: 'y' },
      ]),
    )
    expect(columns).toEqual([
      { name: 'a', type: 'number', missing: 0, distinct: 2, identifier: false },
      { name: 'b', type: 'category', missing: 1, distinct: 2, identifier: false },
    ])
  })

  test.each([
    ['numbers, however they are spelt', ['1', '1.0', '1e0', 1, -0, '0'], 2],
    ['numbers, and a text among them', ['1', '2', '2.0', 'many', ' many', null], 4],
    ['texts by their spelling', ['x', ' x', 'X', '1', '1.0', null], 4],
    ['truth values in any case', ['yes', 'True', false, 'NO', null], 2],
  ])('tells values apart: %s', (_, cells, distinct) => {
    const { columns } = describe(readRecords(cells.map((a) => ({ a }))))
    expect(columns[0]?.distinct).toBe(distinct)
  })

  test.each<[object[], object | undefined]>([
    [
      [
        { species: 'a', x: 1 },
        { species: 'b', x: 2 },
        { species: 'c', x: 3 },
      ],
      { column: 'species', task: 'classification', classes: 3, because: 'name' },
    ],
    [
      [
        { Miles_per_Gallon: 1.5, x: 1 },
        { Miles_per_Gallon: 2, x: 2 },
      ],
      { column: 'Miles_per_Gallon', task: 'regression', classes: 0, because: 'name' },
    ],
    [
      [
        { x: 1, z: true },
        { x: 2, z: false },
      ],
      { column: 'z', task: 'binary', classes: 2, because: 'last' },
    ],
    [
      [
        { x: 1, day: '2024-01-01' },
        { x: 2, day: '2024-01-02' },
      ],
      { column: 'x', because: 'last' },
    ],
    [[{ x: 1 }, { x: 1 }], undefined],
  ])('%j: %j', (records, target) => {
    const guess = describe(readRecords(records)).target
    if (target === undefined) expect(guess).toBeUndefined()
    else expect(guess).toMatchObject(target)
  })
})

group('where a table cannot be learned from as it is', () => {
  const records = (more: (i: number) => object): object[] =>
    Array.from({ length: 40 }, (_, i) => ({ size: i, grade: i % 4, y: i % 7, ...more(i) }))
  const seventh = (value: object) => (i: number) => (i === 7 ? value : {})

  test.each<[string, object[], object]>([
    ['nothing is said of a table that is well', records(() => ({})), { unfit: [] }],
    [
      'numbers with a slip are left out',
      records(seventh({ size: 'abc' })),
      { unfit: [{ name: 'size', reading: 'none' }], features: ['grade'] },
    ],
    [
      'a few different values are categories',
      records(seventh({ grade: 'A' })),
      { unfit: [{ name: 'grade', reading: 'category' }] },
    ],
    [
      'a list that a row lacks is left out',
      records((i) => (i === 7 ? {} : { list: [i, 1] })),
      { unfit: [{ name: 'list', reading: 'none' }], features: ['size', 'grade'] },
    ],
    [
      'numbers too large to standardise are left out',
      records((i) => ({ size: i % 2 ? 1e300 : -1e300 })),
      { unfit: [{ name: 'size', reading: 'none' }], features: ['grade'] },
    ],
    [
      'a column without a name cannot be listed',
      records((i) => ({ '': i, size: i === 7 ? 'abc' : i })),
      { features: ['grade'] },
    ],
    [
      'a slip in the target is its fault',
      records((i) => ({ y: i === 7 ? 'abc' : i })),
      {
        fault: {
          code: 'text-in-number',
          data: { column: 'y', record: 8 },
          help: expect.stringMatching(/^mend the cell .*; or predict another column$/),
        },
      },
    ],
  ])('%s', (_, table, beginning) => {
    expect(describe(readRecords(table)).beginning).toMatchObject(beginning)
  })

  test('what is only wrong in rows without a target is no fault', () => {
    const found = describe(readRecords(records(seventh({ size: 'abc', y: null }))), 'y').beginning
    expect(found).toMatchObject({ unfit: [], warnings: [] })
  })
})

group('loadData', () => {
  const files: Record<string, Uint8Array | string> = {
    'a.csv': 'x;y\n1;2\n',
    'a.csv.gz': gzip('x,y\n1,2\n'),
    'a.json': '[{"x":"1","y":"2"}]',
    'wide.csv': Uint8Array.of(0xff, 0xfe, 0x61, 0),
    images: idxBytes([2, 2, 2]),
    labels: gzip(idxBytes([2])),
  }
  const source = {
    read: (path: string): Promise<SourceFile> => {
      const held = files[path] ?? ''
      const bytes = typeof held === 'string' ? new TextEncoder().encode(held) : held
      return Promise.resolve({ bytes, name: path, quotable: false })
    },
  }

  test.each([
    { kind: 'csv', path: 'a.csv' },
    { kind: 'csv', path: 'a.csv.gz' },
    { kind: 'json', path: 'a.json' },
  ] as const)('$kind $path', async (what) => {
    const { data } = await loadData(source, what)
    expect(data).toMatchObject({
      kind: 'table',
      columns: [
        { name: 'x', cells: ['1'] },
        { name: 'y', cells: ['2'] },
      ],
      origin: { file: what.path, quotable: false },
    })
  })

  test('images, labels and the test pair', async () => {
    const what = {
      kind: 'idx',
      images: 'images',
      labels: 'labels',
      testImages: 'images',
      testLabels: 'labels',
    } as const
    const { data, test: official } = await loadData(source, what)
    expect(data).toMatchObject({ kind: 'images', rows: 2, labels: Uint8Array.of(0, 1) })
    expect(official).toEqual(data)
  })

  test.each([
    ['plain', (bytes: Uint8Array) => bytes],
    ['gzipped', gzip],
  ])('%s images with official test images become one array without a copy', async (_, pack) => {
    const place = mkdtempSync(join(tmpdir(), 'chainrule-data-'))
    onTestFinished(() => rmSync(place, { recursive: true }))
    const write = (name: string, shape: number[]): void =>
      writeFileSync(join(place, name), pack(idxBytes(shape)))
    write('images', [4, 30, 30])
    write('labels', [4])
    write('test-images', [3, 30, 30])
    write('test-labels', [3])
    const { data, test: official } = await loadData(folderSource(place), {
      kind: 'idx',
      images: 'images',
      labels: 'labels',
      testImages: 'test-images',
      testLabels: 'test-labels',
    })
    if (data.kind !== 'images' || official === undefined) throw new Error('expected images')
    const images = { inputs: [{ name: 'image' }], targets: [{ name: 'digit', columns: ['label'] }] }
    const { encoded, parts } = prepare({
      data,
      test: official,
      recipe: images,
      split: { train: 0.5, validate: 0.5 },
    })
    const values = encoded.features['image']?.values
    // Without this the digits of MNIST would stand in memory twice.
    expect(values?.buffer).toBe(data.values.buffer)
    expect(encoded.rows).toBe(7)
    const test = takeRows(encoded, parts.test ?? Int32Array.of())
    expect(test.features['image']?.values).toEqual(idxBytes([3, 30, 30]).subarray(4 + 4 * 3))
  })

  test('gzipped images of a few bytes, which are unpacked before there is room behind them', async () => {
    const files: Readonly<Record<string, number[]>> = {
      images: [2, 2, 2],
      'test-images': [1, 2, 2],
    }
    const read = (path: string): SourceFile => ({
      bytes: gzip(idxBytes(files[path] ?? [])),
      name: path,
      quotable: true,
    })
    const loaded = await loadData(
      { read },
      { kind: 'idx', images: 'images', testImages: 'test-images' },
    )
    expect([loaded.data.rows, loaded.test?.rows]).toEqual([2, 1])
  })

  test('synthetic data', async () => {
    const what = { kind: 'synthetic', name: 'moons', points: 10, seed: 2 } as const
    expect((await loadData(source, what)).data).toEqual(generate('moons', { points: 10, seed: 2 }))
  })

  test.each([
    ['data-not-utf-8', { kind: 'csv', path: 'wide.csv' }],
    ['file-empty', { kind: 'csv', path: 'none' }],
    ['file-empty', { kind: 'json', path: 'none' }],
    ['json-invalid', { kind: 'json', path: 'a.csv' }],
    ['idx-not-idx', { kind: 'idx', images: 'a.csv' }],
  ] as const)('%s: %j', async (code, what) => {
    expect((await failure(() => loadData(source, what))).code).toBe(code)
  })
})
