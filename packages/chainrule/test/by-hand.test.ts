/** One or two updates of one or two weights, from a text to a saved model, against what they are on paper. */
import { describe, expect, test } from 'vitest'
import { chooseEngine, load, type Row } from '../src/index.ts'
import { readModel } from '../src/model-file.ts'

const engines = ['js', 'wasm'] as const

/** The weights of a layer without bias that begins at 0, after one epoch in the order of the rows, at the rate 0.1. */
async function weights(
  rows: readonly Row[],
  {
    optimizer = '',
    train = '',
    loss = 'squared',
    target = 'y',
  }: Partial<Record<'optimizer' | 'train' | 'loss' | 'target', string>>,
  engine: (typeof engines)[number],
): Promise<number[]> {
  const model = load(
    `dense 1 bias=false weights=zeros
target ${target}
scale none
split train=100% order=ordered
loss ${loss}
optimizer sgd lr=0.1 ${optimizer}
train epochs=1 shuffle=false ${train}
stop restore=last`,
    { engine: chooseEngine({ engine }) },
  )
  const trained = await model.fit(rows)
  const { states } = readModel(trained.toBytes())
  trained.dispose()
  return Array.from(states['dense1.weight']?.values ?? [])
}

/** (w x − y)² has the gradient 2 x (w x − y): −4 of each of the first two at w = 0, −10.8 and 2.8 of the others at 0.4. */
const four: Row[] = [
  { x: 1, y: 2 },
  { x: 2, y: 1 },
  { x: 3, y: 3 },
  { x: -1, y: 1 },
]

describe.each(engines)('on %s', (engine) => {
  const after = async (...[rows, said]: [readonly Row[], Parameters<typeof weights>[1]]) =>
    (await weights(rows, said, engine)).map((w) => Number(w.toFixed(6)))

  test('a batch of two is an update by the mean of their gradients', async () => {
    expect(await after(four.slice(0, 2), { train: 'batch=2' })).toEqual([0.4])
    expect(await after(four, { train: 'batch=2' })).toEqual([0.8])
  })

  test('gradients of batches are gathered: two of one are one of two, also where the last group is short', async () => {
    expect(await after(four, { train: 'batch=1 accumulate=2' })).toEqual([0.8])
    // One group of three: (−4 − 4 − 18) / 3; then one of one, 2 (w + 1) at 26 / 30.
    const second = 26 / 30 - 0.1 * 2 * (26 / 30 + 1)
    expect(await after(four, { train: 'batch=1 accumulate=3' })).toEqual([
      Number(second.toFixed(6)),
    ])
    // A batch of two and one of one are a group of three rows, not of two halves.
    expect(await after(four.slice(0, 3), { train: 'batch=2 accumulate=2' })).toEqual([
      Number((26 / 30).toFixed(6)),
    ])
  })

  test('elements are clipped by value: −4 to −3, and −5 to −3', async () => {
    expect(await after(four, { train: 'batch=2', optimizer: 'clip-value=3' })).toEqual([0.6])
  })

  // 2 (0 − 1) (3, 4) = (−6, −8) of both, of length 10.
  const two: Row[] = [
    { x: 3, z: 4, y: 1 },
    { x: -3, z: -4, y: -1 },
  ]

  test('the whole gradient is clipped by its length', async () => {
    expect(await after(two, { optimizer: 'clip=5' })).toEqual([0.3, 0.4])
    expect(await after(two, { optimizer: 'clip=20' })).toEqual([0.6, 0.8])
  })

  test('elements are clipped before the whole is', async () => {
    const scale = 0.5 / Math.hypot(6, 7)
    const expected = [6 * scale, 7 * scale].map((w) => Number(w.toFixed(6)))
    expect(await after(two, { optimizer: 'clip=5 clip-value=7' })).toEqual(expected)
  })

  test('the average of 0.4 and 0.8 with β = 1/2 is (0.5 · 0.4 + 0.8) / 1.5, and it is what is saved', async () => {
    const average = Number(((0.5 * 0.4 + 0.8) / 1.5).toFixed(6))
    expect(await after(four, { train: 'batch=2', optimizer: 'average=0.5' })).toEqual([average])
    const gathered = { train: 'batch=1 accumulate=2', optimizer: 'average=0.5' }
    expect(await after(four, gathered)).toEqual([average])
  })

  test('rows count as much as they weigh: (1 · −4 + 3 · −8) / 4, then only the row that counts', async () => {
    const rows: Row[] = [
      { x: 1, y: 2, w: 1 },
      { x: 2, y: 2, w: 3 },
      { x: 5, y: 9, w: 0 },
      { x: 1, y: 1.7, w: 2 },
    ]
    // 0.7, where the last row has the gradient 2 (0.7 − 1.7)
    expect(await after(rows, { train: 'batch=2', target: 'y weight=w' })).toEqual([0.9])
    // Over both batches: (−4 − 24 + 2 · −3.4) / 6
    const both = Number((3.48 / 6).toFixed(6))
    expect(await after(rows, { train: 'batch=2 accumulate=2', target: 'y weight=w' })).toEqual([
      both,
    ])
  })

  test('classes count as much as they weigh: (0.5 − 3 · 1) / 4 with p = 1/2', async () => {
    const rows: Row[] = [
      { x: 1, y: false },
      { x: 2, y: true },
    ]
    const loss = 'binary-cross-entropy class-weights=[1, 3]'
    expect(await after(rows, { loss, train: 'batch=2' })).toEqual([0.0625])
    expect(await after(rows, { loss: 'binary-cross-entropy', train: 'batch=2' })).toEqual([0.025])
  })

  test('rows and classes weigh together: 2 · 0.5 and 1 · 3 · −1, over 2 + 3', async () => {
    const rows: Row[] = [
      { x: 1, y: false, w: 2 },
      { x: 2, y: true, w: 1 },
    ]
    const loss = 'binary-cross-entropy class-weights=[1, 3]'
    expect(await after(rows, { loss, train: 'batch=2', target: 'y weight=w' })).toEqual([0.04])
  })
})
