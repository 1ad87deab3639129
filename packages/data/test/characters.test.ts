import { describe, expect, test } from 'vitest'
import {
  apply,
  fit,
  labelTable,
  parsePreprocessing,
  prepare,
  readCharacters,
  takeDataRows,
  takeRows,
} from '../src/index.ts'

const recipe = { inputs: [{ name: 'input' }], targets: [{ name: 'next', columns: [] }] }
const text = (content: string, window = 2) => readCharacters(content, { window, file: 'a.txt' })
const encode = (content: string, window = 2) => {
  const data = text(content, window)
  const { preprocessing } = fit(data, recipe, [0, 1])
  return apply(preprocessing, data)
}

describe('a text', () => {
  test('becomes windows, one after the other, with the character behind each of theirs', () => {
    const { rows, features, targets } = encode('abcabd').data
    expect(rows).toBe(2)
    // The last two have no character behind both.
    expect(features['input']).toEqual({
      shape: [2],
      dtype: 'i32',
      values: Int32Array.of(0, 1, 2, 0),
    })
    expect(targets['next']).toEqual({
      kind: 'class',
      classes: ['a', 'b', 'c', 'd'],
      places: 2,
      values: Int32Array.of(1, 2, 0, 1),
    })
  })

  test('is made of characters, not of units of UTF-16, and its lines end in one', () => {
    const { features, targets } = encode('é😀\r\né😀x').data
    expect(targets['next']).toMatchObject({ classes: ['\n', 'x', 'é', '😀'] })
    expect([...(features['input']?.values ?? [])]).toEqual([2, 3, 0, 2])
  })

  test('is read from bytes of UTF-8, and from nothing else', () => {
    const bytes = new TextEncoder().encode('añaña')
    expect(readCharacters(bytes, { window: 2 }).characters).toEqual(text('añaña').characters)
    expect(() => readCharacters(Uint8Array.of(0xff, 0xff, 0xff), { window: 2 })).toThrow(
      expect.objectContaining({ code: 'data-not-utf-8' }),
    )
  })

  test('that is shorter than a window and the character behind it is refused', () => {
    expect(text('abc').rows).toBe(1)
    expect(() => text('ab')).toThrow(
      expect.objectContaining({
        code: 'window-too-long',
        message: 'a.txt has 2 characters, a window of 2 takes 3',
      }),
    )
  })

  test('keeps the target of each row when rows are taken', () => {
    const data = text('abcabdcc')
    expect(takeDataRows(data, Int32Array.of(2, 0))).toMatchObject({ rows: 2 })
    expect(labelTable(takeDataRows(data, Int32Array.of(2, 0))).columns).toEqual([
      { name: 'text', cells: ['bd', 'ab'] },
    ])
    const taken = takeRows(encode('abcabdcc').data, Int32Array.of(2, 0))
    expect(taken.targets['next']?.values).toEqual(Int32Array.of(3, 2, 1, 2))
    expect(taken.features['input']?.values).toEqual(Int32Array.of(1, 3, 0, 1))
  })

  test('is split into parts of whole windows', () => {
    const data = text('abcdefghijklmnopqrstu')
    const { parts } = prepare({ data, recipe, split: { train: 0.8, validate: 0.2, ordered: true } })
    expect(parts).toEqual({
      train: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
      validation: Int32Array.of(8, 9),
    })
  })
})

describe('a trained model of a text', () => {
  const { preprocessing } = fit(text('abcabcabc'), recipe, [0, 1])

  test('keeps its characters in its file', () => {
    expect(parsePreprocessing(JSON.parse(JSON.stringify(preprocessing)))).toEqual(preprocessing)
    const [input] = preprocessing.inputs
    const damaged = { ...input, characters: ['a', 'b', 'a'] }
    expect(() => parsePreprocessing({ ...preprocessing, inputs: [damaged] })).toThrow(
      expect.objectContaining({ code: 'preprocessing-invalid' }),
    )
  })

  test('sees zeros for a character that it was not trained on, with a warning', () => {
    const { data, warnings } = apply(preprocessing, text('abxxc'), { targets: 'none' })
    expect([...(data.features['input']?.values ?? [])]).toEqual([0, 1, -1, -1])
    expect(warnings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'level-unseen a.txt: 2 of 4 characters were not in the text that the model was trained on, first "x" (U+0078)',
    ])
  })

  test('is not measured by a character that it was not trained on', () => {
    expect(() => apply(preprocessing, text('abx'), { targets: 'required' })).toThrow(
      expect.objectContaining({
        code: 'target-unseen-class',
        message: 'a.txt has "x" (U+0078), a character that the model was not trained on',
      }),
    )
  })

  test.each([
    ['another window', () => text('abcabc', 3), 'a text in windows of 3'],
    ['a table', () => labelTable(text('abcabc')), 'a table of columns'],
  ])('refuses %s', (_, made, came) => {
    expect(() => apply(preprocessing, made())).toThrow(
      expect.objectContaining({
        code: 'data-mismatch',
        message: expect.stringContaining(`takes a text in windows of 2, a.txt holds ${came}`),
      }),
    )
  })

  test('does not quote a file from outside', () => {
    const hidden = readCharacters('abx', { window: 2, file: 'b.txt', quotable: false })
    expect(() => apply(preprocessing, hidden)).toThrow(
      expect.objectContaining({
        message: 'b.txt has something, a character that the model was not trained on',
      }),
    )
  })
})

test('one character alone is nothing to learn', () => {
  expect(() => encode('aaaaa')).toThrow(expect.objectContaining({ code: 'target-one-class' }))
})

test('columns of a text are refused', () => {
  const named = { inputs: [{ name: 'input', columns: ['a'] }], targets: [] }
  expect(() => fit(text('abcabc'), named, [0, 1])).toThrow(
    expect.objectContaining({ code: 'data-mismatch' }),
  )
})
