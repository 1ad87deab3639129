import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCsv } from '../src/csv.ts'
import type { DataWarning } from '../src/errors.ts'
import { type Fitted, fit } from '../src/fit.ts'
import { readRecords } from '../src/json.ts'
import type { ColumnRule, Recipe } from '../src/recipe.ts'
import type { Cell } from '../src/table.ts'
import { failure } from './support/errors.ts'

const features: Recipe = { inputs: [{ name: 'input' }], targets: [] }

function fitCells(
  cells: readonly Cell[],
  rule?: Omit<ColumnRule, 'name'>,
  trainRows?: number[],
): Fitted {
  const table = readRecords(cells.map((x) => ({ x })))
  const columns = rule === undefined ? [] : [{ name: 'x', ...rule }]
  return fit(table, { ...features, columns }, trainRows ?? cells.map((_, row) => row))
}

function encoderOf({ preprocessing }: Fitted): unknown {
  const [input] = preprocessing.inputs
  return input?.kind === 'columns' ? input.columns[0] : undefined
}

const codes = (warnings: readonly DataWarning[]): string[] => warnings.map(({ code }) => code)

describe('features', () => {
  test.each<[string, Cell[], Omit<ColumnRule, 'name'>, object]>([
    [
      'mean and deviation',
      [1, 3, 5, 7],
      {},
      { type: 'number', offset: 4, divisor: Math.sqrt(5), fill: 4 },
    ],
    [
      'a missing value is no part of them',
      [1, null, 3],
      { missing: 'mean' },
      { offset: 2, divisor: 1, fill: 2 },
    ],
    ['the median of an odd number', [9, 1, 2, null], { missing: 'median' }, { fill: 2 }],
    ['the median of an even number', [9, 1, 2, 4, null], { missing: 'median' }, { fill: 3 }],
    [
      'the most frequent number, the least of equals',
      [3, 1, 3, 1, 2, null],
      { missing: 'most' },
      { fill: 1 },
    ],
    ['refused, but none is missing', [1, 2], { missing: 'refuse' }, { fill: null }],
    [
      'levels in order',
      ['b', ' a', 'b', 'C'],
      {},
      { type: 'category', levels: ['C', 'a', 'b'], fill: 'b' },
    ],
    [
      'numbers as a category',
      [8, 10, 8],
      { type: 'category' },
      { type: 'category', levels: ['10', '8'], fill: '8' },
    ],
    ['truth values', ['yes', 'no', 'no'], {}, { type: 'boolean', fill: false }],
    [
      'zeros and ones declared boolean',
      [0, 1, 1],
      { type: 'boolean' },
      { type: 'boolean', fill: true },
    ],
    [
      'dates',
      ['1970-01-01', '1970-01-03'],
      {},
      { type: 'timestamp', offset: 86400, divisor: 86400 },
    ],
    ['whole numbers, where decimals may come', [1, 3], {}, { type: 'number' }],
    ['whole numbers, declared', [1, 2, null], { type: 'integer' }, { type: 'integer', fill: 2 }],
    ['a constant', [5, 5, 5], {}, { offset: 5, divisor: 0 }],
  ])('%s', (_, cells, rule, expected) => {
    expect(encoderOf(fitCells(cells, rule))).toMatchObject(expected)
  })

  test('only the training rows count', () => {
    const fitted = fitCells([1, 3, 1000, null], {}, [0, 1])
    expect(encoderOf(fitted)).toMatchObject({ offset: 2, divisor: 1, fill: 2 })
    const levels = fitCells(['a', 'b', 'c'], {}, [0, 1])
    expect(encoderOf(levels)).toMatchObject({ levels: ['a', 'b'] })
  })

  test.each<[Recipe['scale'], object]>([
    ['standard', { offset: 3, divisor: 1 }],
    ['minmax', { offset: 2, divisor: 2 }],
    ['none', { offset: 0, divisor: 1 }],
  ])('scale %s', (scale, expected) => {
    const table = readRecords([{ x: 2 }, { x: 4 }])
    expect(encoderOf(fit(table, { ...features, scale: scale ?? 'none' }, [0, 1]))).toMatchObject(
      expected,
    )
  })

  test('an integer input takes whole numbers as they are', () => {
    const table = readRecords([{ x: 2 }, { x: 9 }])
    const { preprocessing } = fit(
      table,
      { inputs: [{ name: 'tokens', as: 'integer' }], targets: [] },
      [0, 1],
    )
    expect(preprocessing.inputs).toMatchObject([
      { dtype: 'i32', columns: [{ type: 'integer', offset: 0, divisor: 1 }] },
    ])
  })

  test('an input of yes and no takes columns of 0 and 1 as that', () => {
    const table = readRecords([{ x: 0 }, { x: 1 }])
    const { preprocessing } = fit(
      table,
      { inputs: [{ name: 'mask', as: 'boolean' }], targets: [] },
      [0, 1],
    )
    expect(preprocessing.inputs).toMatchObject([{ dtype: 'bool', columns: [{ type: 'boolean' }] }])
  })

  test('the order of the training rows does not change what is fitted', () => {
    const whole = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 })
    fc.assert(
      fc.property(whole, (cells) => {
        const backwards = cells.map((_, row) => cells.length - 1 - row)
        const [a, b] = [fitCells(cells), fitCells(cells, undefined, backwards)].map(encoderOf) as {
          offset: number
          divisor: number
        }[]
        expect(a?.offset).toBe(b?.offset)
        expect(a?.divisor).toBeCloseTo(b?.divisor ?? 0, 9)
      }),
    )
  })
})

