import fc from 'fast-check'
import { expect, describe as group, test } from 'vitest'
import { apply } from '../src/apply.ts'
import { cadenceOf, timeLater } from '../src/cadence.ts'
import { takeRows } from '../src/encoded.ts'
import { readRecords } from '../src/json.ts'
import { parsePreprocessing } from '../src/parse-preprocessing.ts'
import { type Prepared, type PrepareOptions, prepare } from '../src/prepare.ts'
import type { Recipe } from '../src/recipe.ts'
import { windowEnds } from '../src/series.ts'
import { spellTime } from '../src/spell-time.ts'
import { failure } from './support/errors.ts'

const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)
/** A day a row from 2024-01-01; x counts from 0, y is ten times x. */
const days = (count: number): { t: string; x: number | null; y: number | null }[] =>
  Array.from({ length: count }, (_, i) => ({ t: day(i), x: i, y: 10 * i }))

const recipe = (rest: Partial<Recipe> = {}, window: number | null = 3, shift = 2): Recipe => ({
  inputs: [{ name: 'input', columns: ['x'] }],
  targets: [{ name: 'out', columns: ['y'], shift }],
  series: { time: 't', ...(window === null ? {} : { window }) },
  scale: 'none',
  ...rest,
})

type Split = PrepareOptions['split']
const prepared = (
  rows: readonly unknown[],
  split: Split = { train: 1, validate: 0 },
  of: Recipe = recipe(),
): Prepared => prepare({ data: readRecords(rows), recipe: of, split })

/** Each window with its target, of the rows of one part. */
function windows({ encoded }: Prepared, rows: Int32Array | undefined = new Int32Array(0)) {
  const { features, targets } = takeRows(encoded, rows)
  const values = Array.from(features['input']?.values ?? [])
  const width = values.length / Math.max(rows.length, 1)
  return Array.from(rows, (_, i) => [
    values.slice(i * width, (i + 1) * width),
    targets['out']?.values[i],
  ])
}

