/** A series from its text to predictions of a saved model: `data csv "…" time=… { target … shift=…; window … }`. */
import { engineJs } from '@chainrule/engine-js'
import { describe, expect, test } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { open } from '../src/open.ts'
import { prepareTraining } from '../src/training.ts'
import { folder, records, run } from './support/cli.ts'

const hour = (i: number): string =>
  new Date(Date.UTC(2024, 11, 1) + i * 3_600_000).toISOString().slice(0, 16)
/** Two months of hours; y swings with the day. */
const rows = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, i) => {
    const at = from + i
    return `${hour(at)},${(100 + 20 * Math.sin((at / 12) * Math.PI)).toFixed(2)},${at % 7}\n`
  }).join('')
const header = 'when,load,wind.speed\n'
const hours = header + rows(24 * 62)

const data = `data csv "hours.csv" time=when {
  features [load, wind.speed]
  target load shift=6
  window 12
  split train="..2024-12" validate="2025-01..2025-01-15" test="2025-01-16.."
}
`
const text = `${data}conv 8 3 relu causal=true -> gru 8 -> dense 1
loss mae
optimizer adam lr=0.02
train epochs=3 batch=32 accumulate=2
`

const table = (out: string): string[][] =>
  out
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','))

describe('a model of a series', () => {
  const place = folder({
    'model.mlp': text,
    'hours.csv': hours,
    'new.csv': header + rows(15, 2000),
  })
  const model = place.file('model.st')

  test('is trained on windows of the training part, and measured in the units of the data', async () => {
    const ran = await run('train', place.file('model.mlp'), '--out', model, '--format', 'json')
    expect(ran.err).toBe('')
    const [started, ...others] = records(ran.out)
    // Parts of 31, 15 and 16 days, of which 11 rows end no window and 6 have no target.
    expect(started?.['rows']).toEqual({
      train: 31 * 24 - 17,
      validation: 15 * 24 - 17,
      test: 16 * 24 - 17,
    })
    const { test: measured } = others.at(-1) as { test: { mae: number } }
    // The mean of the training part is off by 12.7: the mean of |20 sin|.
    expect(measured.mae).toBeLessThan(6)
  })

  test('predicts every whole window of new rows, and says for which time', async () => {
    const ran = await run('predict', model, '--data', place.file('new.csv'))
    const [head, ...lines] = table(ran.out)
    expect(head).toEqual(['when', 'load', 'wind.speed', 'prediction.time', 'prediction'])
    expect(lines.map(([when, , , time]) => [when, time])).toEqual(
      [11, 12, 13, 14].map((i) => [hour(2000 + i), hour(2000 + i + 6)]),
    )
    for (const line of lines) {
      const [, , , , prediction] = line
      expect(Number(prediction)).toBeGreaterThan(70)
      expect(Number(prediction)).toBeLessThan(130)
    }
    expect(ran.err).toContain(
      'warning[rows-without-window]: 11 of 15 rows get no prediction, for fewer than 11 rows stand before them',
    )
    expect((await run('predict', model, place.file('new.csv'))).out).toBe(ran.out)
  })

  test('predicts as JSON with the time in each prediction', async () => {
    const ran = await run('predict', model, place.file('new.csv'), '--format', 'json')
    const [first] = records(ran.out)
    expect(first).toMatchObject({
      when: hour(2011),
      prediction: { time: hour(2017), value: expect.any(Number) as number },
    })
  })

  test('is evaluated on the windows of other rows', async () => {
    const ran = await run('evaluate', model, '--data', place.file('hours.csv'))
    expect(ran.out).toMatch(/^1471 rows {2}loss \d+\.\d+ {2}mae \d/)
  })

  test('is summarised with its window', async () => {
    expect((await run('summary', model)).out).toContain(
      'takes: load, wind.speed; windows of 12 rows in the order of when\n',
    )
  })

  test('takes its data in one way', async () => {
    const twice = await run('predict', model, place.file('new.csv'), '--data', 'other.csv')
    expect(twice.err).toContain('error[usage]: the data are given twice')
    expect((await run('predict', model)).err).toContain('error[usage]: no data are given')
  })

  test('shows its window and its ranges', async () => {
    const shown = await run('show', place.file('model.mlp'))
    expect(shown.out).toContain('input input 12x2\n')
    expect(shown.out).toContain(
      'split train="..2024-12" validate="2025-01..2025-01-15" test="2025-01-16.."\n',
    )
    const resolved = await run('show', place.file('model.mlp'), '--resolved')
    const again = folder({ 'model.mlp': resolved.out, 'hours.csv': hours })
    expect((await run('show', again.file('model.mlp'))).out).toBe(shown.out)
  })
})

