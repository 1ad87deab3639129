/** Every mistake gets its code and what to do, exit 1, and leaves no half-written file. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { describe, expect, test } from 'vitest'
import { folder, run } from './support/cli.ts'

const rows = (n: number): string =>
  Array.from({ length: n }, (_, i) => `${i},${(i * 7) % 5},${i % 3 === 0 ? 'red' : 'blue'}\n`).join(
    '',
  )
const good = `a,b,colour\n${rows(40)}`
const model = (data: string, rest = 'dense 4 relu -> dense 2\ntrain epochs=2\n'): string =>
  `${data}\n${rest}`
const csv = (target = 'colour'): string => `data csv "data.csv" { target ${target} }`

/** What is wrong, the text, the data, and the code that says so. */
const cases: readonly (readonly [string, string, string, string])[] = [
  ['an unknown layer', model(csv(), 'dnese 4 -> dense 2\n'), good, 'unknown-layer'],
  [
    'a word that means nothing',
    model(csv(), 'dense 4 rleu -> dense 2\n'),
    good,
    'unknown-activation',
  ],
  ['an impossible shape', model(csv(), 'dense 0 -> dense 2\n'), good, 'argument-range'],
  [
    'a width that is not the target’s',
    model(csv(), 'dense 4 relu -> dense 5\n'),
    good,
    'target-width',
  ],
  [
    'a loss that does not fit',
    model(csv('a'), 'dense 4 relu -> dense 1\nloss binary-cross-entropy\n'),
    good.replace(/^(\d+),/gm, '$1.5,'),
    'target-type',
  ],
  ['no such file', model('data csv "other.csv" { target colour }'), good, 'path-not-found'],
  ['no such column', model(csv('shape')), good, 'column-not-found'],
  [
    'a path that leads out',
    model('data csv "../data.csv" { target colour }'),
    good,
    'path-outside',
  ],
  [
    'an argument that synthetic data do not have',
    model('data synthetic spiral(point=500)'),
    good,
    'generator-argument',
  ],
  ['ragged rows', model(csv()), `${good}1,2\n`, 'csv-ragged'],
  ['an unclosed quote', model(csv()), `${good}"1,2,red\n`, 'csv-quotes'],
  ['text in a number column', model(csv()), `${good}x1,2,red\n`, 'text-in-number'],
  ['one row', model(csv()), 'a,b,colour\n1,2,red\n', 'rows-one'],
  ['no rows', model(csv()), 'a,b,colour\n', 'rows-none'],
  ['an empty file', model(csv()), '', 'file-empty'],
  [
    'a target of one class',
    model(csv()),
    `a,b,colour\n${'1,2,red\n'.repeat(20)}`,
    'target-one-class',
  ],
  ['an infinite number', model(csv()), `${good}Infinity,2,red\n`, 'non-finite'],
  [
    'a missing value that is refused',
    model('data csv "data.csv" { target colour\n column a number missing=refuse }'),
    `${good},2,red\n`,
    'value-missing',
  ],
  [
    'a split that does not add up',
    model('data csv "data.csv" { target colour\n split train=70% validate=50% }'),
    good,
    'split-sum',
  ],
]

