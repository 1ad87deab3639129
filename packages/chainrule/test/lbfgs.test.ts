/** `optimizer lbfgs` from a text: to a known minimum, sooner than descent, and what it says where it ends. */
import { describe, expect, test } from 'vitest'
import { chooseEngine, load, type Row, type TrainingEvent } from '../src/index.ts'
import { folder, run } from './support/cli.ts'

/** Columns of unequal importance, so that descent has a long valley before it. */
const rows: Row[] = Array.from({ length: 80 }, (_, i) => {
  const [a, b, c] = [((i * 37) % 41) / 20 - 1, ((i * 23) % 29) / 14 - 1, ((i * 11) % 17) / 8 - 1]
  return { a, b: a + b / 20, c, y: 3 * a - 2 * (a + b / 20) + c + ((i * 7) % 5) / 10 }
})

/** The mean squared error of the line of least squares, by the normal equations. */
function leastSquares(): number {
  const x = rows.map(({ a, b, c }) => [a, b, c, 1].map(Number))
  const y = rows.map((row) => Number(row['y']))
  const normal = [0, 1, 2, 3].map((i) => [
    ...[0, 1, 2, 3].map((j) => x.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0)),
    x.reduce((sum, row, k) => sum + (row[i] ?? 0) * (y[k] ?? 0), 0),
  ])
  for (const [i, pivot] of normal.entries())
    for (const [j, row] of normal.entries()) {
      if (i === j) continue
      const share = (row[i] ?? 0) / (pivot[i] ?? 1)
      normal[j] = row.map((value, k) => value - share * (pivot[k] ?? 0))
    }
  const w = normal.map((row, i) => (row[4] ?? 0) / (row[i] ?? 1))
  const errors = x.map(
    (row, k) => row.reduce((sum, value, i) => sum + value * (w[i] ?? 0), 0) - (y[k] ?? 0),
  )
  return errors.reduce((sum, error) => sum + error * error, 0) / rows.length
}

async function losses(
  optimizer: string,
  epochs: number,
  engine: 'js' | 'wasm' = 'wasm',
): Promise<number[]> {
  const found: number[] = []
  const text = `dense 1\noptimizer ${optimizer}\ntrain epochs=${epochs}\nsplit train=100%`
  const trained = await load(text, { engine: chooseEngine({ engine }) }).fit(rows, {
    target: 'y',
    onEvent: (event: TrainingEvent) => {
      if (event.type === 'epoch') found.push(event.train.loss)
    },
  })
  expect(trained.evaluate(rows).report.loss).toBeLessThanOrEqual(Math.min(...found) * 1.000001)
  trained.dispose()
  return found
}

describe('least squares', () => {
  const lowest = leastSquares()

  test.each(['js', 'wasm'] as const)('is found in a few steps on %s', async (engine) => {
    const found = await losses('lbfgs', 40, engine)
    expect(found.length).toBeLessThanOrEqual(25)
    expect((found.at(-1) ?? 1) / lowest).toBeLessThan(1.00001)
    expect((found.at(-1) ?? 0) / lowest).toBeGreaterThan(0.99999)
  })

  test('is not found by ten times as many epochs of descent', async () => {
    const [quick, slow, momentum] = [
      await losses('lbfgs', 25),
      await losses('sgd lr=0.1', 250),
      await losses('sgd lr=0.05 momentum=0.9', 250),
    ]
    const excess = (found: number[]) => (found.at(-1) ?? 0) / lowest - 1
    expect(excess(quick)).toBeLessThan(1e-5)
    expect(excess(slow)).toBeGreaterThan(1e-3)
    expect(excess(momentum)).toBeGreaterThan(10 * excess(quick))
  })
})

const csv = `a,b,c,y\n${rows.map((row) => Object.values(row).join(',')).join('\n')}\n`
const place = folder({
  'rows.csv': csv,
  'net.mlp':
    'data csv "rows.csv" { target y }\ndense 6 tanh l2=1e-4 -> dense 1\noptimizer lbfgs memory=5\n',
  'classes.mlp':
    'data synthetic spiral(points=120, noise=0.05)\ndense 16 tanh -> dense 2\noptimizer lbfgs\ntrain epochs=400\nsplit train=100%\nmetrics [accuracy, f1]\n',
  'order.mlp':
    'data csv "rows.csv" { target y }\ndense 1\noptimizer lbfgs\ntrain shuffle=false accumulate=2\n',
  'clip.mlp': 'data csv "rows.csv" { target y }\ndense 1\noptimizer lbfgs clip=1\n',
})

describe('the command', () => {
  test('trains a network until nothing is better, and says so', async () => {
    const { code, out, err } = await run(
      'train',
      place.file('net.mlp'),
      '--out',
      place.file('net.safetensors'),
    )
    expect(code, err).toBe(0)
    expect(err).toMatch(/epoch \d+\/200 {2}loss /)
    expect(out).toMatch(/r2 0\.9[6-9]/)
    const shown = await run('show', place.file('net.mlp'))
    expect(shown.out).toContain(
      'optimizer lbfgs memory=5 lr=1 tolerance=1e-7 change=1e-9\ntrain epochs=200 batch=32\n',
    )
  })

  test('learns a spiral', async () => {
    const { out } = await run('train', place.file('classes.mlp'), '--format', 'json')
    const finished = JSON.parse(out.trim().split('\n').at(-1) ?? '') as {
      train: Record<string, number>
    }
    expect(finished.train['accuracy']).toBeGreaterThan(0.98)
  })

  test.each([
    [
      'order.mlp',
      ['`lbfgs` takes all rows at once, so `shuffle` says nothing', 'so `accumulate` says nothing'],
    ],
    ['clip.mlp', ['`lbfgs` has no argument `clip`']],
  ])('refuses what means nothing to it: %s', async (name, messages) => {
    const { err } = await run('check', place.file(name))
    for (const message of messages) expect(err).toContain(message)
    expect(err).toContain('error[argument-unknown]')
  })
})