test('the windows of a training are the rows that the file has, target and all', async () => {
  const place = folder({ 'hours.csv': hours })
  const { folderSource } = await import('@chainrule/data/node')
  const source = folderSource(place.path, { allowPaths: [] })
  const opened = await open(`${data}flatten -> dense 1\nscale none\ntrain batch=4`, {
    registry: builtInRegistry(),
    source,
  })
  const { experiment, data: found } = opened
  if (experiment === undefined || found === undefined) throw new Error('an experiment')
  const training = await prepareTraining(opened.text, experiment, found, { engine: engineJs })
  const order = found.parts.validation?.slice(-2) ?? new Int32Array(0)
  training.session.executable.run('predict', 2, order)
  const load = hours
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[1]))
  const last = order[1] ?? 0
  const input = Array.from(training.session.executable.input('input/input'))
  const second = input.slice(24, 48).filter((_, i) => i % 2 === 0)
  expect(second).toEqual(load.slice(last - 11, last + 1).map(Math.fround))
  training.session.executable.run('evaluate', 2, order)
  expect(training.session.executable.input('target/output')[1]).toBe(
    Math.fround(load[last + 6] ?? 0),
  )
})

describe('what is wrong with a series is told where it is asked for', () => {
  const cases: readonly [what: string, text: string, data: string, shown: string][] = [
    [
      'a time twice',
      text,
      `${hours}${rows(1, 5)}`,
      `error[time-twice]: hours.csv:1490, column \`when\`: the time \`2024-12-01T05:00\` stands in line 7 too
 --> model.mlp:1:27
1 | data csv "hours.csv" time=when {
  |                           ^^^^
  = help: leave one of the two rows out; several series in one table are told apart by \`group=COLUMN\``,
    ],
    [
      'a time missing',
      text,
      `${hours},1,2\n`,
      `error[time-missing]: hours.csv:1490, column \`when\`: the time is missing
 --> model.mlp:1:27
1 | data csv "hours.csv" time=when {
  |                           ^^^^
  = help: a row without its time has no place in the series: fill the cell, or leave it out`,
    ],
    [
      'a text for a time',
      text,
      `${hours}noon,1,2\n`,
      `error[time-invalid]: hours.csv:1490, column \`when\`: \`noon\` is no time
 --> model.mlp:1:27
1 | data csv "hours.csv" time=when {
  |                           ^^^^
  = help: write times as \`2024-12-31\`, \`2024-12-31T23:59\` or with a zone as \`2024-12-31T23:59Z\``,
    ],
    [
      'no such column',
      text.replace('time=when', 'time=wen'),
      hours,
      `error[column-not-found]: hours.csv has no column \`wen\`, by which the rows are ordered
 --> model.mlp:1:27
1 | data csv "hours.csv" time=wen {
  |                           ^^^
  = help: did you mean \`when\`? it has \`when\`, \`load\`, \`wind.speed\``,
    ],
    [
      'a window longer than a part',
      text.replace('window 12', 'window 400'),
      hours,
      `error[window-too-long]: hours.csv: the validation part has at most 360 rows that follow each other, but a window of 400 and a target 6 rows later takes 406
 --> model.mlp:4:3
4 |   window 400
  |   ^^^^^^^^^^
  = help: take a shorter window, or give more rows`,
    ],
    [
      'a part without rows',
      text.replace('test="2025-01-16.."', 'test="2026.."'),
      hours,
      `error[split-part]: no row of hours.csv lies in the test part
 --> model.mlp:5:63
5 |   split train="..2024-12" validate="2025-01..2025-01-15" test="2026.."
  |                                                               ^^^^^^^^
  = help: its times go from \`2024-12-01T00:00\` to \`2025-01-31T23:00\``,
    ],
    [
      'parts by numbers where times are dates',
      text.replace('test="2025-01-16.."', 'test="17.."'),
      hours,
      `error[split-time]: the split ends a part at \`17\`, but column \`when\` of hours.csv holds dates
 --> model.mlp:5:63
5 |   split train="..2024-12" validate="2025-01..2025-01-15" test="17.."
  |                                                               ^^^^^^
  = help: write a date such as \`2024-12\``,
    ],
    [
      'a declared input of another shape',
      `input x 2x12\n${text.replace('conv', '@x -> conv')}`,
      hours,
      `error[input-shape]: the input \`x\` is declared as 2x12, but the data have it as 12x2
 --> model.mlp:1:9
1 | input x 2x12
  |         ^^^^ from the windows of "hours.csv": 12x2
...
3 |   features [load, wind.speed]
  |             ---------------- its columns`,
    ],
    [
      'rows in no part, as a warning',
      text.replace('test="2025-01-16.."', 'test="2025-01-20.."'),
      hours,
      `warning[rows-without-part]: 96 of 1488 rows lie in no part of the split and are left out, the first at \`2025-01-16T00:00\`
 --> model.mlp:5:3
5 |   split train="..2024-12" validate="2025-01..2025-01-15" test="2025-01-20.."
  |   ^^^^^`,
    ],
    [
      'a gap, as a warning',
      text,
      hours.replace(rows(3, 40), ''),
      `warning[time-uneven]: column \`when\`: 1 of 1484 steps from row to row are others than usual
 --> model.mlp:1:27
1 | data csv "hours.csv" time=when {
  |                           ^^^^
  = help: a window and a later target count rows: give the rows that are missing, with empty cells`,
    ],
  ]
  test.each(cases)('%s', async (_, model, csv, shown) => {
    const place = folder({ 'model.mlp': model, 'hours.csv': csv })
    const ran = await run('check', place.file('model.mlp'))
    expect(ran.err.replaceAll(`${place.path}/`, '')).toContain(shown)
    expect(ran.code).toBe(shown.startsWith('warning') ? 0 : 1)
  })
})
