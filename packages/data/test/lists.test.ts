import { expect, describe as group, test } from 'vitest'
import { apply } from '../src/apply.ts'
import { takeRows } from '../src/encoded.ts'
import { readJson, readRecords } from '../src/json.ts'
import { parsePreprocessing } from '../src/parse-preprocessing.ts'
import { prepare } from '../src/prepare.ts'
import { featureNames, inputShape } from '../src/preprocessing.ts'
import type { Recipe } from '../src/recipe.ts'
import { takeTableRows } from '../src/table.ts'
import { failure } from './support/errors.ts'

const y = { name: 'out', columns: ['y'] }
const photos = (recipe: Partial<Recipe> = {}): Recipe => ({
  inputs: [{ name: 'image', columns: ['photo'] }],
  targets: [y],
  ...recipe,
})
/** Row i has the photo [[i, i + 1], [i + 2, i + 3], [i + 4, i + 5]]. */
const records = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    photo: [0, 2, 4].map((k) => [i + k, i + k + 1]),
    n: 2 * i,
    y: 10 * i,
  }))

group('a column of lists', () => {
  test('is read with the shape of its lists, and leaves the others as they are', () => {
    const table = readJson(JSON.stringify(records(2)))
    expect(table.columns.map(({ name }) => name)).toEqual(['n', 'y'])
    expect(table.lists).toEqual([
      {
        name: 'photo',
        shape: [3, 2],
        values: Float64Array.of(0, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6),
      },
    ])
  })

  test.each<[string, string]>([
    ['columns', '{"columns": {"t": [[1, 2], [3, 4]], "y": [1, 2]}}'],
    ['rows', '[[[1, 2], 1], [[3, 4], 2]]'],
    ['lines', '{"t": [1, 2], "y": 1}\n{"t": [3, 4], "y": 2}'],
  ])('is read from %s too', (_, text) => {
    expect(readJson(text).lists).toMatchObject([
      { shape: [2], values: Float64Array.of(1, 2, 3, 4) },
    ])
  })

  test('is scaled as one, over the training part alone', () => {
    const split = { train: 0.5, validate: 0.5, ordered: true }
    const { preprocessing, encoded } = prepare({
      data: readRecords(records(4)),
      recipe: photos({ scale: 'minmax' }),
      split,
    })
    // The photos of rows 0 and 1 hold 0 to 6.
    expect(preprocessing.inputs).toEqual([
      {
        kind: 'columns',
        name: 'image',
        dtype: 'f32',
        columns: [{ type: 'list', column: 'photo', shape: [3, 2], offset: 0, divisor: 6 }],
      },
    ])
    const { features } = takeRows(encoded, Int32Array.of(3))
    expect(features['image']).toEqual({
      shape: [3, 2],
      dtype: 'f32',
      values: Float32Array.from([3, 4, 5, 6, 7, 8], (value) => value / 6),
    })
  })

  test('of large numbers is told where nothing scales it', () => {
    const large = records(4).map((each) => ({ ...each, photo: [[1, 5000]] }))
    const prepared = (scale: 'none' | 'standard') =>
      prepare({ data: readRecords(large), recipe: photos({ scale }) }).warnings
    expect(prepared('none')).toMatchObject([
      { code: 'column-unscaled', message: expect.stringContaining('runs from 1 to 5000') },
    ])
    expect(prepared('standard')).toEqual([])
  })

  test('stands beside single values in one flat input', () => {
    const { encoded, preprocessing } = prepare({
      data: readRecords(records(4)),
      recipe: { inputs: [{ name: 'x', columns: ['n', 'photo'] }], targets: [y], scale: 'none' },
    })
    expect(encoded.features['x']?.shape).toEqual([7])
    expect(Array.from(encoded.features['x']?.values.subarray(7, 14) ?? [])).toEqual([
      2, 1, 2, 3, 4, 5, 6,
    ])
    const [input] = preprocessing.inputs
    if (input === undefined) throw new Error('one input')
    expect(inputShape(input)).toEqual([7])
    expect(featureNames(input).slice(0, 3)).toEqual(['n', 'photo[0]', 'photo[1]'])
  })

  test('is a feature where nobody names the features', () => {
    const recipe = { inputs: [{ name: 'x' }], targets: [y], scale: 'none' } as const
    expect(prepare({ data: readRecords(records(4)), recipe }).encoded.features['x']?.shape).toEqual(
      [7],
    )
  })

  test('of whole numbers goes into an integer input as it is', () => {
    const recipe = photos({ inputs: [{ name: 'tokens', columns: ['photo'], as: 'integer' }] })
    const { encoded } = prepare({ data: readRecords(records(3)), recipe })
    expect(encoded.features['tokens']).toMatchObject({ dtype: 'i32', shape: [3, 2] })
    expect(Array.from(encoded.features['tokens']?.values.subarray(0, 6) ?? [])).toEqual([
      0, 1, 2, 3, 4, 5,
    ])
  })

  test('keeps its rows where some are taken or left out', () => {
    const table = takeTableRows(readRecords(records(3)), [2, 0])
    expect(table.lists?.[0]?.values.subarray(0, 2)).toEqual(Float64Array.of(2, 3))
    const gaps = [{ ...records(1)[0], y: null }, ...records(3)]
    const { encoded } = prepare({ data: readRecords(gaps), recipe: photos({ scale: 'none' }) })
    expect(encoded.features['image']?.values[0]).toBe(0)
    expect(encoded.rows).toBe(3)
  })

  test('is taken from raw rows as it was fitted, after a way through JSON', () => {
    const { preprocessing } = prepare({ data: readRecords(records(4)), recipe: photos() })
    const saved = parsePreprocessing(JSON.parse(JSON.stringify(preprocessing)))
    expect(saved).toEqual(preprocessing)
    const [fit] = saved.inputs.flatMap((input) => (input.kind === 'columns' ? input.columns : []))
    if (fit?.type !== 'list') throw new Error('a list')
    const { data } = apply(saved, readRecords([{ photo: records(6)[5]?.photo }]))
    expect(data.features['image']?.values[0]).toBeCloseTo((5 - fit.offset) / fit.divisor, 6)
  })
})

