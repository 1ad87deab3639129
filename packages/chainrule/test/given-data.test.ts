/** What is said of data from the command line names the data, not a line of the text. */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { folder, run } from './support/cli.ts'

const rows = (count: number, line: (i: number) => string): string =>
  `area,kind,empty,price\n${Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('')}`
const place = folder({
  'model.mlp': '\n\n// a model\ndense 4 relu -> dense 1\ntrain epochs=1\n',
  'target.mlp': 'data csv "holes.csv" { target price }\ndense 4 relu -> dense 1\n',
  'statement.mlp': 'dense 4 relu -> dense 1\ntarget prise\n',
  'holes.csv': rows(40, (i) => `${i === 3 ? '' : i},${i % 2 ? 'flat' : 'loft'},7,${i * 2}`),
  'text.csv': rows(40, (i) => `${i === 5 ? 'x' : i},flat,${i},${i * 2}`),
  'text.json': JSON.stringify([
    { a: 1, b: 2 },
    { a: 'x', b: 1 },
    { a: 2, b: 1 },
    { a: 3, b: 1 },
  ]),
})
const { file } = place
const given = (command: string, data: string, target = 'price', text = 'model.mlp') =>
  [command, file(text), '--data', file(data), '--target', target] as const

describe('data that are given by --data', () => {
  test.each<[string, readonly string[], string[]]>([
    [
      'a warning names file and column',
      given('train', 'holes.csv'),
      [
        'warning[values-filled]: column `area`: 1 of 40',
        ` --> ${file('holes.csv')}, column area\n`,
      ],
    ],
    [
      'a cell names its line',
      given('train', 'text.csv'),
      ['error[text-in-number]', ` --> ${file('text.csv')}:7, column area\n`],
    ],
    [
      'a record names its number',
      given('check', 'text.json', 'b'),
      ['error[text-in-number]', ` --> ${file('text.json')}, record 2, column a\n`],
    ],
    [
      'a column that --target asks for',
      given('check', 'holes.csv', 'prise'),
      [
        'error[column-not-found]',
        'did you mean `price`?',
        ` --> ${file('holes.csv')}, column prise`,
      ],
    ],
    [
      'no target at all',
      ['check', file('model.mlp'), '--data', file('holes.csv')],
      ['error[target-none]', ` --> ${file('holes.csv')}\n`],
    ],
  ])('%s', async (_, args, expected) => {
    const { err } = await run(...args)
    for (const part of expected) expect(err).toContain(part)
    expect(err).not.toContain('model.mlp')
  })

  test('as records they have file, line and column', async () => {
    const { out } = await run(...given('check', 'text.csv'), '--format', 'json')
    expect(JSON.parse(out.split('\n')[0] ?? '')).toEqual({
      type: 'diagnostic',
      severity: 'error',
      code: 'text-in-number',
      message: expect.any(String),
      file: file('text.csv'),
      line: 7,
      column: 'area',
      help: [expect.any(String)],
    })
  })

  test.each<[string, readonly string[], string, string]>([
    ['data', given('check', 'text.csv', 'price', 'target.mlp'), 'data-twice', 'target.mlp:1:1'],
    [
      'the target',
      given('check', 'holes.csv', 'area', 'statement.mlp'),
      'target-twice',
      'statement.mlp:2:8',
    ],
    [
      'no data to go with --target',
      ['check', file('model.mlp'), '--target', 'price'],
      'target-without-data',
      '--data FILE',
    ],
  ])('what is said twice is not passed over: %s', async (_, args, code, where) => {
    const { err } = await run(...args)
    // Without this the command would use one of the two and say nothing of the other.
    expect(err).toContain(`error[${code}]`)
    expect(err).toContain(where)
  })

  test('what a word of the text is to blame for points at the word', async () => {
    const { err } = await run('check', file('statement.mlp'), '--data', file('holes.csv'))
    expect(err).toContain('statement.mlp:2:8')
  })

  test('data that the text names keep their place in the text', async () => {
    const { err } = await run('check', file('target.mlp'))
    expect(err).toContain('target.mlp:1:10')
  })
})

describe('data for a saved model', () => {
  test('a warning names file, line and column, and says what to do', async () => {
    await run(...given('train', 'holes.csv'), '--out', file('model.st'))
    writeFileSync(file('new.csv'), readFileSync(file('holes.csv'), 'utf8').replace('loft', 'tent'))
    for (const command of ['predict', 'evaluate']) {
      const text = await run(command, file('model.st'), file('new.csv'))
      expect(text.err).toContain('warning[level-unseen]')
      expect(text.err).toContain(` --> ${file('new.csv')}:2, column kind\n  = help: `)
      const json = await run(command, file('model.st'), file('new.csv'), '--format', 'json')
      // A row that is predicted is a line of its own.
      const record = command === 'predict' ? json.err : (json.out.split('\n')[0] ?? '')
      expect(JSON.parse(record)).toMatchObject({
        type: 'diagnostic',
        severity: 'warning',
        file: file('new.csv'),
        line: 2,
        column: 'kind',
      })
    }
  })
})