describe('warnings', () => {
  test.each<[string, Cell[], string[]]>([
    ['nothing to say', [1, 2], []],
    ['a constant number', [1, 1], ['column-constant']],
    ['a constant text', ['a', 'a'], ['column-constant']],
    ['a constant truth value', [true, true], ['column-constant']],
    ['missing values nobody spoke of', [1, 2, null], ['values-filled']],
  ])('%s', (_, cells, expected) => {
    expect(codes(fitCells(cells).warnings)).toEqual(expected)
  })

  test('columns that no model learns from are left out, and said to be', () => {
    const records = Array.from({ length: 30 }, (_, i) => ({ name: `n${i}`, x: i, empty: null }))
    const { preprocessing, warnings } = fit(readRecords(records), features, [0, 1, 2])
    expect(preprocessing.inputs).toMatchObject([{ columns: [{ column: 'x' }] }])
    expect(codes(warnings)).toEqual(['column-left-out', 'column-left-out'])
    const asked = fit(
      readRecords(records),
      { ...features, columns: [{ name: 'name', type: 'category' }] },
      [0, 1, 2],
    )
    expect(asked.preprocessing.inputs).toMatchObject([
      { columns: [{ column: 'name' }, { column: 'x' }] },
    ])
  })

  test('large numbers that nothing scales are worth a word, and no others', () => {
    const records = [0, 1, 2].map((i) => ({ large: i * 5000, small: i, index: -i }))
    const unscaled = fit(readRecords(records), { ...features, scale: 'none' }, [0, 1, 2])
    expect(unscaled.warnings.map(({ code, data }) => [code, data.column])).toEqual([
      ['column-unscaled', 'large'],
    ])
    expect(unscaled.warnings[0]?.message).toContain('runs from 0 to 10000')
    expect(fit(readRecords(records), features, [0, 1, 2]).warnings).toEqual([])
    const [input = { name: 'input' }] = features.inputs
    const indices = { ...features, inputs: [{ ...input, as: 'integer' }], scale: 'none' } as const
    const small = [0, 1, 2].map((i) => ({ word: i * 5000 }))
    expect(fit(readRecords(small), indices, [0, 1, 2]).warnings).toEqual([])
  })

  test('many levels are worth a word', () => {
    const cells = Array.from({ length: 120 }, (_, i) => `level ${i}`)
    expect(codes(fitCells(cells, { type: 'category' }).warnings)).toEqual(['levels-many'])
  })
})

