/** What `predict` prints: the words and the numbers of the data. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { folder, records, run } from './support/cli.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

const text = (declared = ''): string =>
  `data csv "data.csv" { target sold\n ${declared}\n split train=100% }
dense 4 tanh -> dense 1
loss binary-cross-entropy
optimizer adam lr=0.05
train epochs=60 batch=8
`
const data = ([no, yes]: readonly [string, string]): string =>
  `x,sold\n${Array.from({ length: 40 }, (_, i) => `${i},${i < 20 ? no : yes}\n`).join('')}`

const table = (out: string): string[][] =>
  out
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','))

describe('a target of two words', () => {
  test.each<[string, string, string]>([
    ['no', 'yes', ''],
    ['No', 'YES', ''],
    ['false', 'true', ''],
    ['N', 'Y', ''],
    ['0', '1', ''],
    ['0', '1', 'column sold boolean'],
  ])('%s and %s %s: predictions use them, before and after saving', async (no, yes, declared) => {
    const place = folder({
      'model.mlp': text(declared),
      'data.csv': data([no, yes]),
      'new.csv': 'x\n1\n38\n',
    })
    const trained = await run('train', place.file('model.mlp'), '--out', place.file('model.st'))
    expect(trained.err).not.toContain('error')
    const ran = await run('predict', place.file('model.st'), place.file('new.csv'))
    const [head, first, second] = table(ran.out)
    expect(head).toEqual(['x', 'prediction', `p(${no})`, `p(${yes})`])
    expect([first?.[1], second?.[1]]).toEqual([no, yes])
    const measured = await run('evaluate', place.file('model.st'), place.file('data.csv'))
    expect(measured.out).toContain('accuracy')
    const args = ['--conditions=source', '--disable-warning=ExperimentalWarning', bin]
    const there = spawnSync(
      process.execPath,
      [...args, 'predict', place.file('model.st'), place.file('new.csv')],
      { encoding: 'utf8' },
    )
    expect(there.stdout).toBe(ran.out)
  })
})

test('of several numbers each has its column', async () => {
  const place = folder({
    'model.mlp': 'data csv "data.csv" { target [low, high] }\ndense 2\ntrain epochs=1\n',
    'data.csv': `x,low,high\n${Array.from({ length: 20 }, (_, i) => `${i},${i},${2 * i}\n`).join('')}`,
  })
  await run('train', place.file('model.mlp'), '--out', place.file('model.st'))
  const ran = await run('predict', place.file('model.st'), place.file('data.csv'))
  const [head, row] = table(ran.out)
  expect(head).toEqual(['x', 'low', 'high', 'prediction(low)', 'prediction(high)'])
  expect(row?.slice(3).map(Number).every(Number.isFinite)).toBe(true)
})

test('a training without --out says that nothing is kept', async () => {
  const place = folder({ 'model.mlp': text(), 'data.csv': data(['no', 'yes']) })
  const ran = await run('train', place.file('model.mlp'), '--epochs', '1')
  expect(ran.err).toContain('not saved: `--out FILE`')
})

describe('--format json', () => {
  const place = folder({
    'model.mlp': `data csv "data.csv" { target price
 column zip category
 column built timestamp
}
dense 4 relu -> dense 1
train epochs=2
`,
    'data.csv': `zip,area,garden,built,price\n${Array.from(
      { length: 40 },
      (_, i) =>
        `${String((i % 3) + 8).padStart(5, '0')},${40 + i}.5,${i % 2 ? 'yes' : 'no'},20${10 + (i % 9)}-01-01,${i * 10}\n`,
    ).join('')}`,
    'new.csv':
      'id,zip,area,garden,built,price,order,big,share,note,prediction\n' +
      '007,00008,60.50,yes,2012-01-01,100,1,12345678901234567890,1e-1,12,old\n' +
      '010,00009,,no,2013-01-01,,2,12345678901234567891,.5,x,old\n',
  })

  test('numbers are JSON numbers, everything else is what the file says', async () => {
    await run('train', place.file('model.mlp'), '--out', place.file('model.st'))
    const ran = await run(
      'predict',
      place.file('model.st'),
      place.file('new.csv'),
      '--format',
      'json',
    )
    const rows = records(ran.out)
    const value = { value: expect.any(Number) as number }
    expect(rows).toEqual([
      {
        id: '007',
        zip: '00008',
        area: 60.5,
        garden: 'yes',
        built: '2012-01-01',
        price: 100,
        order: 1,
        big: '12345678901234567890',
        share: 0.1,
        note: '12',
        prediction: value,
      },
      {
        id: '010',
        zip: '00009',
        area: null,
        garden: 'no',
        built: '2013-01-01',
        price: null,
        order: 2,
        big: '12345678901234567891',
        share: 0.5,
        note: 'x',
        prediction: value,
      },
    ])
  })

  test('a prediction replaces an earlier one, so its output can be predicted again', async () => {
    const again = await run('predict', place.file('model.st'), place.file('new.csv'))
    expect(table(again.out)[0]?.filter((name) => name === 'prediction')).toHaveLength(1)
  })

  test('a class is a text, also where its name is a number, like its target beside it', async () => {
    const classes = folder({
      'model.mlp': text(),
      'data.csv': data(['0', '1']),
    })
    await run('train', classes.file('model.mlp'), '--out', classes.file('model.st'))
    const ran = await run(
      'predict',
      classes.file('model.st'),
      classes.file('data.csv'),
      '--format',
      'json',
    )
    expect(JSON.parse(ran.out.split('\n')[0] ?? '')).toMatchObject({
      x: 0,
      sold: '0',
      prediction: { value: '0', probabilities: { '0': expect.any(Number) } },
    })
  })
})
