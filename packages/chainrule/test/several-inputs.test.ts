/** Several inputs and heads, from columns of a table or lists in JSON, through training, `evaluate` and `predict`. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { folder, records, run } from './support/cli.ts'

const count = 60
const photo = (i: number): number[][] => [
  [i % 3, i % 2],
  [1 - (i % 2), 5],
]
const rows = Array.from({ length: count }, (_, i) => ({
  photo: photo(i),
  rooms: i % 5,
  area: 40 + i,
  label: i % 2 === 0 ? 'even' : 'odd',
  price: 10 * (i % 5),
}))
const json = JSON.stringify(rows)
const names = ['p1', 'p2', 'p3', 'p4', 'rooms', 'area', 'label', 'price']
const csv = `${names.join()}\n${rows
  .map(({ photo, rooms, area, label, price }) =>
    [...photo.flat(), rooms, area, label, price].join(),
  )
  .join('\n')}\n`

const text = (data: string, image: string): string => `input image 2x2x1
input meta 2
${data} {
  features @image [${image}]
  features @meta [rooms, area]
  target label on @label
  target price on @price
  split train=80% test=20%
}
model both {
  @image -> conv 4 2x2 relu -> flatten as seen
  @meta -> dense 8 relu as known
  [@seen, @known] -> concat -> dense 16 relu as trunk
  @trunk -> dense 2 as label
  @trunk -> dense 1 as price
}
loss cross-entropy weight=0.7 on @label
loss mse weight=0.3 on @price
output label=@label price=@price
optimizer adam lr=0.01
train epochs=60 batch=8
`

describe.each([
  ['lists in JSON', text('data json "houses.json"', 'photo'), 'houses.json'],
  ['columns of CSV', text('data csv "houses.csv"', 'p1, p2, p3, p4'), 'houses.csv'],
])('a model of two inputs and two heads from %s', (_, model, data) => {
  const place = folder({ 'model.mlp': model, 'houses.json': json, 'houses.csv': csv })
  const saved = place.file('model.st')

  test('trains both heads, and reports each', async () => {
    const ran = await run('train', place.file('model.mlp'), '--out', saved, '--format', 'json')
    expect(ran.err).toBe('')
    const { test: measured } = records(ran.out).findLast(({ type }) => type === 'finished') as {
      test: Record<string, number>
    }
    expect(Object.keys(measured)).toEqual([
      ...['loss', 'label.loss', 'price.loss', 'label.accuracy', 'price.mae', 'price.r2'],
    ])
    expect(measured['label.accuracy']).toBeGreaterThanOrEqual(0.9)
    // The mean price is off by 12.
    expect(measured['price.mae']).toBeLessThan(3)
  })

  test('is evaluated for each head', async () => {
    const ran = await run('evaluate', saved, place.file(data))
    expect(ran.out).toMatch(
      /^60 rows {2}loss \S+ {2}label\.loss \S+ {2}price\.loss \S+ {2}label\.accuracy \S+ % {2}price\.mae/,
    )
  })

  test('predicts columns of each head', async () => {
    const ran = await run('predict', saved, place.file(data))
    const [head = '', first = ''] = ran.out.split('\r\n')
    const given = data === 'houses.json' ? names.slice(4) : names
    expect(head.split(',')).toEqual([
      ...given,
      ...['label.prediction', 'label.p(even)', 'label.p(odd)', 'price.prediction'],
    ])
    const said = first.split(',').slice(given.length)
    expect(said[0]).toBe('even')
    expect(Math.abs(Number(said[3]))).toBeLessThan(8)
  })

  test('predicts records with each head', async () => {
    const ran = await run('predict', saved, place.file(data), '--format', 'json')
    expect(records(ran.out)[1]).toMatchObject({
      rooms: 1,
      prediction: {
        label: { value: 'odd', probabilities: { odd: expect.any(Number) as number } },
        price: { value: expect.any(Number) as number },
      },
    })
  })
})

test('init tells of lists, and its text trains on them', async () => {
  const place = folder({ 'houses.json': json })
  await run('init', place.file('houses.json'), '--target', 'label')
  const written = readFileSync(place.file('houses.mlp'), 'utf8')
  expect(written).toContain('//   photo: lists of 2x2 numbers\n')
  const ran = await run('train', place.file('houses.mlp'), '--epochs', '1', '--format', 'json')
  expect(ran.err).toBe('')
})

describe('sequences of whole numbers', () => {
  const tokens = (i: number): number[] => Array.from({ length: 6 }, (_, k) => (i * 5 + k * k) % 9)
  const has = (i: number): string => (tokens(i).includes(4) ? 'yes' : 'no')
  const all = Array.from({ length: 90 }, (_, i) => i)
  const model = (data: string, columns: string): string => `input tokens 6 integer
${data} { features @tokens [${columns}]; target label; split train=100% }
@tokens -> embed 9 dim=4 -> flatten -> dense 16 relu -> dense 2
loss cross-entropy
optimizer adam lr=0.02
train epochs=40 batch=16
`
  const columns = ['t1', 't2', 't3', 't4', 't5', 't6']
  const place = folder({
    'lists.mlp': model('data json "lists.json"', 'tokens'),
    'lists.json': JSON.stringify(all.map((i) => ({ tokens: tokens(i), label: has(i) }))),
    'columns.mlp': model('data csv "columns.csv"', columns.join(', ')),
    'columns.csv': `${columns.join()},label\n${all.map((i) => `${tokens(i).join()},${has(i)}`).join('\n')}\n`,
  })

  test('from a list in JSON and from columns of CSV are the same training', async () => {
    const losses = await Promise.all(
      ['lists', 'columns'].map(async (name) => {
        const ran = await run('train', place.file(`${name}.mlp`), '--format', 'json')
        expect(ran.err).toBe('')
        return records(ran.out).findLast(({ type }) => type === 'finished')?.['train']
      }),
    )
    expect(losses[0]).toEqual(losses[1])
    expect(losses[0]).toMatchObject({ accuracy: 1 })
  })
})

describe('what does not fit is told with both places', () => {
  const good = text('data json "houses.json"', 'photo')
  const cases: readonly [mistake: string, text: string, shown: string][] = [
    [
      'an unknown input',
      good.replace('features @meta', 'features @meat'),
      `error[unknown-reference]: nothing is called \`@meat\`
 --> model.mlp:5:12
2 | input meta 2
  |       ---- this one has no features
...
5 |   features @meat [rooms, area]
  |            ^^^^^ no input of the model
  = help: did you mean \`@meta\`?
`,
    ],
    [
      'an unknown head',
      good.replace('target label on @label', 'target label on @labl'),
      `error[unknown-reference]: nothing is called \`@labl\`
  --> model.mlp:6:19
 6 |   target label on @labl
   |                   ^^^^^ no output of the model
...
19 | output label=@label price=@price
   |        ----- has no target
   = help: did you mean \`@label\`?
`,
    ],
    [
      'a missing input',
      good.replace('  features @meta [rooms, area]\n', ''),
      `error[features-unclear]: which columns go into \`@meta\`?
 --> model.mlp:2:7
2 | input meta 2
  |       ^^^^ nothing says so
  = help: write \`features @meta [first, second]\` for each input
`,
    ],
    [
      'a missing head',
      good.replace('  target price on @price\n', ''),
      `error[target-unclear]: the output \`price\` has no target
  --> model.mlp:18:21
18 | output label=@label price=@price
   |                     ^^^^^ nothing trains it
   = help: write \`target NAME on @price\`
`,
    ],
    [
      'a column claimed twice',
      good.replace('[rooms, area]', '[rooms, area, photo]'),
      `error[declared-twice]: the column \`photo\` is declared twice
 --> model.mlp:5:32
4 |   features @image [photo]
  |                    ----- first declared here
5 |   features @meta [rooms, area, photo]
  |                                ^^^^^ declared again
  = help: a column goes into one input, which several pipelines may read
`,
    ],
    [
      'a shape of other axes',
      good.replace('2x2x1', '1x4'),
      `error[input-shape]: the input \`image\` is declared as 1x4, but the data have it as 2x2
 --> model.mlp:1:13
1 | input image 1x4
  |             ^^^ from the features of "houses.json": 2x2
...
4 |   features @image [photo]
  |                    ----- its columns
`,
    ],
  ]
  test.each(cases)('%s', async (_, model, shown) => {
    const place = folder({ 'model.mlp': model, 'houses.json': json })
    const ran = await run('check', place.file('model.mlp'))
    const said = ran.err.replaceAll(`${place.path}/`, '')
    expect(said).toContain(shown.trimEnd())
    expect(said.match(/^error/gm)).toHaveLength(1)
    expect(ran.code).toBe(1)
  })

  test('lists of several shapes, with the record', async () => {
    const odd = JSON.stringify(rows.map((row, i) => (i === 6 ? { ...row, photo: [[1, 2]] } : row)))
    const place = folder({ 'model.mlp': good, 'houses.json': odd })
    const ran = await run('check', place.file('model.mlp'))
    expect(ran.err.replaceAll(`${place.path}/`, '')).toContain(
      `error[list-invalid]: houses.json, record 7, column \`photo\`: the list is 1x2, where a list of 2x2 numbers, as the first is
 --> model.mlp:4:20
4 |   features @image [photo]
  |                    ^^^^^
  = help: give every row a list of the same shape, or leave the column out of \`features\``,
    )
  })
})
