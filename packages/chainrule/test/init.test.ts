/** The text that `init` begins with reads its data, whatever the file's ending and however its columns are called. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { folder, run } from './support/cli.ts'

const rows = Array.from({ length: 40 }, (_, i) => [(i * 7) % 11, i % 5, i % 2 === 0 ? 'a' : 'b'])
const names = ['width, mm', 'depth', 'label']

const table = (delimiter: string): string =>
  [names, ...rows].map((cells) => cells.join(delimiter)).join('\n')
const records = rows.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i]])))
const lines = records.map((record) => JSON.stringify(record)).join('\n')

/** Of what `init` writes for a file: the line of its data, after a check of the text. */
async function written(file: string, content: string | Uint8Array): Promise<string> {
  const place = folder()
  writeFileSync(place.file(file), content)
  const out = place.file('out.mlp')
  const made = await run('init', place.file(file), '--out', out)
  expect(made.code, made.err).toBe(0)
  expect(existsSync(out)).toBe(true)
  const checked = await run('check', out)
  expect(checked.out + checked.err).toMatch(/^ok /)
  return /^data .*/m.exec(readFileSync(out, 'utf8'))?.[0] ?? ''
}

describe('the data line of a starting text', () => {
  test.each([
    ['d.tsv', table('\t'), 'data csv "d.tsv" delimiter="\\t" {'],
    ['d.json', JSON.stringify(records), 'data json "d.json" {'],
    ['d.ndjson', lines, 'data json "d.ndjson" {'],
    ['d.jsonl.gz', gzipSync(lines), 'data json "d.jsonl.gz" {'],
    ['d.json.gz', gzipSync(JSON.stringify(records)), 'data json "d.json.gz" {'],
    ['d.txt', table(';').replace('width, mm', 'width'), 'data csv "d.txt" {'],
  ])('of %s reads the file', async (file, content, line) => {
    expect(await written(file, content)).toBe(line)
  })
})

test.each(['true', 'on', 'as', 'let', 'first\nsecond', 'a "b"', 'über', '3rd'])(
  'a column called %j is a target and a feature that can be read',
  async (name) => {
    const cells = rows.map(([a, b, c]) => ({ [name]: a, y: b, label: c }))
    const target = rows.map(([a, , c]) => ({ a, [name]: c }))
    expect(await written('d.json', JSON.stringify(cells))).toContain('data json')
    expect(await written('d.json', JSON.stringify(target))).toContain('data json')
  },
)

const plain = (i: number): (string | number)[] => [i, i % 5, (i * 7) % 11]
const spoilt = (row: number, column: number, value: string): string => {
  const cells = Array.from({ length: 40 }, (_, i) => plain(i))
  const line = cells[row] ?? []
  line[column] = value
  return ['size,grade,price', ...cells.map((each) => each.join(','))].join('\n')
}

describe('a value that does not fit its column', () => {
  test.each([
    [
      'leaves out a column of numbers',
      spoilt(6, 0, 'abc'),
      /\[column-left-out\]: d\.csv:8, column `size`: `abc` is not a number; the text leaves/,
      '  features [grade]\n',
    ],
    [
      'makes categories of few different ones',
      spoilt(6, 1, 'A'),
      /\[numbers-as-text\]: d\.csv:8, column `grade`: `A` is not a number; as the column has few/,
      '  column grade category\n',
    ],
    [
      'leaves out a column with an infinity',
      spoilt(6, 0, 'inf'),
      /\[column-left-out\]: d\.csv:8, column `size`: `inf` is not a finite number/,
      '  features [grade]\n',
    ],
  ])('%s, and the text checks and trains', async (_, content, warning, line) => {
    const place = folder({ 'd.csv': content })
    const made = await run('init', place.file('d.csv'))
    expect(made.code, made.err).toBe(0)
    expect(made.err.replaceAll(`${place.path}/`, '')).toMatch(warning)
    expect(readFileSync(place.file('d.mlp'), 'utf8')).toContain(line)
    const checked = await run('check', place.file('d.mlp'))
    expect(checked.out + checked.err).toMatch(/^ok /)
    const trained = await run('train', place.file('d.mlp'), '--epochs', '2')
    expect(trained.code, trained.err).toBe(0)
  })

  test.each([
    [
      'in the target',
      spoilt(6, 2, 'abc'),
      [],
      /\[text-in-number\]: d\.csv:8, column `price`: `abc`/,
    ],
    [
      'of an only feature',
      'a,y\n1,2\n2,3\n3,4\nabc,5\n5,7',
      [],
      /\[text-in-number\]: d\.csv:5, column `a`/,
    ],
    [
      'of a date to predict',
      'a,y\n1,2024-01-01\n2,2024-01-02\n3,2024-01-03',
      ['--target', 'y'],
      /\[target-type\]/,
    ],
    ['of one class alone', 'a,y\n1,b\n2,b\n3,b\n4,b', ['--target', 'y'], /\[target-one-class\]/],
    [
      'in one row',
      'a,y\n1,2\n2,',
      ['--target', 'y'],
      /\[rows-one\]: d\.csv has one row to learn from/,
    ],
  ])('%s is refused, with the repair, and nothing is written', async (_, content, more, error) => {
    const place = folder({ 'd.csv': content })
    const made = await run('init', place.file('d.csv'), ...more)
    expect(made.code).toBe(1)
    expect(made.err.replaceAll(`${place.path}/`, '')).toMatch(error)
    expect(made.err).toContain('= help: ')
    expect(made.err).not.toContain('warning')
    expect(place.names()).toEqual(['d.csv'])
  })
})

test('all of very few rows are trained on', async () => {
  const place = folder({ 'd.csv': 'area,price\n80,250000\n120,410000' })
  expect((await run('init', place.file('d.csv'))).code).toBe(0)
  expect(readFileSync(place.file('d.mlp'), 'utf8')).toContain('  split train=100%\n')
  expect((await run('check', place.file('d.mlp'))).code).toBe(0)
  expect((await run('train', place.file('d.mlp'), '--epochs', '1')).code).toBe(0)
})

test('a text whose data lie outside its folder is written with what allows them', async () => {
  const place = folder({ 'd.csv': spoilt(0, 0, '1') })
  mkdirSync(place.file('texts'))
  const out = place.file('texts/d.mlp')
  const made = await run('init', place.file('d.csv'), '--out', out)
  expect(made.out).toContain(`what reads them needs \`--allow-path ${place.path}\``)
  const [, words = ''] = /^train it with: chainrule (.*)$/m.exec(made.out) ?? []
  const trained = await run(...words.split(' '), '--epochs', '1')
  expect(trained.code, trained.err).toBe(0)
})
