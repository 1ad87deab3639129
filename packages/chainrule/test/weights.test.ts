/** Weights of rows and classes, clipping, groups and averages from a text to a saved model. */
import { describe, expect, test } from 'vitest'
import { load, type Row } from '../src/index.ts'
import { folder, records, run } from './support/cli.ts'

const points = Array.from({ length: 60 }, (_, i) => ({
  a: ((i * 37) % 41) / 20 - 1,
  b: ((i * 23) % 29) / 14 - 1,
}))
/** A tenth of the rows is `rare`, and nothing tells it apart from the others. */
const rows: Row[] = points.map((_, i) => ({
  ...points[Math.floor(i / 10)],
  kind: i % 10 === 0 ? 'rare' : 'usual',
  importance: i % 10 === 0 ? 5 : i % 3,
}))
const csv = (columns: readonly string[], data: readonly Row[] = rows): string =>
  `${[columns, ...data.map((row) => columns.map((name) => row[name]))].map((line) => line.join(',')).join('\n')}\n`

const all = ['a', 'b', 'kind', 'importance']
const text = (target: string, rest: string): string =>
  `data csv "rows.csv" { target ${target} }\ndense 8 tanh -> dense 2\n${rest}\ntrain epochs=12 batch=8 accumulate=2\n`
const everything = text(
  'kind weight=importance',
  'loss cross-entropy class-weights=balanced\noptimizer adamw lr=0.01 clip=1.0 clip-value=0.5 average=0.9',
)
const place = folder({
  'rows.csv': csv(all),
  'plain.csv': csv(['a', 'b', 'kind']),
  'below.csv': csv(
    all,
    rows.map((row, i) => (i === 6 ? { ...row, importance: -1 } : row)),
  ),
  'all.mlp': everything,
  'below.mlp': everything.replace('rows.csv', 'below.csv'),
  'none.mlp': everything.replace('weight=importance', 'weight=imprtance'),
})
const { file } = place

describe('a training with all of it', () => {
  test('is shown with the weights of the classes filled in, and its model is saved and measured', async () => {
    const shown = await run('show', file('all.mlp'))
    expect(shown.out).toMatch(/loss cross-entropy smoothing=0 class-weights=\[[\d.]+, [\d.]+\]\n/)
    expect(shown.out).toContain(
      'optimizer adamw lr=0.01 clip=1 clip-value=0.5 average=0.9 decay=0.01',
    )
    const ran = await run(
      'train',
      file('all.mlp'),
      '--out',
      file('all.safetensors'),
      '--format',
      'json',
    )
    expect(ran.code, ran.err).toBe(0)
    const told = records(ran.out)
    expect(told[0]).toMatchObject({ type: 'started', parameters: 8 * 3 + 2 * 9 })
    const finished = told.at(-1) as Record<string, Record<string, number>>
    expect(Object.values(finished['validation'] ?? {}).every(Number.isFinite)).toBe(true)
    const whole = JSON.parse(
      (await run('evaluate', file('all.safetensors'), file('rows.csv'), '--format', 'json')).out,
    ) as { readonly loss: number }
    // 48 rows to train on and 12 to validate, both by the averages that are saved.
    const losses = ['train', 'validation'].map((part) => finished[part]?.['loss'] ?? Number.NaN)
    expect(whole.loss).toBeGreaterThanOrEqual(Math.min(...losses))
    expect(whole.loss).toBeLessThanOrEqual(Math.max(...losses))
    for (const data of ['rows.csv', 'plain.csv']) {
      const measured = await run('evaluate', file('all.safetensors'), file(data))
      expect(measured.code, measured.err).toBe(0)
      expect(measured.out).toMatch(/^60 rows {2}loss [\d.]+ {2}accuracy/)
    }
    const predicted = await run('predict', file('all.safetensors'), file('plain.csv'))
    expect(predicted.code, predicted.err).toBe(0)
  })

  test('measures rows by their weights where data have the column', async () => {
    const measured = async (data: string): Promise<number> => {
      const { out } = await run('evaluate', file('all.safetensors'), file(data), '--format', 'json')
      return (JSON.parse(out) as { accuracy: number }).accuracy
    }
    const [weighed, plain] = [await measured('rows.csv'), await measured('plain.csv')]
    expect(weighed).not.toBe(plain)
  })

  test('has a gradient that agrees three ways', async () => {
    const { out, code } = await run('gradcheck', file('all.mlp'))
    expect(code, out).toBe(0)
  })
})

