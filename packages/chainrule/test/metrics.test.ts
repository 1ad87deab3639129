/** Metrics from a text to what the command prints: progress, records, the end of a training, a saved model measured. */
import { beforeAll, describe, expect, test } from 'vitest'
import { folder, records, run } from './support/cli.ts'

const rows = Array.from({ length: 90 }, (_, i) => {
  const [a, b] = [((i * 37) % 41) / 20 - 1, ((i * 23) % 29) / 14 - 1]
  return { a, b, kind: a > 0.3 ? 'east' : b > 0 ? 'north' : 'south', up: b > 0 ? 'yes' : 'no' }
})
const csv = (names: readonly ('a' | 'b' | 'kind' | 'up')[]): string =>
  `${[names, ...rows.map((row) => names.map((name) => row[name]))].map((line) => line.join(',')).join('\n')}\n`

const text = (target: string, units: number, metrics: string): string =>
  `data csv "${target}.csv" { target ${target}; split train=60% validate=20% test=20% }
dense 12 relu -> dense ${units}
optimizer adam lr=0.02
train epochs=30 batch=16
metrics ${metrics}
`
const place = folder({
  'kind.csv': csv(['a', 'b', 'kind']),
  'up.csv': csv(['a', 'b', 'up']),
  'three.mlp': text(
    'kind',
    3,
    '[accuracy, f1(average="macro"), recall(micro), top-k(k=2), auc, log-loss, confusion]',
  ),
  'one.mlp': text('up', 1, '[precision, recall, f1, auc, log-loss, confusion]'),
  'watch.mlp': `${text('up', 2, '[f1]')}stop watch=val.f1 patience=5\n`,
  'table.mlp': `${text('up', 2, '[confusion]')}stop watch=val.confusion\n`,
  'number.mlp': text('a', 1, '[f1]').replace('a.csv', 'up.csv'),
})
const { file } = place

type Told = Readonly<Record<string, unknown>> & { readonly type: string }
describe('three classes', () => {
  let out = ''
  beforeAll(async () => {
    const ran = await run(
      'train',
      file('three.mlp'),
      '--out',
      file('three.safetensors'),
      '--format',
      'json',
    )
    expect(ran.code, ran.err).toBe(0)
    out = ran.out
  })

  test('every epoch and the end tell all metrics', () => {
    const names = ['loss', 'accuracy', 'f1', 'recall', 'top-k', 'auc', 'log-loss']
    const told = records<Told>(out)
    const epochs = told.filter(({ type }) => type === 'epoch')
    expect(epochs).toHaveLength(30)
    for (const { validation } of epochs) expect(Object.keys(validation as object)).toEqual(names)
    const finished = told.at(-1)
    for (const part of ['train', 'validation', 'test']) {
      const report = finished?.[part] as Record<string, number>
      expect(Object.keys(report)).toEqual(names)
      expect(report['recall']).toBeCloseTo(report['accuracy'] ?? 0, 12)
      // Trained by cross-entropy, of float32 probabilities.
      expect(report['log-loss']).toBeCloseTo(report['loss'] ?? 0, 5)
      expect(report['auc']).toBeGreaterThan(0.9)
    }
  })

  test('the confusion is a table with the names of the classes, which counts every row', () => {
    const finished = records<Told>(out).at(-1) as unknown as {
      readonly tables: Record<string, { confusion: { labels: string[]; rows: number[][] } }>
      readonly train: Record<string, number>
    }
    const { confusion } = finished.tables['train'] ?? {}
    expect(confusion?.labels).toEqual(['east', 'north', 'south'])
    const cells = confusion?.rows.flat() ?? []
    expect(cells.reduce((sum, cell) => sum + cell, 0)).toBe(54)
    const right = (confusion?.rows ?? []).reduce((sum, row, k) => sum + (row[k] ?? 0), 0)
    expect(right / 54).toBeCloseTo(finished.train['accuracy'] ?? 0, 12)
  })

  test('a saved model is measured by them, as text and as a record', async () => {
    const measured = await run('evaluate', file('three.safetensors'), file('kind.csv'))
    expect(measured.out).toMatch(
      /^90 rows {2}loss \S+ {2}accuracy \S+ % {2}f1 \S+ {2}recall \S+ {2}top-k \S+ % {2}auc/,
    )
    expect(measured.out).toMatch(
      /\n {2}confusion: true along the rows, predicted along the columns\n {4} +east {2}north {2}south\n {4}east {3,}\d+ /,
    )
    const { out } = await run(
      'evaluate',
      file('three.safetensors'),
      file('kind.csv'),
      '--format',
      'json',
    )
    expect(records<Told>(out)[0]).toMatchObject({
      type: 'evaluated',
      rows: 90,
      tables: { confusion: { labels: ['east', 'north', 'south'] } },
    })
  })
})

describe('yes or no', () => {
  test('the lines of a training tell them, and the end has the table of the test rows', async () => {
    const { out, err, code } = await run('train', file('one.mlp'))
    expect(code, err).toBe(0)
    expect(err).toMatch(
      /epoch 30\/30 .*validation loss \S+ {2}precision \S+ {2}recall \S+ {2}f1 \S+ {2}auc \S+ {2}log-loss/,
    )
    expect(out).toMatch(
      /\n {2}test confusion: true along the rows, predicted along the columns\n {4} +no {2}yes\n {4}no /,
    )
  })

  test('a training may watch one, and more of it is better', async () => {
    const { out } = await run('train', file('watch.mlp'), '--format', 'json')
    const kept = records<Told>(out)
      .filter(({ type }) => type === 'checkpoint')
      .map(({ value }) => value as number)
    expect(kept).toEqual(kept.toSorted((a, b) => a - b))
    expect(kept.length).toBeGreaterThan(1)
  })
})

describe('mistakes', () => {
  test.each([
    ['number.mlp', 'metric-mismatch', '`f1` is for classes, but the target `a` is a number'],
    ['table.mlp', 'watch-unknown', '`val.confusion` is not measured while the model trains'],
  ])('%s: %s', async (name, code, message) => {
    const { err } = await run('check', file(name))
    expect(err).toContain(`error[${code}]`)
    expect(err).toContain(message)
  })
})