describe('targets', () => {
  const target = (
    cells: readonly Cell[],
    as?: 'class' | 'binary' | 'number',
    trainRows = [0, 1],
  ): Fitted => {
    const table = readRecords(cells.map((y, x) => ({ x, y })))
    const asked = as === undefined ? {} : { as }
    const targets = [{ name: 'out', columns: ['y'], ...asked }]
    return fit(table, { inputs: [{ name: 'input', columns: ['x'] }], targets }, trainRows)
  }
  test.each<[string, Cell[], 'class' | 'binary' | 'number' | undefined, object]>([
    ['texts', ['b', 'a'], undefined, { kind: 'class', classes: ['a', 'b'] }],
    ['two texts as binary', ['b', 'a'], 'binary', { kind: 'binary', classes: ['a', 'b'] }],
    ['truth values', [true, false], undefined, { kind: 'binary', classes: ['false', 'true'] }],
    [
      'truth values as classes',
      [true, false],
      'class',
      { kind: 'class', classes: ['false', 'true'] },
    ],
    ['truth values in words', ['yes', 'no'], undefined, { classes: ['no', 'yes'] }],
    [
      'truth values spelled in several ways, each as it is most often',
      ['Yes', 'yes', 'no', 'YES', 'true', 'yes', 'false', 'false'],
      undefined,
      { classes: ['false', 'yes'] },
    ],
    ['letters', ['Y', 'N'], undefined, { kind: 'class', classes: ['N', 'Y'] }],
    ['0 and 1 as a file spells them', ['1.0', '0.0'], undefined, { classes: ['0.0', '1.0'] }],
    [
      'truth values as a number',
      [true, false],
      'number',
      { kind: 'number', mean: [0.5], deviation: [0.5] },
    ],
    [
      'whole numbers as classes, in their order',
      [10, 9],
      'class',
      { kind: 'class', classes: ['9', '10'] },
    ],
    ['numbers', [1, 5], undefined, { kind: 'number', mean: [3], deviation: [2] }],
    ['a constant number', [5, 5], undefined, { kind: 'number', mean: [5], deviation: [1] }],
  ])('%s', (_, cells, as, expected) => {
    expect(target(cells, as).preprocessing.targets).toMatchObject([{ name: 'out', ...expected }])
  })

  test('0 and 1 of a column that is declared boolean keep their spelling', () => {
    const table = readCsv('x,y\n1,0\n2,1\n')
    const columns = [{ name: 'y', type: 'boolean' as const }]
    const targets = [{ name: 'out', columns: ['y'] }]
    const { preprocessing } = fit(table, { ...features, columns, targets }, [0, 1])
    expect(preprocessing.targets).toMatchObject([{ kind: 'binary', classes: ['0', '1'] }])
  })

  test('classes are named from all rows, with a word on those that are not trained on', () => {
    const { preprocessing, warnings } = target(['a', 'b', 'c'])
    expect(preprocessing.targets).toMatchObject([{ classes: ['a', 'b', 'c'] }])
    expect(codes(warnings)).toEqual(['class-untrained'])
  })

  test('numbers side by side make one target', () => {
    const table = readRecords([
      { x: 1, y: 1, z: 10 },
      { x: 2, y: 3, z: 30 },
    ])
    const targets = [{ name: 'out', columns: ['y', 'z'] }]
    const { preprocessing } = fit(table, { ...features, targets }, [0, 1])
    expect(preprocessing.targets).toMatchObject([{ mean: [2, 20], deviation: [1, 10] }])
    expect(preprocessing.inputs).toMatchObject([{ columns: [{ column: 'x' }] }])
  })
})