describe('balanced classes', () => {
  const shares = async (weights: string): Promise<number> => {
    const model = load(
      `dense 2\nloss cross-entropy${weights}\noptimizer sgd lr=0.5\ntrain epochs=100 batch=60\nsplit train=100%`,
    )
    const trained = await model.fit(
      rows.map(({ importance: _, ...row }) => row),
      { target: 'kind' },
    )
    const [of = []] = Object.values(trained.predict(rows).predictions)
    trained.dispose()
    return (
      of.reduce((sum, { probabilities }) => sum + (probabilities?.['rare'] ?? 0), 0) / of.length
    )
  }

  test('a rare class that nothing tells apart is as likely as the others, not as rare as it is', async () => {
    const [plain, balanced, tripled] = [
      await shares(''),
      await shares(' class-weights=balanced'),
      await shares(' class-weights=[3, 1]'),
    ]
    expect(plain).toBeGreaterThan(0.05)
    expect(plain).toBeLessThan(0.15)
    expect(balanced).toBeGreaterThan(0.4)
    expect(balanced).toBeLessThan(0.6)
    // Three times as much of a tenth beside nine tenths.
    expect(tripled).toBeGreaterThan(0.2)
    expect(tripled).toBeLessThan(0.3)
  })
})

describe('rows that do not count', () => {
  test('have no part in what is learnt', async () => {
    const model = load(
      'dense 1\ntarget y weight=w\noptimizer sgd lr=0.2\ntrain epochs=200 batch=60',
    )
    const spoilt = points.map(({ a, b }, i) => ({
      a,
      b,
      w: i % 4 === 0 ? 0 : 1,
      y: i % 4 === 0 ? 1000 : 2 * a - b,
    }))
    const trained = await model.fit(spoilt)
    expect(trained.evaluate(spoilt).report['mae']).toBeLessThan(1)
    const asked = { a: 0.5, b: -0.5 }
    const [prediction] = trained.predict([asked]).predictions['output'] ?? []
    expect(prediction?.value).toBeGreaterThan(0.5)
    expect(prediction?.value).toBeLessThan(2.5)
    trained.dispose()
  })
})

describe('mistakes', () => {
  test.each([
    [
      'below.mlp',
      'weight-invalid',
      'below.csv:8, column `importance`: a weight is a number from 0 on',
      'importance',
    ],
    ['none.mlp', 'column-not-found', 'did you mean `importance`?', 'imprtance'],
  ])('%s: %s at the word of the text', async (name, code, message, word) => {
    const { err } = await run('check', file(name))
    expect(err).toContain(`error[${code}]`)
    expect(err).toContain(message)
    const [line = ''] = everything.split('\n')
    const column = line.replace('rows.csv', 'below.csv').indexOf('importance') + 1
    expect(err).toContain(`${file(name)}:1:${name === 'none.mlp' ? column - 1 : column}`)
    expect(err).toContain(word)
  })

  test.each([
    ['average=1', 'argument-range'],
    ['average=0', 'argument-range'],
    ['clip=0', 'argument-range'],
    ['clip-value=-1', 'argument-range'],
  ])('optimizer adam %s: %s', async (option, code) => {
    const found = await load(`dense 1\noptimizer adam ${option}`).check()
    expect(found.map((each) => each.code)).toContain(code)
  })
})