group('a series', () => {
  test('gives each window the value that stands some rows later', () => {
    const result = prepared(days(7))
    expect(windows(result, result.parts.train)).toEqual([
      [[0, 1, 2], 40],
      [[1, 2, 3], 50],
      [[2, 3, 4], 60],
    ])
    expect(result.encoded.features['input']?.shape).toEqual([3, 1])
    expect(result.warnings).toEqual([])
  })

  test('keeps every number once: rows overlap', () => {
    const { features } = prepared(days(100), undefined, recipe({}, 48)).encoded
    expect(features['input']).toMatchObject({ shape: [48, 1], step: 1 })
    expect(features['input']?.values.length).toBe(100 + 47)
  })

  test('is put in the order of its time, whatever that of the file', () => {
    const result = prepared(days(7).reverse())
    expect(result.encoded).toEqual(prepared(days(7)).encoded)
  })

  test('may have times that are numbers', () => {
    const rows = days(7).map((row, i) => ({ ...row, t: 1990 + i }))
    const result = prepared(rows.reverse())
    expect(result.preprocessing.series).toEqual({ time: 't', type: 'number', window: 3 })
    expect(windows(result, result.parts.train)[0]).toEqual([[0, 1, 2], 40])
  })

  test('without a window gives single rows, and without a shift their own targets', () => {
    const result = prepared(days(4), undefined, recipe({}, null, 0))
    expect(result.encoded.features['input']).toMatchObject({ shape: [1] })
    expect(result.encoded.features['input']).not.toHaveProperty('step')
    expect(windows(result, result.parts.train)).toEqual([
      [[0], 0],
      [[1], 10],
      [[2], 20],
      [[3], 30],
    ])
  })

  test('is split in its order; windows and targets stay within their part', () => {
    const result = prepared(days(16), {
      train: 0.375,
      validate: 0.3125,
      test: 0.3125,
      ordered: true,
    })
    const { train, validation, test } = result.parts
    expect(windows(result, train)).toEqual([
      [[0, 1, 2], 40],
      [[1, 2, 3], 50],
    ])
    expect(windows(result, validation)).toEqual([[[6, 7, 8], 100]])
    expect(windows(result, test)).toEqual([[[11, 12, 13], 150]])
  })

  test('is split by time: both ends belong to a part, and rows in none are told', () => {
    const bound = (text: string, first: number, last: number) => ({
      text,
      date: { start: Date.parse(day(first)) / 1000, end: Date.parse(day(last + 1)) / 1000 },
    })
    const times = {
      train: { to: bound('2024-01-06', 5, 5) },
      test: { from: bound('2024-01-09', 8, 8), to: bound('2024-01-13', 12, 12) },
    }
    const result = prepared(days(15), { times })
    expect(windows(result, result.parts.train).map(([window]) => window)).toEqual([
      [0, 1, 2],
      [1, 2, 3],
    ])
    expect(windows(result, result.parts.test)).toEqual([[[8, 9, 10], 120]])
    expect(result.parts.validation).toBeUndefined()
    expect(result.warnings).toMatchObject([
      {
        code: 'rows-without-part',
        message:
          '4 of 15 rows lie in no part of the split and are left out, the first at `2024-01-07`',
      },
    ])
    const rest = prepared(days(15), { times: { test: times.test } })
    expect(rest.parts.train.length).toBe(4)
    expect(rest.warnings).toEqual([])
  })

  test('fits features to the rows and targets to the windows of the training part alone', () => {
    const split = { train: 0.5, validate: 0.5, ordered: true }
    const { inputs, targets } = prepared(
      days(12),
      split,
      recipe({ scale: 'standard' }),
    ).preprocessing
    // Rows 0 to 5 of x; targets of the windows that end in rows 2 and 3 are 40 and 50.
    expect(inputs).toMatchObject([{ columns: [{ offset: 2.5, divisor: Math.sqrt(35 / 12) }] }])
    expect(targets).toMatchObject([{ shift: 2, mean: [45], deviation: [5] }])
  })

  test('has windows in each of several series, and none across them', () => {
    const rows = days(6).flatMap((row, i) => [
      { ...row, g: 'b' },
      { ...row, x: 100 + i, g: 'a' },
    ])
    const of = recipe({ series: { time: 't', group: 'g', window: 3 } })
    const result = prepared(rows, undefined, of)
    expect(windows(result, result.parts.train).map(([window]) => window)).toEqual([
      [0, 1, 2],
      [1, 2, 3],
      [100, 101, 102],
      [101, 102, 103],
    ])
  })

  test('takes neither time nor group as features unless they are named', () => {
    const rows = days(8).map((row) => ({ ...row, g: 'a' }))
    const open = recipe({
      inputs: [{ name: 'input' }],
      series: { time: 't', group: 'g', window: 3 },
    })
    // What stands later is a feature: the past of the target.
    expect(prepared(rows, undefined, open).encoded.features['input']?.shape).toEqual([3, 2])
    const named = recipe({ inputs: [{ name: 'input', columns: ['x', 't'] }] })
    expect(prepared(rows, undefined, named).encoded.features['input']?.shape).toEqual([3, 2])
  })

  test('leaves out windows without a target, and keeps the row for others', () => {
    const rows = days(8).map((row, i) => (i === 5 ? { ...row, y: null } : row))
    const result = prepared(rows)
    expect(windows(result, result.parts.train)).toEqual([
      [[0, 1, 2], 40],
      [[2, 3, 4], 60],
      [[3, 4, 5], 70],
    ])
    expect(result.warnings).toMatchObject([
      { code: 'rows-without-target', message: expect.stringContaining('1 of 8 rows') },
    ])
  })

  test('tells of gaps: a window counts rows', () => {
    const rows = days(30).filter((_, i) => i !== 12)
    const [warning] = prepared(rows).warnings
    expect(warning).toMatchObject({ code: 'time-uneven', data: { steps: 28, others: 1 } })
    const weekdays = days(40).filter((_, i) => i % 7 < 5)
    expect(prepared(weekdays).warnings).toEqual([])
  })
})

