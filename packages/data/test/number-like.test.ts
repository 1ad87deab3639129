import { expect, test } from 'vitest'
import { readCsv } from '../src/csv.ts'
import { describe } from '../src/describe.ts'
import { fit } from '../src/fit.ts'
import { readRecords } from '../src/json.ts'
import { numberLike } from '../src/number-like.ts'
import type { Recipe } from '../src/recipe.ts'
import { failure } from './support/errors.ts'

test.each<[string | undefined, string[]]>([
  ['numbers with a decimal comma', ['1,5', '-2,25', ',5', '3']],
  ['numbers with separators of thousands', ['1,000', '12,500.5', '1’000']],
  ['numbers with separators of thousands', ['1.000,5', '12.500,25']],
  ['percentages', ['3 %', '4.5%', '100%']],
  ['amounts of money', ['$1,000.50', '$ 3', '-$4']],
  ['amounts of money', ['3,50 €', '4 €']],
  ['numbers with a unit', ['12 cm', '7cm', '50 km/h']],
  ['dates', ['31/12/2024', '1.2.24', '12-31-2024 10:00']],
  [undefined, ['red', 'blue', '12 cm']],
  [undefined, ['A1', 'B2', 'C3']],
  [undefined, ['1-2', '3-4']],
  [undefined, ['192.168.0.1', '10.0.0.1']],
  [undefined, ['3rd floor', '4th floor']],
  [undefined, []],
])('%s: %j', (what, cells) => {
  expect(numberLike(cells)?.what).toBe(what)
})

const recipe: Recipe = { inputs: [{ name: 'input' }], targets: [{ name: 'out', columns: ['y'] }] }
const rows = Array.from({ length: 30 }, (_, i) => i)
const semicolons = (cell: (i: number) => string): string =>
  `n;x;y\n${rows.map((i) => `${i};${cell(i)};${i % 2 ? 'a' : 'b'}`).join('\n')}\n`

test('a column left out for its spelling says which, and so does one that is kept', () => {
  const [left] = fit(readCsv(semicolons((i) => `${i},5`)), recipe, rows).warnings
  expect(left).toMatchObject({
    code: 'column-left-out',
    message:
      'column `x` is not used as a feature: 30 of 30 values look like numbers with a decimal comma, such as `0,5`, and are read as texts',
    help: expect.stringMatching(/^write `1\.5` for `1,5`, or /),
  })
  const [kept] = fit(readCsv(semicolons((i) => `${i % 3},5`)), recipe, rows).warnings
  expect(kept).toMatchObject({
    code: 'numbers-as-text',
    help: 'write `1.5` for `1,5`, or say that they are texts: `column "x" category`',
    data: { column: 'x' },
  })
})

test('what helps against many levels and decimals names the column as a text does', async () => {
  const many = Array.from({ length: 300 }, (_, i) => ({ x: `v${i % 150}`, y: i }))
  const [warning] = fit(
    readRecords(many),
    recipe,
    many.map((_, i) => i),
  ).warnings
  expect(warning?.help).toContain('`column "x" number`')
  const columns = [{ name: 'x', type: 'integer' as const }]
  const table = readRecords(rows.map((i) => ({ x: i + 0.5, y: i })))
  const error = await failure(() => fit(table, { ...recipe, columns }, rows))
  expect(error.help).toContain('`column "x" number`')
})

test('who says that they are texts is not asked again', () => {
  const columns = [{ name: 'x', type: 'category' as const }]
  const table = readCsv(semicolons((i) => `${i % 3},5`))
  expect(fit(table, { ...recipe, columns }, rows).warnings).toEqual([])
})

test('where nothing is left to learn from, the error says why', async () => {
  const table = readCsv(`x,y\n${rows.map((i) => `${i}%,${i}`).join('\n')}\n`)
  expect(await failure(() => fit(table, recipe, rows))).toMatchObject({
    code: 'features-none',
    message: expect.stringContaining('30 of 30 values look like percentages, such as `0%`'),
    help: expect.stringContaining('leave out `%`'),
  })
})

test.each<[string, string, boolean]>([
  ['decimals', '5.1,3.5,setosa', true],
  ['nothing but numbers', '7,3', true],
  ['years', 'country,2019,2020', false],
  ['words', 'a,b', false],
])('a first line of %s', (_, line, doubted) => {
  const width = line.split(',').length
  const table = readCsv(`${line}\n${'1,2,3'.slice(0, 2 * width - 1)}\n`)
  const codes = describe(table).warnings.map(({ code }) => code)
  expect(codes).toEqual(doubted ? ['header-of-values'] : [])
})
