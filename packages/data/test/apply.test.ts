import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apply } from '../src/apply.ts'
import { takeRows } from '../src/encoded.ts'
import { fit } from '../src/fit.ts'
import { imageSet, readIdx } from '../src/idx.ts'
import { readRecords } from '../src/json.ts'
import { parsePreprocessing } from '../src/parse-preprocessing.ts'
import { featureNames, inputShape, type Preprocessing } from '../src/preprocessing.ts'
import type { Recipe } from '../src/recipe.ts'
import { failure } from './support/errors.ts'
import { idxBytes } from './support/idx.ts'

const records = [
  { size: 1, colour: 'red', new: true, price: 10, kind: 'a' },
  { size: 3, colour: 'blue', new: false, price: 30, kind: 'b' },
]
const recipe: Recipe = {
  inputs: [{ name: 'input', columns: ['size', 'colour', 'new'] }],
  targets: [
    { name: 'price', columns: ['price'] },
    { name: 'kind', columns: ['kind'] },
  ],
}
const { preprocessing } = fit(readRecords(records), recipe, [0, 1])
const one = { size: 2, colour: 'red', new: 'no' }
const encode = (rows: readonly object[], targets?: 'required' | 'present' | 'none') =>
  apply(preprocessing, readRecords(rows), targets === undefined ? {} : { targets })

