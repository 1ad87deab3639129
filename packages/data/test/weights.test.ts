/** A column by which rows are weighed: read, kept apart from the features, carried along. */
import { describe, expect, test } from 'vitest'
import { apply } from '../src/apply.ts'
import { joinRows, takeRows } from '../src/encoded.ts'
import { fit } from '../src/fit.ts'
import { readRecords } from '../src/json.ts'
import { parsePreprocessing } from '../src/parse-preprocessing.ts'
import { prepare } from '../src/prepare.ts'
import type { Recipe } from '../src/recipe.ts'
import { failure } from './support/errors.ts'

const recipe: Recipe = {
  inputs: [{ name: 'input' }],
  targets: [{ name: 'out', columns: ['y'], weight: 'w' }],
}
const rows = [1, 2, 0, 0.5].map((w, i) => ({ x: i, y: 10 * i, w }))
const weightsOf = (data: readonly object[], all = [0, 1, 2, 3]) => {
  const { preprocessing } = fit(readRecords(rows), recipe, all)
  return apply(preprocessing, readRecords(data)).data.targets['out']?.weights
}

describe('weights of rows', () => {
  test('are numbers as they stand, and no feature', () => {
    const { preprocessing } = fit(readRecords(rows), recipe, [0, 1, 2, 3])
    expect(preprocessing.inputs).toMatchObject([{ columns: [{ column: 'x' }] }])
    expect(preprocessing.targets).toMatchObject([{ name: 'out', weight: 'w' }])
    expect(weightsOf(rows)).toEqual(Float32Array.of(1, 2, 0, 0.5))
    const [target] = preprocessing.targets
    expect(target && 'mean' in target && target.mean).toEqual([15])
  })

  test('may be a feature too, where an input names the column', () => {
    const both: Recipe = { ...recipe, inputs: [{ name: 'input', columns: ['x', 'w'] }] }
    const { preprocessing } = fit(readRecords(rows), both, [0, 1, 2, 3])
    expect(preprocessing.inputs).toMatchObject([{ columns: [{ column: 'x' }, { column: 'w' }] }])
  })

  test('are left out where data to be measured have no such column', () => {
    expect(weightsOf([{ x: 1, y: 2 }])).toBeUndefined()
  })

  test('go with their rows into parts, and together', () => {
    const { encoded, parts } = prepare({
      data: readRecords(rows),
      recipe,
      split: { train: 0.5, validate: 0.5, ordered: true },
    })
    const part = takeRows(encoded, parts.validation ?? Int32Array.of())
    expect(part.targets['out']?.weights).toEqual(Float32Array.of(0, 0.5))
    const { weights: _, ...without } = part.targets['out'] ?? { weights: undefined }
    const joined = joinRows(part, { ...part, targets: { out: without as never } })
    expect(joined.targets['out']?.weights).toEqual(Float32Array.of(0, 0.5, 1, 1))
  })

  test('stand in the saved preprocessing', () => {
    const { preprocessing } = fit(readRecords(rows), recipe, [0, 1, 2, 3])
    const again = parsePreprocessing(JSON.parse(JSON.stringify(preprocessing)))
    expect(again).toEqual(preprocessing)
  })

  test.each([
    ['below 0', [1, -1, 1, 1], 'record 2, column `w`: a weight is a number from 0 on'],
    ['missing', [1, 1, null, 1], 'record 3, column `w`: the weight of the row is missing'],
    ['none at all', [0, 0, 0, 0], 'no row of the training part has a weight'],
    ['too large', [1, 1e39, 1, 1], 'record 2, column `w`: a weight is a number from 0 on'],
  ])('%s are refused', async (_, weights, message) => {
    const data = weights.map((w, i) => ({ x: i, y: 10 * i, w }))
    const error = await failure(() => fit(readRecords(data), recipe, [0, 1, 2, 3]))
    expect(error.code).toBe('weight-invalid')
    expect(error.message).toContain(message)
  })

  test('a column that is not there, or holds texts, is named', async () => {
    const error = await failure(() =>
      fit(
        readRecords([
          { x: 1, y: 2 },
          { x: 2, y: 3 },
        ]),
        recipe,
        [0, 1],
      ),
    )
    expect(error).toMatchObject({ code: 'column-not-found', data: { column: 'w' } })
    const texts = rows.map((row) => ({ ...row, w: 'much' }))
    expect((await failure(() => fit(readRecords(texts), recipe, [0, 1]))).code).toBe(
      'text-in-number',
    )
  })
})
