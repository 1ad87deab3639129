import { expect, test } from 'vitest'
import { timestampOf } from '../src/cells.ts'
import { inferTargetKind, inferType } from '../src/infer.ts'
import type { Cell } from '../src/table.ts'

test.each<[string, Cell[], string]>([
  ['numbers', ['1.5', '-2e3', '.5', '3.'], 'number'],
  ['whole numbers', ['1', '-2', '1e3', 4], 'integer'],
  ['numbers and a missing value', ['1.5', null], 'number'],
  ['texts', ['a', 'b'], 'category'],
  ['truth values', ['yes', 'No', 'TRUE', false], 'boolean'],
  ['zeros and ones', ['0', '1'], 'integer'],
  ['dates', ['2024-02-29', '2024-12-31T23:59:00Z'], 'timestamp'],
  ['days that do not exist', ['2023-02-29'], 'category'],
  ['mostly numbers', ['1', '2', 'x'], 'number'],
  ['half numbers', ['1', 'x'], 'category'],
  ['infinities', ['1.5', 'inf', '1e999'], 'number'],
  ['hexadecimal and separators', ['0x10', '1,000', '1_000'], 'category'],
  ['nothing', [null, null], 'category'],
])('%s: %j is %s', (_, cells, type) => {
  expect(inferType({ name: 'x', cells })).toBe(type)
})

test.each<[string, Cell[], string]>([
  ['x', ['a', 'b', 'c'], 'class'],
  ['x', [true, false], 'binary'],
  ['x', ['0', '1', '1'], 'class'],
  ['x', ['1', '2', '3'], 'number'],
  ['label', ['1', '2', '3'], 'class'],
  ['wine class', [0, 1, 2, 2], 'class'],
  ['classification', [0, 1, 2, 2], 'number'],
  ['label', ['3', '7'], 'number'],
  ['label', ['0.5', '1'], 'number'],
])('a target `%s` of %j is a %s', (name, cells, kind) => {
  const column = { name, cells }
  expect(inferTargetKind(column, inferType(column))).toBe(kind)
})

test.each<[string, number | undefined]>([
  ['1970-01-01', 0],
  ['1970-01-02', 86400],
  ['1970-02', 31 * 86400],
  ['1970-01-01T01:00:00.5Z', 3600.5],
  ['1970-01-01 01:00', 3600],
  ['1970-01-01T01:00:00+01:00', 0],
  ['1970-01-01T00:00:00-0130', 5400],
  ['0001-01-01', -62135596800],
  ['1970-13-01', undefined],
  ['1970-01-01T25:00', undefined],
  ['1970', undefined],
  ['next week', undefined],
])('the moment %s is %s seconds', (text, seconds) => {
  expect(timestampOf(text)).toBe(seconds)
})
