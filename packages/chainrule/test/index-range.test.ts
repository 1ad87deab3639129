/** Indices outside of a table of vectors: refused before anything is trained or predicted, with their place. */
import { describe, expect, test } from 'vitest'
import { load } from '../src/index.ts'
import { folder, run } from './support/cli.ts'

const rows = Array.from({ length: 40 }, (_, i) => ({ a: i % 8, b: (i * 3) % 8, y: i % 5 }))
const csvOf = (list: readonly object[]): string =>
  `a,b,y\n${list.map((row) => Object.values(row).join(',')).join('\n')}\n`
const changed = (row: number, change: object) =>
  rows.map((each, i) => (i === row ? { ...each, ...change } : each))
const model = (size: number, data: string): string => `input words 2 integer
data csv "${data}" { target y; features [a, b] }
@words -> embed ${size} dim=3 -> flatten -> dense 1
train epochs=2
`
const place = folder({
  'rows.csv': csvOf(rows),
  'large.csv': csvOf(changed(20, { b: 12 })),
  'negative.csv': csvOf(changed(39, { a: -1 })),
  'new.csv': 'a,b\n1,2\n3,8\n',
  'fits.mlp': model(8, 'rows.csv'),
  'large.mlp': model(8, 'large.csv'),
  'negative.mlp': model(8, 'negative.csv'),
  'two.mlp': `input a 1 integer
input b 1 integer
data csv "large.csv" { target y; features @a [a]; features @b [b] }
@a -> embed 8 dim=3 -> flatten as one
@b -> embed 13 dim=3 -> flatten as other
[@one, @other] -> concat -> dense 1
`,
})

describe('a table that is too small for its indices', () => {
  test('is refused at the text, with the number and its place in the data', async () => {
    const { code, err } = await run('train', place.file('large.mlp'))
    expect(code).toBe(1)
    expect(err.replaceAll(place.file('large.mlp'), 'large.mlp')).toBe(
      [
        'error[index-range]: `embed` has a vector for each of the numbers 0 to 7, but 12 stands in large.csv:22, column `b`',
        ' --> large.mlp:3:17',
        '2 | data csv "large.csv" { target y; features [a, b] }',
        '  |                                            ---- its columns',
        '3 | @words -> embed 8 dim=3 -> flatten -> dense 1',
        '  |                 ^ 13 are needed',
        '  = help: use `embed 13`, or mend the data',
        '',
      ].join('\n'),
    )
  })

  test('has nothing below 0', async () => {
    const { err } = await run('check', place.file('negative.mlp'))
    expect(err).toContain('but -1 stands in negative.csv:41, column `a`')
    expect(err).toContain('has none below 0')
  })

  test('is told apart from others by its own input', async () => {
    const { code, err } = await run('check', place.file('two.mlp'))
    expect(err).toBe('')
    expect(code).toBe(0)
  })

  test('is refused for rows in memory', async () => {
    const text = model(8, 'rows.csv').replace(/data .*\n/, '')
    const given = load(text).fit(changed(5, { a: 9 }), { target: 'y' })
    await expect(given).rejects.toMatchObject({
      code: 'index-range',
      message: expect.stringContaining('but 9 stands in the data, record 6, column `a`'),
    })
  })
})

test('a saved model refuses indices that its table does not have', async () => {
  const saved = place.file('fits.st')
  const trained = await run('train', place.file('fits.mlp'), '--out', saved)
  expect(trained.code, trained.err).toBe(0)
  const { code, err } = await run('predict', saved, place.file('new.csv'))
  expect(code).toBe(1)
  expect(err.replaceAll(place.file('new.csv'), 'new.csv')).toBe(
    [
      "error[index-range]: new.csv:3, column `b`: 8 lies outside of the model's table, which has the indices 0 to 7",
      '  = help: leave the row out, or train the model again with a larger table',
      '',
    ].join('\n'),
  )
})
