/** What the dialogue of own data offers trains; where it offers nothing, it says what is missing. */
import { fileKind } from '@chainrule/language'
import { describe, expect, it } from 'vitest'
import { hasLines } from '../src/data/first-line.ts'
import { describeFile } from '../src/worker/describe-file.ts'
import { trained } from './support/train.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const rows = (count: number, row: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => row(i)).join('\n')

/** Tables of so many rows, of numbers and of classes. */
const sized = [2, 3, 4, 5, 6, 7, 10, 20].flatMap((count) => [
  [`${count} rows of numbers`, `a,b\n${rows(count, (i) => `${i},${i * i}`)}`] as const,
  [`${count} rows of words`, `a,b\n${rows(count, (i) => `w${i % 3},${'xy'[i % 2]}`)}`] as const,
])

describe('a table that is offered', () => {
  it.each<readonly [string, string]>([
    ...sized,
    ['rows without a target', 'a,target\n1,\n2,\n3,4\n4,5\n,7\n6,8'],
    ['one value in every feature', `a,b\n${rows(9, (i) => `1,${i}`)}`],
    ['dates', `day,b\n${rows(9, (i) => `2024-01-0${i + 1},${i}`)}`],
    ['an empty column', `a,b,c\n${rows(9, (i) => `${i % 4},,${i}`)}`],
  ])('trains: %s', async (_, text) => {
    const described = await describeFile('own.csv', bytes(text))
    expect(described.lacks).toBeUndefined()
    const files = { 'own.csv': bytes(text) }
    const { train } = await trained(described.text ?? '', files, 2)
    expect(Number.isFinite(train['loss'])).toBe(true)
  })

  it.each([
    [
      'a word among numbers',
      (i: number) => (i === 9 ? 'oops' : String(i)),
      '`oops` is not a number',
    ],
    ['an infinity', (i: number) => (i === 9 ? 'inf' : String(i)), '`inf` is not a finite number'],
    ['one value alone', (i: number) => (i === 9 ? '1' : ''), 'has no values in the training part'],
    ['large numbers', (i: number) => `${i % 2 ? '-' : ''}1e308`, 'too large to standardise'],
  ])('goes without a column in which there is %s, and says so', async (_, cell, why) => {
    const text = `bad,"b c",good,day,name,price\n${rows(30, (i) => `${cell(i)},${i % 7},${i % 5},2024-01-0${1 + (i % 9)},n${i},${i}`)}`
    const files = { 'own.csv': bytes(text) }
    const described = await describeFile('own.csv', bytes(text), { target: 'price' })
    expect(described.lacks).toBeUndefined()
    expect(described.text).toContain('  target price\n  features ["b c", good, day]\n')
    expect(described.warnings.join()).toContain(why)
    expect(described.warnings.join()).toContain('the text leaves the column out')
    await trained(described.text ?? '', files, 2)
  })

  it.each([
    [2, 'split train=100%'],
    [3, 'split train=100%'],
    [4, 'split train=70% validate=15% test=15%'],
  ])('is split so that at least two of its rows are trained on: %i rows', async (count, split) => {
    const text = `a,b\n${rows(count, (i) => `${i},${i * i}`)}`
    expect((await describeFile('own.csv', bytes(text))).text).toContain(`  ${split}\n`)
  })
})

describe('a table that cannot be trained', () => {
  it.each([
    ['one column', 'a\n1\n2\n3', 'There is one column: a model predicts one column from others.'],
    ['cells apart by spaces', 'a b\n1 2\n3 4', 'separate the cells of a row by commas'],
    ['one row', 'a,b\n1,2', 'There is one row: a difference is learnt from at least 2. Add rows.'],
    ['equal rows', 'a,b\n1,2\n1,2\n1,2', 'No column has two different values to predict.'],
    [
      'one row with a target',
      'a,target\n1,4\n2,\n3,\n4,',
      'own.csv has one row to learn from: a model needs at least two rows',
    ],
    [
      'names alone beside the target',
      `id,b\n${rows(30, (i) => `name${i},${i}`)}`,
      'own.csv leaves no column to learn from: column `id` is not used as a feature',
    ],
    [
      'a word among numbers',
      `a,b\n${rows(30, (i) => `${i === 9 ? 'oops' : i},${i}`)}`,
      'own.csv:11, column `a`: `oops` is not a number: mend the cell or leave it empty',
    ],
  ])('says what is missing: %s', async (name, text, lacks) => {
    const target = name === 'one row with a target' ? 'target' : undefined
    const described = await describeFile('own.csv', bytes(text), { target })
    expect(described.text).toBeUndefined()
    expect(described.lacks).toContain(lacks)
  })
})

describe('a file that is no table', () => {
  it.each([
    ['report.pdf', '%PDF-1.7\nobj\n<<>>\nendobj\n', 'it is a PDF document'],
    ['table.xlsx', 'PK\x03\x04\x14\0', 'it is a ZIP archive or an office document'],
    ['photo', 'a\0b', 'it holds bytes that are no text'],
  ])('says what it is: %s', async (name, content, what) => {
    await expect(describeFile(name, bytes(content))).rejects.toMatchObject({
      message: `${name} is no table: ${what}`,
    })
  })
})

describe('a table that was read', () => {
  it('is not read again for another target, and again where its bytes are others', async () => {
    const one = bytes(`a,b\n${rows(9, (i) => `${i},${i * 2}`)}`)
    await describeFile('own.csv', one)
    expect((await describeFile('own.csv', one.slice(), { target: 'a' })).target).toBe('a')
    const other = bytes(`a,b\n${rows(9, (i) => `${i},${i * 3}`)}`)
    const { columns } = await describeFile('own.csv', other)
    expect(columns[1]?.examples).toEqual(['0', '3', '6'])
  })
})

describe('a table without a line of names', () => {
  const label = 'uncheck "The first line names the columns"'
  const values = `0,0,0\n${rows(20, (i) => `${i},${i % 3},${i * 2}`)}`

  it('is refused where its first line repeats a value, with the box of the dialogue', async () => {
    await expect(describeFile('own.csv', bytes(values))).rejects.toMatchObject({
      code: 'column-twice',
      help: expect.stringContaining(label),
    })
  })

  it('is doubted where its first line holds numbers, with the box of the dialogue', async () => {
    const { warnings } = await describeFile('own.csv', bytes(values.replace('0,0,0', '7,8,9')))
    expect(warnings.join()).toContain(label)
    expect(warnings.join()).not.toContain('header=')
  })

  it.each([
    ['own.csv', ',', 'data csv "own.csv" header=false {'],
    ['own.tsv', '\t', 'data csv "own.tsv" header=false delimiter="\\t" {'],
    ['own.dat', ';', 'data csv "own.dat" header=false {'],
  ])('is read and trains as %s', async (name, delimiter, written) => {
    const own = bytes(values.replaceAll(',', delimiter))
    const described = await describeFile(name, own, { header: false })
    expect(described.rows).toBe(21)
    expect(described.columns.map((column) => column.name)).toEqual([
      'column1',
      'column2',
      'column3',
    ])
    expect(described.text).toContain(written)
    await trained(described.text ?? '', { [name]: own }, 2)
  })

  it.each([
    ['a.csv', true],
    ['a.TSV.gz', true],
    ['a', true],
    ['a.txt', true],
    ['a.json', false],
    ['a.JSONL', false],
    ['a.ndjson.gz', false],
  ])('may be %s: %s', async (name, may) => {
    expect(hasLines(name)).toBe(may)
    const kind = fileKind(name)
    expect(kind !== 'json').toBe(may)
  })
})
