/** The text that a data file begins with reads that file. */
import { describe as describeTable, readRecords } from '@chainrule/data'
import { fileKind } from '@chainrule/language'
import { describe, expect, it } from 'vitest'
import { startingText } from '../src/starting-text.ts'

describe('a text to begin with', () => {
  it.each([
    ['a.csv', 'csv'],
    ['a.tsv', 'csv'],
    ['a.csv.gz', 'csv'],
    ['a.json', 'json'],
    ['A.JSON', 'json'],
    ['a.jsonl', 'json'],
    ['a.ndjson', 'json'],
    ['a.json.gz', 'json'],
    ['json.csv', 'csv'],
  ])('reads %s as %s', (name, kind) => {
    const table = readRecords([
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ])
    const description = describeTable(table)
    if (description.target === undefined) throw new Error('the table has a target')
    const ending = fileKind(name)
    if (ending === undefined || ending === 'text') throw new Error('the name is that of a table')
    const text = startingText({ path: name, kind: ending }, description, [], description.target)
    expect(text).toContain(`data ${kind} "${name}"`)
  })

  it.each([
    ['csv', undefined, 'csv "d"'],
    ['csv', true, 'csv "d"'],
    ['csv', false, 'csv "d" header=false'],
    ['tsv', false, 'csv "d" header=false delimiter="\\t"'],
  ] as const)('says of a %s with header %s how it is read: %s', (kind, header, written) => {
    const description = describeTable(readRecords(wide(2)), 'y')
    if (description.target === undefined) throw new Error('the table has a target')
    const file = { path: 'd', kind, ...(header === undefined ? {} : { header }) }
    const text = startingText(file, description, [], description.target)
    expect(text).toContain(`\ndata ${written} {\n`)
  })

  const wide = (width: number) =>
    Array.from({ length: 9 }, (_, row) => ({
      ...Object.fromEntries(
        Array.from({ length: width }, (_, i) => [
          `c${i}`,
          row === i % 9 ? null : i % 10 === 9 ? ['red', 'blue'][row % 2] : row * i,
        ]),
      ),
      y: row,
    }))

  it.each([
    [12, 'c11: integer'],
    [13, 'and 1 more: 1 integer'],
    [300, 'and 288 more: 259 integer, 29 category'],
  ])('lists at most a dozen of %i columns, and says what the others are', (width, last) => {
    const description = describeTable(readRecords(wide(width)), 'y')
    if (description.target === undefined) throw new Error('the table has a target')
    const file = { path: 'd.json', kind: 'json' } as const
    const text = startingText(file, description, [], description.target)
    const comments = text.split('\n').filter((line) => line.startsWith('//'))
    expect(comments.length).toBeLessThanOrEqual(15)
    expect(comments.at(-2)).toBe(`//   ${last}`)
    const more = width > 12 ? ` and ${width - 12} more` : ''
    expect(comments.at(-1)).toMatch(/from the training rows: c0 \(1\), /)
    expect(comments.at(-1)?.endsWith(`c11 (1)${more}`)).toBe(true)
  })
})
