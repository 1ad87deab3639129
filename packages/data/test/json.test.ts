import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJson, readRecords } from '../src/json.ts'
import type { Cell, Table } from '../src/table.ts'
import { failure } from './support/errors.ts'

const cellsOf = (table: Table): Record<string, readonly Cell[]> =>
  Object.fromEntries(table.columns.map(({ name, cells }) => [name, cells]))

test.each<[string, string, Record<string, Cell[]>]>([
  ['records', '[{"a":1,"b":"x"},{"a":2,"b":null}]', { a: [1, 2], b: ['x', null] }],
  ['records that lack keys', '[{"a":1},{"b":true}]', { a: [1, null], b: [null, true] }],
  ['rows', '[[1,"x"],[2,"y"]]', { column1: [1, 2], column2: ['x', 'y'] }],
  ['columns', '{"columns":{"a":[1,2],"b":["x","NA"]}}', { a: [1, 2], b: ['x', null] }],
  ['one record', '{"a":1,"b":"x"}', { a: [1], b: ['x'] }],
  ['a record a line', '{"a":1}\n{"a":2}\n\n{"a":3}\n', { a: [1, 2, 3] }],
  ['a byte order mark', '\uFEFF[{"a":1}]', { a: [1] }],
  ['empty texts and words for missing values', '[{"a":""},{"a":" NaN "}]', { a: [null, null] }],
])('%s', (_, text, expected) => {
  expect(cellsOf(readJson(text))).toEqual(expected)
})

test('records are counted from 1, lines where each record has its own', () => {
  expect(readJson('[{"a":1},{"a":2}]').origin).toMatchObject({ counts: 'record' })
  const lines = readJson('{"a":1}\n\n{"a":2}\n').origin
  expect(lines.counts).toBe('line')
  expect([...lines.positions]).toEqual([1, 3])
})

test('records survive the way through JSON', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  )
  fc.assert(
    fc.property(fc.array(fc.record({ a: value, b: value }), { minLength: 1 }), (records) => {
      const table = readJson(JSON.stringify(records))
      expect(table).toEqual(
        readRecords(JSON.parse(JSON.stringify(records)), { file: 'the JSON text' }),
      )
    }),
  )
})

test('a nested value is named by its record and column', async () => {
  const error = await failure(() => readRecords([{ a: 1 }, { a: { b: 2 } }]))
  expect(error).toMatchObject({ code: 'cell-nested', data: { record: 2 } })
  expect(error.message).toBe('the data, record 2: the value of `a` is an object')
})

test("Python's NaN gets its own advice", async () => {
  const error = await failure(() => readJson('[{"a": NaN}]'))
  expect(error).toMatchObject({ code: 'json-invalid', help: expect.stringContaining('null') })
})

// The fault of one line was sought in the whole text, where the second record is one already.
test.each([
  [
    '{"a":1}\n{"a":2}\n{"a":NaN}\n',
    'd.json:3: this is not JSON from character 6 on',
    'JSON has no NaN or Infinity',
  ],
  ['{"a":1}\r\n\r\n{"a":}\r\n', 'd.json:3: this is not JSON from character 6 on', 'mend the text'],
  ['{"a":1}\n{"a":2', 'd.json:2: the JSON breaks off', 'fetch the file again'],
])('the fault in %j is told with its own line', async (text, message, help) => {
  const error = await failure(() => readJson(text, { file: 'd.json' }))
  expect(error.message).toBe(message)
  expect(error.help).toContain(help)
})
