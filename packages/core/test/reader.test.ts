/** Readers: what they may give, what their authors read where it is something else, and what they may not be called. */
import { ChainruleError } from '@chainrule/program'
import { describe, expect, test } from 'vitest'
import {
  defineReader,
  fileInvalid,
  type GivenColumns,
  number,
  Registry,
  readBy,
} from '../src/index.ts'

const file = { name: 'a.x', bytes: new Uint8Array([1, 2]) }
const giving = (given: unknown) =>
  readBy(
    defineReader({ name: 'odd', summary: 'x', read: () => given as GivenColumns }).with({}),
    file,
  )

test('a reader gets bytes, a name and its configuration, and gives columns', () => {
  const reader = defineReader({
    name: 'odd',
    summary: 'x',
    arguments: { factor: number() },
    read: ({ name, bytes }, { factor }) => ({
      ' x ': Float64Array.from(bytes, (byte) => byte * factor),
      name: [name, null],
      photo: [new Float32Array([1, 2]), [[3], [4]]],
      sure: [true, undefined],
      gap: [Number.NaN, 0],
    }),
  })
  expect(readBy(reader.with({ factor: 2 }), file)).toEqual([
    { name: 'x', values: [2, 4] },
    { name: 'name', values: ['a.x', null] },
    {
      name: 'photo',
      values: [
        [1, 2],
        [[3], [4]],
      ],
    },
    { name: 'sure', values: [true, null] },
    { name: 'gap', values: [null, 0] },
  ])
})

describe('what is no columns is refused', () => {
  test.each<[given: unknown, problem: string]>([
    [undefined, 'gives nothing, and not columns by their names'],
    [null, 'gives null, and not columns by their names'],
    ['x', 'gives a string, and not columns by their names'],
    [[[1]], 'gives a list, and not columns by their names'],
    [Promise.resolve({}), 'gives a promise, and not columns by their names'],
    [{}, 'gives no column at all'],
    [{ x: 3 }, 'gives `x` as a number, and not as a list'],
    [{ x: 'abc' }, 'gives `x` as a string, and not as a list'],
    [{ x: [] }, 'gives `x` without a value'],
    [{ x: [1, 2], y: [1] }, 'gives 1 values of `y`, and 2 of `x`'],
    [{ ' ': [1] }, 'gives a column without a name'],
    [{ x: [1], 'x ': [1] }, 'gives two columns `x`'],
    [{ x: [1, {}] }, 'gives an object in `x`, row 2'],
    [{ x: [1n] }, 'gives a bigint in `x`, row 1'],
  ])('%o', (given, problem) => {
    expect(() => giving(given)).toThrow(
      expect.objectContaining({
        code: 'reader-columns',
        message: `\`read\` of the reader \`odd\` ${problem}`,
        help: expect.stringContaining('return the columns by their names'),
      }),
    )
  })
})

test('a reader says what is wrong with its file', () => {
  const refusal = fileInvalid('a.x', 'line 3: no number', 'write one')
  expect(refusal).toBeInstanceOf(ChainruleError)
  expect(refusal).toMatchObject({
    code: 'file-invalid',
    message: 'a.x: line 3: no number',
    help: 'write one',
    data: { file: 'a.x' },
  })
})

test.each([
  ['csv', 'x', 'csv'],
  ['synthetic', 'x', 'synthetic'],
  ['target', 'x', 'target'],
  ['odd', 'path', 'path'],
  ['odd', 'features', 'features'],
  ['odd', 'time', 'time'],
])('a reader `%s` with the option `%s` uses a word of the language', (name, option, word) => {
  const reader = defineReader({
    name,
    summary: 'x',
    options: { [option]: number({ default: 1 }) },
    read: () => ({ x: [1] }),
  })
  expect(() => new Registry([reader])).toThrow(
    expect.objectContaining({
      code: 'plugin-reserved-word',
      message: `the reader \`${name}\` uses the word \`${word}\`, which belongs to the language`,
    }),
  )
})