describe('features', () => {
  test('numbers are scaled, categories one-hot, truth values 0 and 1', () => {
    const [input] = preprocessing.inputs
    expect(input && inputShape(input)).toEqual([4])
    expect(input && featureNames(input)).toEqual(['size', 'colour=blue', 'colour=red', 'new'])
    const { data, warnings } = encode([...records, one], 'none')
    expect(data.rows).toBe(3)
    expect(data.features['input']).toEqual({
      shape: [4],
      dtype: 'f32',
      values: Float32Array.of(-1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0),
    })
    expect(warnings).toEqual([])
  })

  test('a missing value becomes what the training part says', () => {
    const { data } = encode([{ size: null, colour: null, new: null }])
    expect(data.features['input']?.values).toEqual(Float32Array.of(0, 1, 0, 0))
  })

  test('unseen levels become zeros, with one warning that counts them', () => {
    const { data, warnings } = encode([
      one,
      { ...one, colour: 'green' },
      { ...one, colour: 'grey' },
    ])
    expect(data.features['input']?.values.subarray(4, 8)).toEqual(Float32Array.of(0, 0, 0, 0))
    expect(warnings).toMatchObject([
      { code: 'level-unseen', data: { record: 2, column: 'colour', rows: 2 } },
    ])
    expect(warnings[0]?.message).toBe(
      'column `colour`: 2 of 3 rows have a value that the model was not trained on, first `green`',
    )
  })

  test('a constant of the training part is 0, whatever comes', () => {
    const table = readRecords([
      { x: 5, y: 1 },
      { x: 5, y: 2 },
    ])
    const constant = fit(table, { inputs: [{ name: 'input' }], targets: [] }, [0, 1])
    const { data } = apply(constant.preprocessing, readRecords([{ x: 9, y: 1 }]))
    expect(data.features['input']?.values).toEqual(Float32Array.of(0, -1))
  })

  test('an integer input gives whole numbers, and where the smallest and the largest stand', () => {
    const table = readRecords([
      { a: 7, b: 1 },
      { a: 8, b: 2 },
    ])
    const tokens = fit(table, { inputs: [{ name: 'tokens', as: 'integer' }], targets: [] }, [0, 1])
    expect(apply(tokens.preprocessing, table).data.features['tokens']).toEqual({
      shape: [2],
      dtype: 'i32',
      values: Int32Array.of(7, 1, 8, 2),
      reach: {
        least: { value: 1, place: 'the data, record 1, column `b`' },
        greatest: { value: 8, place: 'the data, record 2, column `a`' },
      },
    })
  })

  test('an integer input that is looked up refuses what its table does not have', async () => {
    const table = readRecords([{ a: 7 }, { a: 8 }])
    const tokens = fit(table, { inputs: [{ name: 'tokens', as: 'integer' }], targets: [] }, [0, 1])
    const bounded = (below: number) => {
      const inputs = tokens.preprocessing.inputs.map((input) => ({ ...input, below }))
      // As it comes back from a saved model.
      return parsePreprocessing(JSON.parse(JSON.stringify({ ...tokens.preprocessing, inputs })))
    }
    expect(apply(bounded(9), table).data.features['tokens']?.values).toEqual(Int32Array.of(7, 8))
    expect(await failure(() => apply(bounded(8), table))).toMatchObject({
      code: 'index-range',
      data: { record: 2, column: 'a' },
    })
    expect(await failure(() => bounded(0))).toMatchObject({ code: 'preprocessing-invalid' })
  })

  test('an input of yes and no gives both, however they are spelt', () => {
    const table = readRecords([
      { a: 0, b: 'yes' },
      { a: 1, b: 'no' },
    ])
    const mask = fit(table, { inputs: [{ name: 'mask', as: 'boolean' }], targets: [] }, [0, 1])
    expect(apply(mask.preprocessing, table).data.features['mask']).toEqual({
      shape: [2],
      dtype: 'bool',
      values: Uint8Array.of(0, 1, 1, 0),
    })
    const other = readRecords([{ a: 2, b: 'no' }])
    expect(() => apply(mask.preprocessing, other)).toThrow(
      expect.objectContaining({ code: 'text-in-boolean' }),
    )
  })

  test('standardised training rows have mean 0 and deviation 1, and scaling can be undone', () => {
    const whole = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 2, maxLength: 30 })
    fc.assert(
      fc.property(whole, (cells) => {
        fc.pre(new Set(cells).size > 1)
        const table = readRecords(cells.map((x) => ({ x })))
        const fitted = fit(table, { inputs: [{ name: 'input' }], targets: [] }, [...cells.keys()])
        const values = [
          ...(apply(fitted.preprocessing, table).data.features['input']?.values ?? []),
        ]
        const mean = values.reduce((sum, x) => sum + x, 0) / values.length
        const square = values.reduce((sum, x) => sum + x * x, 0) / values.length
        expect(Math.abs(mean)).toBeLessThan(1e-6)
        expect(square).toBeCloseTo(1, 5)
        const [encoder] = fitted.preprocessing.inputs.flatMap((input) =>
          input.kind === 'columns' ? input.columns : [],
        )
        if (encoder?.type !== 'number') throw new Error('expected a number')
        for (const [row, value] of values.entries()) {
          const back = value * encoder.divisor + encoder.offset
          expect(Math.abs(back - (cells[row] ?? 0))).toBeLessThan(1e-6 * encoder.divisor * 10)
        }
      }),
    )
  })

  test('one-hot rows name their level again', () => {
    const levels = fc.array(fc.constantFrom('a', 'b', 'c', 'd e', 'é'), { minLength: 2 })
    fc.assert(
      fc.property(levels, (cells) => {
        const table = readRecords(cells.map((x) => ({ x })))
        const columns = [{ name: 'x', type: 'category' as const }]
        const fitted = fit(table, { inputs: [{ name: 'input' }], targets: [], columns }, [
          ...cells.keys(),
        ])
        const { features } = apply(fitted.preprocessing, table).data
        const [input] = fitted.preprocessing.inputs
        const names = input === undefined ? [] : featureNames(input)
        const values = features['input']?.values ?? new Float32Array(0)
        for (const [row, cell] of cells.entries()) {
          const hot = [...values.subarray(row * names.length, (row + 1) * names.length)]
          expect(names.filter((_, i) => hot[i] === 1)).toEqual([`x=${cell}`])
        }
      }),
    )
  })
})

