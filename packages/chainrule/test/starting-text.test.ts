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
})
