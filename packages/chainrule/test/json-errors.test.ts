/** With --format json a program reads one stream, whatever happens. */
import { describe, expect, test } from 'vitest'
import { runCommand } from '../src/command/program.ts'
import { folder, records, run } from './support/cli.ts'

const good = `data synthetic xor(points=8, noise=0) { split train=100% }
dense 2 tanh -> dense 1
`
const broken = good.replace('dense 1', 'dense 1\nloss mse\noptimizer sgd lr=1e30\ntrain epochs=50')
const place = folder({
  'good.mlp': good,
  'broken.mlp': broken,
  'plain.mlp': 'dense 2 -> dense 1\n',
  'data.csv': 'x1,x2\n0,1\n',
  'torn.st': 'x',
})
const { file } = place

/** The command, and the record that it ends with. */
const cases: readonly (readonly [readonly string[], object])[] = [
  [['check', file('none.mlp')], { code: 'file-not-found' }],
  [['check', file('plain.mlp'), '--data', file('none.csv')], { code: 'file-not-found' }],
  [['train', file('none.mlp')], { code: 'file-not-found' }],
  [['train', file('plain.mlp')], { code: 'data-none' }],
  [['train', file('good.mlp'), '--out', file('no/model.st')], { code: 'output-invalid' }],
  [['train', file('good.mlp'), '--engine', 'gpu'], { code: 'engine-unknown' }],
  [['train', file('broken.mlp')], { code: 'non-finite', data: { step: expect.any(Number) } }],
  [['evaluate', file('none.st'), file('data.csv')], { code: 'file-not-found' }],
  [['predict', file('torn.st'), file('data.csv')], { code: 'model-file-invalid' }],
  [['predict', file('torn.st')], { code: 'usage', message: 'no data are given' }],
  [['train', file('good.mlp'), '--epochs', 'many'], { code: 'usage' }],
  [['train', file('good.mlp'), '--epoch', '3'], { code: 'usage', help: 'Did you mean --epochs?' }],
  [['tarin', file('good.mlp')], { code: 'usage', help: 'Did you mean train?' }],
]

describe.each([['--format', 'json'], ['--format=json']])('%s %s', (...format) => {
  test.each(cases)('%j', async (args, expected) => {
    const { out, err, code } = await run(...args, ...format.filter((word) => word !== undefined))
    expect(err).toBe('')
    expect(code).toBe(1)
    const told = records(out)
    expect(told.at(-1)).toMatchObject({
      type: 'error',
      message: expect.stringMatching(/^[^\n]+$/),
      help: expect.stringMatching(/^[^\n]+$/),
      data: expect.any(Object),
      ...expected,
    })
  })
})

test('a mistake of ours is a record too, and ends with 2', async () => {
  let out = ''
  const console = {
    out: (text: string) => {
      out += text
    },
    err: () => {},
    live: false,
    color: false,
    columns: 80,
    holdInterrupts: () => {},
    get signal(): AbortSignal {
      throw new Error('internal: no signal')
    },
  }
  expect(await runCommand(console, ['train', file('good.mlp'), '--format', 'json'])).toBe(2)
  expect(JSON.parse(out)).toMatchObject({ type: 'error', code: 'internal' })
})

test('as text a person is told the same', async () => {
  const { out, err } = await run('train', file('none.mlp'))
  expect(out).toBe('')
  expect(err).toContain('error[file-not-found]: there is no file')
})
