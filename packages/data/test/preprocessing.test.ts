import fc from 'fast-check'
import { expect, test } from 'vitest'
import { apply } from '../src/apply.ts'
import { DataError } from '../src/errors.ts'
import { fit } from '../src/fit.ts'
import { readRecords } from '../src/json.ts'
import { parsePreprocessing } from '../src/parse-preprocessing.ts'
import { failure } from './support/errors.ts'

const table = readRecords([
  { size: 1, colour: 'red', new: true, day: '2024-01-01', price: 0.1, kind: 'a', sold: true },
  { size: 3, colour: 'blue', new: false, day: '2024-01-02', price: 0.3, kind: 'b', sold: false },
])
const { preprocessing } = fit(
  table,
  {
    inputs: [{ name: 'input', columns: ['size', 'colour', 'new', 'day'] }],
    targets: ['price', 'kind', 'sold'].map((name) => ({ name, columns: [name] })),
  },
  [0, 1],
)
const images = { kind: 'images', name: 'image', shape: [28, 28, 1], mean: 33, deviation: 78 }

test('what comes back from JSON is what was fitted, and encodes to the same bits', () => {
  const again = parsePreprocessing(JSON.parse(JSON.stringify(preprocessing)))
  expect(again).toEqual(preprocessing)
  expect(apply(again, table)).toEqual(apply(preprocessing, table))
  const withImages = { ...preprocessing, inputs: [images] }
  expect(parsePreprocessing(JSON.parse(JSON.stringify(withImages)))).toEqual(withImages)
})

test('a later version is refused as such', async () => {
  const error = await failure(() => parsePreprocessing({ ...preprocessing, version: 2 }))
  expect(error.code).toBe('preprocessing-version')
})

test('damaged metadata is a DataError, whichever value is replaced', () => {
  type Json = null | string | number | boolean | Json[] | { [key: string]: Json }
  const paths = (value: Json, path: (string | number)[] = []): (string | number)[][] =>
    typeof value === 'object' && value !== null
      ? [path, ...Object.entries(value).flatMap(([key, each]) => paths(each, [...path, key]))]
      : [path]
  const replace = (value: Json, path: readonly (string | number)[], by: Json): Json => {
    const [key, ...rest] = path
    if (key === undefined) return by
    const copy = structuredClone(value) as { [key: string | number]: Json }
    copy[key] = replace(copy[key] ?? null, rest, by)
    return copy as Json
  }
  const whole = JSON.parse(
    JSON.stringify({ ...preprocessing, inputs: [...preprocessing.inputs, images] }),
  ) as Json
  const wrong = fc.constantFrom<Json>(null, 'x', -1, true, [], {}, [null])
  fc.assert(
    fc.property(fc.constantFrom(...paths(whole)), wrong, (path, by) => {
      try {
        parsePreprocessing(replace(whole, path, by))
      } catch (error) {
        expect(error).toBeInstanceOf(DataError)
      }
    }),
    { numRuns: 400, seed: 20261123 },
  )
})

test.each<[string, unknown]>([
  ['no object', null],
  ['no inputs', { version: 1, targets: [] }],
  [
    'a divisor below 0',
    {
      version: 1,
      inputs: [
        {
          kind: 'columns',
          name: 'x',
          dtype: 'f32',
          columns: [{ type: 'number', column: 'x', offset: 0, divisor: -1, fill: 0 }],
        },
      ],
      targets: [],
    },
  ],
  ['a deviation of 0', { version: 1, inputs: [{ ...images, deviation: 0 }], targets: [] }],
  [
    'three binary classes',
    {
      version: 1,
      inputs: [],
      targets: [
        { kind: 'binary', name: 'y', column: 'y', type: 'category', classes: ['a', 'b', 'c'] },
      ],
    },
  ],
  [
    'one class in two spellings',
    {
      version: 1,
      inputs: [],
      targets: [
        { kind: 'binary', name: 'y', column: 'y', type: 'boolean', classes: ['yes', 'true'] },
      ],
    },
  ],
  [
    'fewer means than columns',
    {
      version: 1,
      inputs: [],
      targets: [
        { kind: 'number', name: 'y', columns: ['y'], types: ['number'], mean: [], deviation: [] },
      ],
    },
  ],
])('%s is refused', async (_, value) => {
  const { code } = await failure(() => parsePreprocessing(value))
  expect(['preprocessing-invalid', 'preprocessing-version']).toContain(code)
})