describe('train', () => {
  test.each(cases)('%s', async (_, text, data, code) => {
    const place = folder({ 'model.mlp': text, 'data.csv': data })
    const ran = await run(
      'train',
      place.file('model.mlp'),
      '--out',
      place.file('model.safetensors'),
    )
    expect(ran.err).toContain(`[${code}]`)
    expect(ran.code).toBe(1)
    expect(place.names()).toEqual(['data.csv', 'model.mlp'])
  })

  test('rows without a target: the columns that there are, not a missing entry of the program', async () => {
    const place = folder({ 'one.mlp': 'dense 4 relu -> dense 2', 'data.csv': good })
    const ran = await run('train', place.file('one.mlp'), '--data', place.file('data.csv'))
    expect(ran.err).toContain('[target-none]')
    expect(ran.err).toContain('It has `a`, `b`, `colour`')
    expect(ran.code).toBe(1)
  })

  test.each(['check', 'train', 'gradcheck'])(
    '%s refuses a model far larger than memory before anything is allocated, at its largest layer',
    async (command) => {
      const text = model(csv(), 'dense 2000000 relu -> dense 2000000 relu -> dense 2\n')
      const place = folder({ 'model.mlp': text, 'data.csv': good })
      const ran = await run(command, place.file('model.mlp'))
      expect(ran.err).toMatch(/error\[model-too-large\]: this model needs about \d+\.\d TiB, and/)
      expect(ran.err).toMatch(
        /model\.mlp:2:23\n.*\n.* \^{18} \d+\.\d TiB of it: 4,000,002,000,000 parameters/,
      )
      expect(ran.err).toContain('help: use fewer units')
      expect(ran.code).toBe(1)
    },
  )

  test('check says as JSON where a model is too large', async () => {
    const text = 'input x 4\n@x -> dense 1000000 relu -> dense 1\ntrain batch=1000000\n'
    const place = folder({ 'model.mlp': text })
    const ran = await run('check', place.file('model.mlp'), '--format', 'json')
    expect(JSON.parse(ran.out)).toMatchObject({
      ...{ type: 'diagnostic', severity: 'error', code: 'model-too-large' },
      label: expect.stringMatching(/TiB of it: its values for a batch of 1,000,000 rows$/),
      help: [expect.stringContaining('use a smaller batch')],
    })
    expect(ran.code).toBe(1)
  })

  test('a training that reaches a value that is not finite says where, and keeps finite weights', async () => {
    const place = folder({
      'model.mlp': model(
        csv('b'),
        'dense 8 relu -> dense 1\nloss mse\noptimizer sgd lr=1e30\ntrain epochs=5\n',
      ),
      'data.csv': good,
    })
    const ran = await run(
      'train',
      place.file('model.mlp'),
      '--out',
      place.file('model.safetensors'),
    )
    expect(ran.err).toMatch(
      /\[non-finite\]: training reached a value that is not finite at step \d+, in `/,
    )
    expect(ran.code).toBe(1)
    expect(
      (await run('evaluate', place.file('model.safetensors'), place.file('data.csv'))).out,
    ).toMatch(/loss \d/)
  })

  test('a constant column is a warning', async () => {
    const constant = good.replace(/^(\d+),\d+,/gm, '$1,7,')
    const place = folder({ 'model.mlp': model(csv()), 'data.csv': constant })
    const ran = await run('train', place.file('model.mlp'))
    expect(ran.err).toMatch(/warning\[.*constant/)
    expect(ran.code).toBe(0)
  })

  test.each([
    ['a folder that is not there', 'nowhere/model.safetensors', 'output-invalid'],
    ['a folder in place of a file', 'taken', 'output-invalid'],
    ['its own text', 'model.mlp', 'output-invalid'],
    [
      'a longer name than a file may have',
      `${'é'.repeat(120)}.safetensors.model`,
      'output-invalid',
    ],
  ])('--out names %s: found before training', async (_, out, code) => {
    const place = folder({ 'model.mlp': model(csv()), 'data.csv': good })
    mkdirSync(place.file('taken'))
    const ran = await run('train', place.file('model.mlp'), '--out', place.file(out))
    expect(ran.err).toContain(`[${code}]`)
    expect(ran.code).toBe(1)
    expect(ran.out).toBe('')
  })
})

describe('a saved model', () => {
  const trained = async () => {
    const place = folder({ 'model.mlp': model(csv()), 'data.csv': good })
    const ran = await run(
      'train',
      place.file('model.mlp'),
      '--out',
      place.file('model.safetensors'),
    )
    expect(ran.code).toBe(0)
    return place
  }

  test.each([
    [
      'a target of a class that it was not trained on',
      'a,b,colour\n1,2,green\n',
      'target-unseen-class',
    ],
    ['data without its columns', 'x,y,colour\n1,2,red\n', 'column-not-found'],
    ['text where it takes numbers', 'a,b,colour\nx,2,red\n', 'text-in-number'],
  ])('refuses %s', async (_, data, code) => {
    const place = await trained()
    writeFileSync(place.file('new.csv'), data)
    const ran = await run('evaluate', place.file('model.safetensors'), place.file('new.csv'))
    expect(ran.err).toContain(`[${code}]`)
    expect(ran.code).toBe(1)
  })

  test.each(['model.safetensors', 'data.csv'])('a prediction does not replace %s', async (name) => {
    const place = await trained()
    const before = readFileSync(place.file(name))
    const ran = await run(
      'predict',
      place.file('model.safetensors'),
      place.file('data.csv'),
      '--out',
      place.file(name),
    )
    expect(ran.err).toContain('[output-invalid]')
    expect(ran.err).toContain('from which it is made')
    expect(ran.code).toBe(1)
    expect(readFileSync(place.file(name)).equals(before)).toBe(true)
  })

  test('a device is not replaced by a file', async () => {
    const place = await trained()
    const ran = await run(
      'predict',
      place.file('model.safetensors'),
      place.file('data.csv'),
      '--out',
      devNull,
    )
    expect(ran.err).toContain('is not a plain file')
    expect(ran.code).toBe(1)
  })

  test.each([
    ['cut off', (bytes: Uint8Array) => bytes.subarray(0, -1), 'model-file-invalid'],
    [
      'with a flipped bit',
      (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)),
      'model-file-damaged',
    ],
  ])('%s is refused, and the error names it', async (_, damage, code) => {
    const place = await trained()
    writeFileSync(place.file('torn.st'), damage(readFileSync(place.file('model.safetensors'))))
    const ran = await run('predict', place.file('torn.st'), place.file('data.csv'))
    expect(ran.err).toContain(`error[${code}]: ${place.file('torn.st')}: `)
    expect([ran.code, ran.out]).toEqual([1, ''])
  })

  test('model and data the other way round', async () => {
    const place = await trained()
    const ran = await run('predict', place.file('data.csv'), place.file('model.safetensors'))
    expect(ran.err).toContain(`${place.file('data.csv')}: this is not a saved model`)
    expect(ran.err).toContain('the model comes first, then the data')
  })

  test.each([
    ['model.safetensors', 'is a saved model, not the text of one'],
    ['data.csv', 'is a data file, not the text of a model'],
  ])('%s is not read as a text', async (name, message) => {
    const place = await trained()
    for (const command of ['check', 'train', 'show']) {
      const ran = await run(command, place.file(name))
      // Without this every row of a table would be an error of its own.
      expect(ran.err).toMatch(/^error\[file-kind\].*\n {2}= help: .*\n$/)
      expect(ran.err).toContain(message)
      expect(ran.code).toBe(1)
    }
  })

  test('a foreign file is no model', async () => {
    const place = folder({ 'model.safetensors': 'not a model at all', 'data.csv': good })
    const ran = await run('predict', place.file('model.safetensors'), place.file('data.csv'))
    expect(ran.err).toContain('[model-file-invalid]')
    expect(ran.code).toBe(1)
  })
})

test('a column to stratify by that is not there is shown where it is written', async () => {
  const text = 'data csv "data.csv" { target colour; split stratify=shape }\ndense 2\n'
  const place = folder({ 'model.mlp': text, 'data.csv': good })
  const { code, err } = await run('check', place.file('model.mlp'))
  expect(code).toBe(1)
  expect(err).toContain('error[column-not-found]: data.csv has no column `shape`')
  expect(err).toMatch(/model\.mlp:1:53\n.*\n.* \^{5}\n/)
})