group('a series is refused', () => {
  const cases: readonly [string, readonly unknown[], string, string][] = [
    [
      'with a time missing',
      [...days(5), { t: null, x: 1, y: 1 }],
      'time-missing',
      'record 6, column `t`: the time is missing',
    ],
    [
      'with a text for a time',
      [...days(5), { t: 'May', x: 1, y: 1 }],
      'time-invalid',
      'record 6, column `t`: `May` is no time',
    ],
    [
      'with a number among dates',
      [...days(5), { t: 5, x: 1, y: 1 }],
      'time-invalid',
      '`5` is no time',
    ],
    [
      'with one time twice',
      [...days(5), { t: day(2), x: 1, y: 1 }],
      'time-twice',
      'record 6, column `t`: the time `2024-01-03` stands in record 3 too',
    ],
    [
      'that is too short',
      days(5).slice(0, 4),
      'window-too-long',
      'the training part has at most 4 rows that follow each other, but a window of 3 and a target 2 rows later takes 5',
    ],
    ['with one window', days(5), 'rows-one', 'leaves one row to train on'],
  ]
  test.each(cases)('%s', async (_, rows, code, message) => {
    const error = await failure(() => prepared(rows))
    expect(error.message).toContain(message)
    expect(error.code).toBe(code)
  })

  const number = (text: string) => ({ text, number: Number(text) })
  const date = { text: '2030', date: { start: Date.UTC(2030) / 1000, end: Date.UTC(2031) / 1000 } }
  const splits: readonly [string, Split, string, string][] = [
    [
      'whose part is too short',
      { train: 0.8, validate: 0.2, ordered: true },
      'window-too-long',
      'the validation part has at most 4 rows',
    ],
    [
      'whose part is empty',
      { times: { test: { from: date } } },
      'split-part',
      'no row of the data lies in the test part',
    ],
    [
      'that is split by numbers',
      { times: { train: { to: number('17') } } },
      'split-time',
      'the split ends a part at `17`, but column `t` of the data holds dates',
    ],
  ]
  test.each(splits)('%s', async (_, split, code, message) => {
    const error = await failure(() => prepared(days(20), split))
    expect(error.message).toContain(message)
    expect(error.code).toBe(code)
  })

  test('where nothing names the time, or images have none', async () => {
    const rows = days(20).map(({ x, y }) => ({ x, y }))
    expect(await failure(() => prepared(rows))).toMatchObject({
      code: 'column-not-found',
      message: 'the data has no column `t`, by which the rows are ordered',
    })
    const grouped = [...days(8).map((row) => ({ ...row, g: 'a' })), { ...days(9)[8], g: null }]
    const of = recipe({ series: { time: 't', group: 'g' } })
    expect(await failure(() => prepared(grouped, undefined, of))).toMatchObject({
      code: 'value-missing',
      message: expect.stringContaining('the name of the series is missing'),
    })
  })
})

test('no window crosses a part or a series, and none that fits is left out', () => {
  const stretches = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 8 })
  const sizes = fc.tuple(stretches, fc.integer({ min: 1, max: 5 }), fc.nat(3))
  fc.assert(
    fc.property(sizes, ([lengths, window, later]) => {
      const stretch = Int32Array.from(
        lengths.flatMap((length, i) => new Array<number>(length).fill(i)),
      )
      const fits = (row: number): boolean =>
        row - window + 1 >= 0 &&
        row + later < stretch.length &&
        stretch[row - window + 1] === stretch[row + later]
      const all = Array.from(stretch.keys()).filter(fits)
      expect(Array.from(windowEnds(stretch, window, later))).toEqual(all)
    }),
  )
})