group('a column of lists is refused', () => {
  const [good] = records(1)
  const cases: readonly [string, unknown, string, string][] = [
    [
      'of another size',
      [[1, 2]],
      'list-invalid',
      'record 2, column `photo`: the list is 1x2, where a list of 3x2 numbers, as the first is',
    ],
    [
      'of other lengths inside',
      [[1, 2], [3, 4], [5]],
      'list-invalid',
      'record 2, column `photo`: not every element is a number, in a list of 3x2 numbers',
    ],
    [
      'with a text',
      [
        [1, 2],
        [3, 'x'],
        [5, 6],
      ],
      'list-invalid',
      'not every element is a number',
    ],
    [
      'with a null',
      [
        [1, 2],
        [3, null],
        [5, 6],
      ],
      'list-invalid',
      'not every element is a number',
    ],
    [
      'that is a value',
      7,
      'list-invalid',
      'record 2, column `photo`: this is no list, where a list of 3x2 numbers',
    ],
    ['that is missing', null, 'value-missing', 'record 2, column `photo`: the list is missing'],
  ]
  test.each(cases)('with one %s', async (_, photo, code, message) => {
    const data = readRecords([good, { ...good, photo, y: 1 }, { ...good, y: 2 }])
    const error = await failure(() => prepare({ data, recipe: photos() }))
    expect(error).toMatchObject({ code, data: { record: 2, column: 'photo' } })
    expect(error.message).toContain(message)
  })

  test('where nobody needs it, only with a warning', () => {
    const data = readRecords(
      records(4).map((each, i) => ({ ...each, photo: i === 2 ? [1] : [1, 2] })),
    )
    const { warnings } = prepare({ data, recipe: { inputs: [{ name: 'x' }], targets: [y] } })
    expect(warnings).toMatchObject([
      { code: 'column-left-out', message: expect.stringContaining('column `photo` is not used') },
    ])
    const named = { inputs: [{ name: 'x', columns: ['n'] }], targets: [y] }
    expect(prepare({ data, recipe: named }).warnings).toEqual([])
  })

  test.each(['integer', 'boolean'] as const)('with fractions for an input of %s', async (as) => {
    const recipe = photos({ inputs: [{ name: 'tokens', columns: ['photo'], as }] })
    const data = readRecords(records(3).map((each, i) => ({ ...each, photo: [1, i / 2] })))
    const error = await failure(() => prepare({ data, recipe }))
    expect(error).toMatchObject({ code: 'not-integer', data: { record: 2 } })
    expect(error.help).toBe(`round it, or leave \`${as}\` out of the input`)
  })

  test.each<[string, Partial<Recipe>]>([
    [
      'a target',
      { inputs: [{ name: 'x', columns: ['n'] }], targets: [{ name: 'out', columns: ['photo'] }] },
    ],
    ['a weight', { targets: [{ ...y, weight: 'photo' }] }],
    ['a column with a type', { columns: [{ name: 'photo', type: 'number' }] }],
  ])('as %s', async (_, recipe) => {
    const error = await failure(() =>
      prepare({ data: readRecords(records(3)), recipe: photos(recipe) }),
    )
    expect(error).toMatchObject({ code: 'cell-nested' })
    expect(error.message).toContain('column `photo` holds lists, where a single value is needed')
  })

  test('where a trained model takes another shape, or single values', async () => {
    const { preprocessing } = prepare({ data: readRecords(records(4)), recipe: photos() })
    const flat = await failure(() => apply(preprocessing, readRecords([{ photo: [1, 2] }])))
    expect(flat.message).toContain('holds lists of 2, where the model takes lists of 3x2 numbers')
    const single = await failure(() => apply(preprocessing, readRecords([{ photo: 3 }])))
    expect(single.message).toContain('holds single values, where the model takes lists of 3x2')
    const none = await failure(() => apply(preprocessing, readRecords([{ phot: [[1]] }])))
    expect(none).toMatchObject({ code: 'column-not-found', help: expect.stringContaining('phot') })
  })

  test('of lists as deep as nobody means', async () => {
    const deep = JSON.parse(`${'['.repeat(2000)}1${']'.repeat(2000)}`) as unknown
    const data = readRecords([1, 2, 3].map((y) => ({ photo: deep, y })))
    const error = await failure(() => prepare({ data, recipe: photos() }))
    expect(error).toMatchObject({ code: 'list-invalid' })
  })
})
