/** Tables as the command prints them. */
import { expect, test } from 'vitest'
import { tableLines } from '../src/command/tables.ts'

const console = (columns: number) => ({
  out: () => {},
  err: () => {},
  live: false,
  color: false,
  columns,
  signal: new AbortController().signal,
  holdInterrupts: () => {},
})
const labels = ['a', 'a name that is far too long for a column', 'two\nlines']
const rows = [
  [1200, 3, 0],
  [0, 17.5, 2],
  [8, 1, 4],
]

test('a table stands with its names, numbers to the right', () => {
  expect(tableLines(console(100), { confusion: { labels, rows } }, 'test')).toEqual([
    '  test confusion: true along the rows, predicted along the columns',
    '                            a  a name that is far…  two lines',
    '    a                    1200                    3          0',
    '    a name that is far…     0                 17.5          2',
    '    two lines               8                    1          4',
  ])
})

test('of one that is wider than the console the most frequent mistakes are told', () => {
  expect(tableLines(console(40), { 'label.confusion': { labels, rows } })).toEqual([
    '  label.confusion: the most frequent mistakes',
    '    two lines taken for a: 8',
    '    a taken for a name that is far…: 3',
    '    a name that is far… taken for two lines: 2',
    '    two lines taken for a name that is far…: 1',
  ])
})