group('a saved series', () => {
  const { preprocessing } = prepared(days(12), undefined, recipe({ scale: 'standard' }))
  const saved = parsePreprocessing(JSON.parse(JSON.stringify(preprocessing)))

  test('comes back from JSON, and damage is found', async () => {
    expect(saved).toEqual(preprocessing)
    for (const series of [
      { time: 't' },
      { time: 1, type: 'number' },
      { time: 't', type: 'number', window: 0 },
    ])
      expect(await failure(() => parsePreprocessing({ ...preprocessing, series }))).toMatchObject({
        code: 'preprocessing-invalid',
      })
  })

  test('makes the same windows of new rows, and says for which time each is', () => {
    const { data, series, warnings } = apply(saved, readRecords(days(6)), { targets: 'none' })
    expect(Array.from(series?.ends ?? [])).toEqual([2, 3, 4, 5])
    expect(series?.timesLater(2)).toEqual([day(4), day(5), day(6), day(7)])
    const [own] = saved.inputs.flatMap((input) => (input.kind === 'columns' ? input.columns : []))
    if (own?.type !== 'integer' && own?.type !== 'number') throw new Error('a number')
    const { features } = takeRows(data, Int32Array.of(5))
    const expected = [3, 4, 5].map((x) => Math.fround((x - own.offset) / own.divisor))
    expect(Array.from(features['input']?.values ?? [])).toEqual(expected)
    expect(warnings).toMatchObject([
      { code: 'rows-without-window', message: expect.stringContaining('2 of 6 rows get no') },
    ])
  })

  test('keeps several series apart, each with the times after its own end', () => {
    const of = recipe({ series: { time: 't', group: 'g', window: 2 } })
    const rows = (g: string, count: number) => days(count).map((row) => ({ ...row, g }))
    const trained = prepared([...rows('a', 6), ...rows('b', 6)], undefined, of).preprocessing
    const { series } = apply(trained, readRecords([...rows('b', 2), ...rows('c', 3)]), {
      targets: 'none',
    })
    expect(series?.table.columns.find(({ name }) => name === 'g')?.cells).toEqual([
      ...['b', 'b', 'c', 'c', 'c'],
    ])
    expect(Array.from(series?.ends ?? [])).toEqual([1, 3, 4])
    expect(series?.timesLater(2)).toEqual([day(3), day(3), day(4)])
  })

  test('measures windows whose target is there', () => {
    const rows = days(8).map((row, i) => (i === 5 ? { ...row, y: null } : row))
    const { data, series } = apply(saved, readRecords(rows), { targets: 'required' })
    expect(Array.from(series?.ends ?? [])).toEqual([2, 4, 5])
    expect(data.targets['out']?.values[4]).toBe(60)
  })

  // A call takes no more than some hundred thousand arguments, and each series was one.
  test('of 200,000 series are told to be too short, in training and in use', async () => {
    const rows = Array.from({ length: 200_000 }, (_, g) => ({ g, t: day(0), x: g, y: g }))
    const grouped = recipe({ series: { time: 't', group: 'g', window: 2 } }, 2, 0)
    const fitting = await failure(() => prepared(rows, undefined, grouped))
    expect(fitting).toMatchObject({ code: 'window-too-long', data: { rows: 1 } })
    const { series, ...rest } = saved
    const applying = {
      ...rest,
      series: { time: 't', type: 'timestamp' as const, group: 'g', window: 3 },
    }
    const used = await failure(() => apply(applying, readRecords(rows), { targets: 'none' }))
    expect(used).toMatchObject({ code: 'window-too-long', data: { rows: 1 } })
  })

  test('needs a whole window, and a target to measure', async () => {
    const short = await failure(() => apply(saved, readRecords(days(2)), { targets: 'none' }))
    expect(short).toMatchObject({ code: 'window-too-long' })
    expect(short.message).toContain(
      'it has at most 2 rows that follow each other, but a window of 3 takes 3',
    )
    const bare = readRecords(days(8).map((row) => ({ ...row, y: null })))
    expect(await failure(() => apply(saved, bare, { targets: 'required' }))).toMatchObject({
      code: 'rows-none',
    })
  })
})

group('the time some rows later', () => {
  const seconds = (text: string): number => Date.parse(text) / 1000
  const later = (times: readonly string[], rows: number): string | undefined => {
    const all = Float64Array.from(times, seconds)
    const cadence = cadenceOf([all], 'timestamp')
    const last = times.at(-1) ?? ''
    return cadence && spellTime(timeLater(seconds(last), rows, cadence), last)
  }
  const hours = ['2024-12-31T21:00Z', '2024-12-31T22:00Z', '2024-12-31T23:00Z']
  test.each<[string, readonly string[], number, string | undefined]>([
    ['hours', hours, 24, '2025-01-01T23:00Z'],
    ['days', ['2024-02-27', '2024-02-28'], 2, '2024-03-01'],
    ['months', ['2023-11', '2023-12', '2024-01'], 13, '2025-02'],
    ['months by their first day', ['2023-12-01', '2024-01-01', '2024-02-01'], 1, '2024-03-01'],
    ['years', ['2019-01-01', '2020-01-01', '2021-01-01', '2022-01-01'], 3, '2025-01-01'],
    [
      'seconds and a space',
      ['2024-01-01 00:00:00', '2024-01-01 00:00:30'],
      1,
      '2024-01-01 00:01:00',
    ],
    ['a zone', ['2024-01-01T00:00+05:30', '2024-01-01T01:00+05:30'], 1, '2024-01-01T02:00+05:30'],
    ['no usual step', ['2024-01-01', '2024-01-02', '2024-01-07', '2024-01-09'], 1, undefined],
    ['one row', ['2024-01-01'], 1, undefined],
  ])('%s', (_, times, rows, expected) => {
    expect(later(times, rows)).toBe(expected)
  })
})