/** Advice that fitting gives would be wrong here: the model is trained and takes what it takes. */
test.each<[object, string, string]>([
  [{ size: 'x', colour: 'red', new: true }, '`x` is not a number', 'was trained on numbers there'],
  [
    { colour: 'red', new: true },
    'no column `size`, which the model takes',
    'it has `colour`, `new`',
  ],
])('what a trained model cannot take: %j', async (row, message, help) => {
  expect(await failure(() => encode([row], 'none'))).toMatchObject({
    message: expect.stringContaining(message),
    help: expect.stringContaining(help),
  })
})

describe('targets', () => {
  test('numbers stay in their units beside mean and deviation, classes are indices', () => {
    expect(encode(records).data.targets).toEqual({
      price: {
        kind: 'number',
        values: Float32Array.of(10, 30),
        width: 1,
        mean: [20],
        deviation: [10],
      },
      kind: { kind: 'class', classes: ['a', 'b'], values: Int32Array.of(0, 1) },
    })
  })

  test('binary targets are 0 and 1', () => {
    const table = readRecords([
      { x: 1, y: 'no' },
      { x: 2, y: 'yes' },
    ])
    const targets = [{ name: 'y', columns: ['y'] }]
    const fitted = fit(table, { inputs: [{ name: 'input' }], targets }, [0, 1])
    expect(apply(fitted.preprocessing, table).data.targets['y']).toEqual({
      kind: 'binary',
      classes: ['no', 'yes'],
      values: Float32Array.of(0, 1),
    })
  })

  test('a class is known in every spelling of its type', () => {
    const table = readRecords([
      { x: 1, y: 'no' },
      { x: 2, y: 'yes' },
    ])
    const targets = [{ name: 'y', columns: ['y'] }]
    const { preprocessing } = fit(table, { inputs: [{ name: 'input' }], targets }, [0, 1])
    const others = readRecords(['TRUE', false, 1, 'No', true].map((y) => ({ x: 1, y })))
    expect(apply(preprocessing, others).data.targets['y']?.values).toEqual(
      Float32Array.of(1, 0, 1, 0, 1),
    )
  })

  test('several numbers stand side by side', () => {
    const table = readRecords([
      { x: 1, y: 1, z: 10 },
      { x: 2, y: 3, z: 30 },
    ])
    const targets = [{ name: 'out', columns: ['y', 'z'] }]
    const fitted = fit(table, { inputs: [{ name: 'input' }], targets }, [0, 1])
    expect(apply(fitted.preprocessing, table).data.targets['out']?.values).toEqual(
      Float32Array.of(1, 10, 3, 30),
    )
  })

  test('targets that are not there are left out, unless they are required', async () => {
    expect(Object.keys(encode([one]).data.targets)).toEqual([])
    expect(Object.keys(encode(records, 'none').data.targets)).toEqual([])
    expect((await failure(() => encode([one], 'required'))).code).toBe('column-not-found')
  })
})