describe('errors', () => {
  const rows = [
    { x: 1, y: 2, c: 'a' },
    { x: 2, y: 3, c: 'b' },
    { x: 3, y: 4, c: 'c' },
  ]
  const input = (columns?: string[]): Recipe['inputs'][number] =>
    columns === undefined ? { name: 'input' } : { name: 'input', columns }
  const target = (name: string, as?: 'class' | 'binary' | 'number'): Recipe['targets'][number] => ({
    name: 'out',
    columns: [name],
    ...(as === undefined ? {} : { as }),
  })
  test.each<[string, readonly object[], Partial<Recipe>]>([
    ['column-not-found', rows, { targets: [target('q')] }],
    ['column-not-found', rows, { columns: [{ name: 'q' }] }],
    ['feature-is-target', rows, { inputs: [input(['x', 'y'])], targets: [target('y')] }],
    ['features-unclear', rows, { inputs: [{ name: 'a' }, { name: 'b' }] }],
    ['features-none', [{ y: 1 }, { y: 2 }], { targets: [target('y')] }],
    ['features-none', rows, { inputs: [input([])] }],
    ['target-none', rows, { targets: [{ name: 'out', columns: [] }] }],
    ['target-type', rows, { targets: [target('c', 'number')] }],
    [
      'target-type',
      [
        { x: 1, y: 0.5 },
        { x: 2, y: 1 },
      ],
      { targets: [target('y', 'class')] },
    ],
    [
      'target-type',
      [
        { x: 1, y: '2024-01-01' },
        { x: 2, y: '2024-01-02' },
      ],
      { targets: [target('y')] },
    ],
    [
      'target-type',
      rows,
      { targets: [{ name: 'out', columns: ['x', 'y'], as: 'class' }], inputs: [input(['c'])] },
    ],
    [
      'target-one-class',
      [
        { x: 1, c: 'a' },
        { x: 2, c: 'a' },
      ],
      { targets: [target('c')] },
    ],
    ['target-not-binary', rows, { targets: [target('c', 'binary')] }],
    [
      'target-missing',
      [
        { x: 1, y: 1 },
        { x: 2, y: null },
        { x: 3, y: 3 },
      ],
      { targets: [target('y')] },
    ],
    [
      'value-missing',
      [{ x: 1 }, { x: null }, { x: 3 }],
      { columns: [{ name: 'x', missing: 'refuse' }] },
    ],
    ['missing-policy', [{ x: 'a' }, { x: null }], { columns: [{ name: 'x', missing: 'mean' }] }],
    [
      'column-empty',
      [
        { x: null, y: 1 },
        { x: null, y: 2 },
      ],
      { inputs: [input(['x'])], columns: [{ name: 'x', type: 'number' }] },
    ],
    ['text-in-number', [{ x: 1 }, { x: 2 }, { x: 'three' }], {}],
    ['text-in-number', rows, { columns: [{ name: 'c', type: 'number' }] }],
    ['text-in-boolean', rows, { columns: [{ name: 'c', type: 'boolean' }] }],
    ['text-in-timestamp', rows, { columns: [{ name: 'c', type: 'timestamp' }] }],
    ['not-integer', [{ x: 1 }, { x: 2.5 }], { columns: [{ name: 'x', type: 'integer' }] }],
    ['non-finite', [{ x: 1 }, { x: 'inf' }], {}],
    ['non-finite', [{ x: 1 }, { x: '1e999' }], {}],
    ['non-finite', [{ x: 1 }, { x: Number.NaN }], {}],
    ['non-finite', [{ x: 1e200 }, { x: -1e200 }], {}],
    [
      'non-finite',
      [
        { x: 1, y: 1e300 },
        { x: 2, y: -1e300 },
      ],
      { targets: [target('y')] },
    ],
  ])('%s: %j %j', async (code, records, recipe) => {
    const run = (): unknown =>
      fit(
        readRecords(records),
        { ...features, ...recipe },
        records.map((_, row) => row),
      )
    expect((await failure(run)).code).toBe(code)
  })

  test.each([
    ['rows-none', []],
    ['rows-one', [0]],
  ])('%s', async (code, trainRows) => {
    expect((await failure(() => fit(readRecords(rows), features, trainRows))).code).toBe(code)
  })

  test('a bad value is named by file, place, column and content, with what to do', async () => {
    // `on` is a word of the language, and no name without quotes.
    for (const column of ['a b', 'on']) {
      const records = [{ [column]: 1 }, { [column]: 2 }, { [column]: 'three' }]
      const error = await failure(() =>
        fit(readRecords(records, { file: 'x.json' }), features, [0, 1, 2]),
      )
      expect(error.message).toBe(
        `x.json, record 3, column \`${column}\`: \`three\` is not a number`,
      )
      expect(error.help).toContain(`\`column "${column}" category\``)
      expect(error.data).toEqual({ file: 'x.json', record: 3, column })
    }
  })

  test('nothing of a file from outside is quoted, neither values nor names', async () => {
    const records = [{ secret: 1 }, { secret: 2 }, { secret: 'hunter2' }]
    const table = readRecords(records, { file: 'x.json', quotable: false })
    const wrong = [
      await failure(() => fit(table, features, [0, 1, 2])),
      await failure(() => fit(table, { ...features, columns: [{ name: 'secrets' }] }, [0, 1])),
    ]
    for (const error of wrong) {
      const told = JSON.stringify([error.message, error.help, error.data]).replaceAll(
        '`secrets`',
        '',
      )
      expect(told.replace('"column":"secrets"', '')).not.toMatch(/secret|hunter2/)
    }
    expect(wrong[0]?.message).toBe(
      'x.json, record 3, column 1: a text of 7 characters is not a number',
    )
  })
})
