import { expect, test } from 'vitest'
import { readCsv } from '../src/csv.ts'
import type { DataErrorCode } from '../src/errors.ts'
import { readJson, readRecords } from '../src/json.ts'
import { takeTableRows } from '../src/table.ts'
import { gunzip } from '../src/text.ts'
import { failure } from './support/errors.ts'
import { gzip } from './support/idx.ts'

test.each<[DataErrorCode, string, () => unknown]>([
  ['file-empty', 'an empty CSV', () => readCsv('')],
  ['file-empty', 'a CSV of blank lines', () => readCsv('\n\n')],
  ['rows-none', 'a header alone', () => readCsv('a,b\n')],
  ['column-twice', 'one name twice', () => readCsv('a, a\n1,2\n')],
  ['csv-ragged', 'too many cells', () => readCsv('a,b\n1,2,3\n')],
  ['csv-quotes', 'an open quote', () => readCsv('a,b\n"1,2\n')],
  ['data-not-utf-8', 'bytes that are no text', () => readCsv(Uint8Array.of(0x61, 0xff, 0x0a))],
  ['file-empty', 'an empty JSON', () => readJson(' ')],
  ['rows-none', 'no records', () => readJson('[]')],
  ['rows-none', 'records without keys', () => readJson('[{}]')],
  ['rows-none', 'columns without rows', () => readJson('{"columns":{"a":[]}}')],
  ['json-invalid', 'half a JSON', () => readJson('[{"a": 1}')],
  ['json-not-records', 'a number', () => readJson('7')],
  ['json-not-records', 'numbers', () => readJson('[1, 2]')],
  ['json-not-records', 'ragged rows', () => readJson('[[1, 2], [3]]')],
  ['json-not-records', 'rows and records', () => readJson('[[1], {"a": 1}]')],
  ['json-not-records', 'ragged columns', () => readJson('{"columns":{"a":[1],"b":[]}}')],
  ['json-not-records', 'a column that is no list', () => readJson('{"columns":{"a":1}}')],
  ['column-twice', 'names that differ by a space', () => readRecords([{ a: 1, ' a': 2 }])],
  ['cell-nested', 'a record in a record', () => readRecords([{ a: { b: 1 } }])],
  ['gzip-damaged', 'what only looks zipped', () => gunzip(Uint8Array.of(0x1f, 0x8b, 1), 'x')],
  ['file-too-large', 'more than is allowed', () => gunzip(gzip(new Uint8Array(1000)), 'x', 999)],
])('%s: %s', async (code, _, run) => {
  const error = await failure(run)
  expect(error.code).toBe(code)
  expect(error.message).not.toMatch(/\n/)
})

test.each([
  [
    'named',
    () => readCsv('a,b,a\n1,2,3\n', { file: 'x.csv' }),
    'x.csv: columns 1 and 3 are both called `a`',
    'rename one of them in the first line; where that is no line of names, write `header=false`',
  ],
  [
    'without a header',
    () => readCsv('5,1,5\n1,2,3\n', { file: 'x.csv' }),
    'x.csv: columns 1 and 3 are both called `5`',
    'the first line seems to be data already: write `header=false`',
  ],
  [
    'of a file from outside',
    () => readCsv('a,b,a\n1,2,3\n', { file: 'x.csv', quotable: false }),
    'x.csv: columns 1 and 3 have the same name',
    'rename one of them in the first line; where that is no line of names, write `header=false`',
  ],
  [
    'of JSON',
    () => readRecords([{ b: 0, a: 1, ' a': 2 }], { file: 'x.json' }),
    'x.json: columns 2 and 3 are both called `a`',
    'rename one of them: spaces round a name do not count',
  ],
])(
  'two columns of one name, %s, are told apart by their numbers',
  async (_, run, message, help) => {
    expect(await failure(run)).toMatchObject({ message, help })
  },
)

test.each([
  ['[\n{"a": 1},\n{"a" 2}\n]', 'a.json:3: this is not JSON from character 6 on', 'mend the text'],
  ['[\n{"a": NaN}]', 'a.json:2: this is not JSON from character 7 on', 'has no NaN'],
  ['[{"a": 1},\n', 'a.json:2: the JSON breaks off', 'fetch the file again'],
  ['{"data": [{"a": 1}]}', 'a.json: the records stand inside an object', 'keep only their list'],
])('%j is placed by line, in every engine', async (text, message, help) => {
  const error = await failure(() => readJson(text, { file: 'a.json' }))
  expect(error).toMatchObject({ message, help: expect.stringContaining(help) })
})

test('rows that are taken keep their place in the file', () => {
  const taken = takeTableRows(readCsv('a\nx\ny\nz\n'), [2, 0])
  expect(taken).toMatchObject({ rows: 2, columns: [{ name: 'a', cells: ['z', 'x'] }] })
  expect([...taken.origin.positions]).toEqual([4, 2])
})