describe('errors', () => {
  const { size: _, ...without } = one
  const refusing = fit(
    readRecords(records),
    { ...recipe, columns: [{ name: 'size', missing: 'refuse' }] },
    [0, 1],
  ).preprocessing
  test.each<[string, Preprocessing, readonly object[]]>([
    ['column-not-found', preprocessing, [without]],
    ['text-in-number', preprocessing, [{ ...one, size: 'big' }]],
    ['non-finite', preprocessing, [{ ...one, size: Number.POSITIVE_INFINITY }]],
    ['non-finite', preprocessing, [{ ...one, size: 1e300 }]],
    ['text-in-boolean', preprocessing, [{ ...one, new: 'maybe' }]],
    ['value-missing', refusing, [{ ...one, size: null }]],
    ['target-missing', preprocessing, [{ ...records[0], price: null }]],
    ['target-missing', preprocessing, [{ ...records[0], kind: null }]],
    ['target-unseen-class', preprocessing, [{ ...records[0], kind: 'c' }]],
    ['text-in-number', preprocessing, [{ ...records[0], price: 'dear' }]],
  ])('%s', async (code, fitted, rows) => {
    expect((await failure(() => apply(fitted, readRecords(rows)))).code).toBe(code)
  })

  test('an unseen class is named with those that are known', async () => {
    const error = await failure(() => encode([...records, { ...records[0], kind: 'c' }]))
    expect(error.message).toBe(
      'the data, record 3, column `kind`: target has class `c` that the model was not trained on',
    )
    expect(error.help).toBe('it knows `a`, `b`')
  })

  test('a column that is missing at predict time suggests the nearest', async () => {
    const error = await failure(() => encode([{ Size: 1, colour: 'red', new: true }]))
    expect(error.help).toMatch(/^did you mean `Size`\?/)
  })

  test('more numbers than memory holds are refused before they are made', async () => {
    const levels = Array.from({ length: 30_000 }, (_, i) => `l${i}`)
    const wide: Preprocessing = {
      version: 1,
      inputs: [
        {
          kind: 'columns',
          name: 'x',
          dtype: 'f32',
          columns: [{ type: 'category', column: 'x', levels, fill: null }],
        },
      ],
      targets: [],
    }
    const table = readRecords(Array.from({ length: 20_000 }, () => ({ x: 'l0' })))
    expect((await failure(() => apply(wide, table))).code).toBe('encoding-too-large')
  })
})

describe('images', async () => {
  const images = await readIdx(idxBytes([4, 2, 2]))
  const labels = await readIdx(idxBytes([4]))
  const set = imageSet(images, labels, { images: 'images', labels: 'labels' })
  const imageRecipe: Recipe = {
    inputs: [{ name: 'image' }],
    targets: [{ name: 'digit', columns: ['label'] }],
  }

  test('stay bytes, with mean and deviation of the training rows beside them', () => {
    const fitted = fit(set, imageRecipe, [0, 1])
    const { data } = apply(fitted.preprocessing, set)
    // Bytes 0 to 7: mean 3.5, variance (8² - 1) / 12.
    expect(data.features['image']).toEqual({
      shape: [2, 2, 1],
      dtype: 'u8',
      values: images.values,
      normalise: { mean: 3.5, deviation: Math.sqrt(63 / 12) },
    })
    expect(data.targets['digit']).toEqual({
      kind: 'class',
      classes: ['0', '1', '2', '3'],
      values: Int32Array.of(0, 1, 2, 3),
    })
  })

  test.each<[Recipe['scale'], object]>([
    ['minmax', { mean: 0, deviation: 255 }],
    ['none', { mean: 0, deviation: 1 }],
  ])('scale %s', (scale, expected) => {
    const { preprocessing: fitted } = fit(set, { ...imageRecipe, scale: scale ?? 'none' }, [0, 1])
    expect(fitted.inputs[0]).toMatchObject(expected)
  })

  test('do not go into a model of columns, nor a table into one of images', async () => {
    const { preprocessing: fitted } = fit(set, imageRecipe, [0, 1])
    const other = imageSet(await readIdx(idxBytes([4, 3, 3])), undefined, { images: 'images' })
    const mixed = { inputs: [{ name: 'a', columns: ['x'] }], targets: [] }
    for (const run of [
      () => apply(fitted, readRecords(records)),
      () => apply(fitted, other),
      () => apply(preprocessing, set),
      () => fit(set, mixed, [0, 1]),
    ]) {
      expect((await failure(run)).code).toBe('data-mismatch')
    }
  })
})

test('rows are taken from every part of the data', () => {
  const { data } = encode(records)
  const taken = takeRows(data, Int32Array.of(1))
  expect(taken).toEqual({
    rows: 1,
    features: { input: { shape: [4], dtype: 'f32', values: Float32Array.of(1, 1, 0, 0) } },
    targets: {
      price: { kind: 'number', values: Float32Array.of(30), width: 1, mean: [20], deviation: [10] },
      kind: { kind: 'class', classes: ['a', 'b'], values: Int32Array.of(1) },
    },
  })
  expect(takeRows(data, Int32Array.of(0, 1))).toBe(data)
})
