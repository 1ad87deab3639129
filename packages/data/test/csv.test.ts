import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCsv, writeCsv } from '../src/csv.ts'
import type { Cell, Table } from '../src/table.ts'
import { failure } from './support/errors.ts'

const cellsOf = (table: Table): Record<string, readonly Cell[]> =>
  Object.fromEntries(table.columns.map(({ name, cells }) => [name, cells]))

describe('RFC 4180', () => {
  test.each<[string, string, Record<string, Cell[]>]>([
    ['plain cells', 'a,b\n1,2\n', { a: ['1'], b: ['2'] }],
    ['no line end at the end', 'a,b\n1,2', { a: ['1'], b: ['2'] }],
    ['quotes within quotes', 'a,b\n"x ""y""",2\n', { a: ['x "y"'], b: ['2'] }],
    ['a blank line before the names', '\r\n\na;b\n1;2\n', { a: ['1'], b: ['2'] }],
    ['an odd quote in a name', 'a 5";b\n1",2";3\n', { 'a 5"': ['1",2"'], b: ['3'] }],
    ['a line break in a quoted name', '"a\n(mm)";b\n1;2\n', { 'a\n(mm)': ['1'], b: ['2'] }],
    ['one quoted name, and delimiters below', '"a"\n"1;2"\n"3;4"\n', { a: ['1;2', '3;4'] }],
    ['a delimiter within quotes', 'a,b\n"1,5",2\n', { a: ['1,5'], b: ['2'] }],
    ['a newline within quotes', 'a,b\n"x\ny",2\n', { a: ['x\ny'], b: ['2'] }],
    ['CRLF, and CRLF within quotes', 'a,b\r\n"x\r\ny",2\r\n', { a: ['x\r\ny'], b: ['2'] }],
    ['CR alone', 'a,b\r1,2\r', { a: ['1'], b: ['2'] }],
    ['mixed line ends', 'a,b\r\n1,2\n3,4\r\n', { a: ['1', '3'], b: ['2', '4'] }],
    ['a byte order mark', '\uFEFFa,b\n1,2\n', { a: ['1'], b: ['2'] }],
    ['a byte order mark before quotes', '\uFEFF"a",b\n1,2\n', { a: ['1'], b: ['2'] }],
    ['empty cells', 'a,b\n,\n"",2\n', { a: [null, null], b: [null, '2'] }],
    ['blank lines', 'a,b\n\n1,2\n\n\n3,4\n\n', { a: ['1', '3'], b: ['2', '4'] }],
    [
      'a quote inside an unquoted cell',
      'a,b\n5"11,2\r\n6"1,3\n',
      { a: ['5"11', '6"1'], b: ['2', '3'] },
    ],
    ['blank lines in one column', 'a\n1\n\n""\n\n', { a: ['1', null, null] }],
    [
      'the words of missing values',
      'a,b\nNA,nan\n null ,"N/A"\n',
      { a: [null, null], b: [null, null] },
    ],
    ['a header without a name', ',b\n1,2\n', { column1: ['1'], b: ['2'] }],
    ['semicolons', 'a;b\n1,5;2\n', { a: ['1,5'], b: ['2'] }],
    ['tabs', 'a\tb\n1,5\t2\n', { a: ['1,5'], b: ['2'] }],
    [
      'a name that is special in JavaScript',
      '__proto__,b\n1,2\n',
      Object.fromEntries([
        ['__proto__', ['1']],
        ['b', ['2']],
      ]),
    ],
  ])('%s', (_, text, expected) => {
    expect(cellsOf(readCsv(text))).toEqual(expected)
    expect(cellsOf(readCsv(new TextEncoder().encode(text)))).toEqual(expected)
  })

  test('without a header the columns are numbered', () => {
    const table = readCsv('1,2\n3,4\n', { header: false })
    expect(cellsOf(table)).toEqual({ column1: ['1', '3'], column2: ['2', '4'] })
    expect([...table.origin.positions]).toEqual([1, 2])
  })

  test('other words may stand for missing values', () => {
    const table = readCsv('a\nNA\n?\n', { missingWords: ['?'] })
    expect(cellsOf(table)).toEqual({ a: ['NA', null] })
  })
})

test('positions are the lines on which rows begin', () => {
  const table = readCsv('a,b\r\n1,2\r\n\r\n"x\r\ny","p\nq"\r\n3,4\r\n')
  expect([...table.origin.positions]).toEqual([2, 4, 7])
})

const cell = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', ';', '\t'), maxLength: 8 }),
)

test('what is written is read again, whatever the cells hold', () => {
  const rows = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  fc.assert(
    fc.property(rows, (records) => {
      const names = (records[0] ?? []).map((_, i) => `c${i}`)
      const text = writeCsv(names, records)
      const table = readCsv(text, { delimiter: ',', missingWords: [] })
      // A cell without anything to see is missing, the rest keeps every character.
      const expected = records.map((record) =>
        record.map((value) => (value.trim() === '' ? null : value)),
      )
      const came = records.map((_, row) => table.columns.map(({ cells }) => cells[row]))
      expect(came).toEqual(expected)
      expect(table.rows).toBe(records.length)
    }),
    { numRuns: 300, seed: 20261123 },
  )
})

test('no text makes the reader fail in another way than a DataError', () => {
  const text = fc.string({
    unit: fc.constantFrom('"', ',', '\n', '\r', 'a', '\uFEFF', ' '),
    maxLength: 40,
  })
  fc.assert(
    fc.property(text, (source) => {
      try {
        readCsv(source)
      } catch (error) {
        expect(error).toMatchObject({ name: 'DataError' })
      }
    }),
    { numRuns: 500, seed: 20261123 },
  )
})

test('a ragged row is named by its line and with what it lacks', async () => {
  const error = await failure(() => readCsv('a,b\n"x\ny",2\n3\n', { file: 'a.csv' }))
  expect(error.code).toBe('csv-ragged')
  expect(error.message).toBe('a.csv:4: this row has 1 cell, the first has 2')
  expect(error.data).toEqual({ file: 'a.csv', line: 4, required: 2, came: 1 })
})

test.each([
  ['an open quote', 'a,b\n1,2\n3,"4\n5,6\n', 'csv-quotes', 3],
  ['text after a quote', 'a,b\r\n"x\r\ny",1\r\n"3"4,5\r\n', 'csv-quotes', 4],
])('%s is named by its line', async (_, text, code, line) => {
  const error = await failure(() => readCsv(text, { file: 'a.csv' }))
  expect(error).toMatchObject({ code, data: { file: 'a.csv', line } })
})

test('200,000 quoted cells are read in a moment', () => {
  const table = readCsv(`a,b\n${'"x","1"\n'.repeat(100_000)}`)
  expect(table.rows).toBe(100_000)
})

describe('a text without quotes, which is read column by column', () => {
  /** A table, or what is wrong with it. */
  const outcome = (text: string): unknown => {
    try {
      return readCsv(text)
    } catch (error) {
      return String(error)
    }
  }

  test('is read as one that has to be taken apart sign by sign', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '1',
      ' ',
      ',',
      ',',
      ';',
      '\t',
      '\n',
      '\n',
      '\u2028',
      'NA',
      '',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const text = pieces.join('')
        // Line ends of two signs say the same, and take the longer way.
        expect(outcome(text)).toEqual(outcome(text.replaceAll('\n', '\r\n')))
      }),
      { numRuns: 5000, seed: 20261123 },
    )
  })
})
