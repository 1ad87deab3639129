/** What is reported of several heads, whose losses have no unit in common. */
import { describe, expect, test } from 'vitest'
import { folder, records, run } from './support/cli.ts'

const csv = `x,kind,dollars\n${Array.from(
  { length: 40 },
  (_, i) => `${i % 7},${i % 7 > 3 ? 'large' : 'small'},${100_000 * (i % 7)}`,
).join('\n')}\n`

const text = `input x 1
data csv "houses.csv" {
  features @x [x]
  target kind on @label
  target dollars on @price
  split train=80% test=20%
}
@x -> dense 8 tanh as trunk
@trunk -> dense 2 as label
@trunk -> dense 1 as price
loss cross-entropy weight=0.7 on @label
loss mse weight=0.3 on @price
optimizer sgd lr=0.01
train epochs=1 batch=8
`

describe('two heads, one of which is in dollars', () => {
  const place = folder({ 'model.mlp': text, 'houses.csv': csv })

  test('their common loss is the one that is trained; each has its own in its units', async () => {
    const ran = await run('train', place.file('model.mlp'), '--format', 'json')
    const { test: measured } = records(ran.out).findLast(({ type }) => type === 'finished') as {
      test: Record<string, number>
    }
    const { loss = 0, 'label.loss': label = 0, 'price.loss': price = 0 } = measured
    expect(price).toBeGreaterThan(1e9)
    // The deviation of the dollars turns their loss into the one that is trained.
    const trained = (loss - 0.7 * label) / 0.3
    expect(trained).toBeGreaterThan(0.1)
    expect(trained).toBeLessThan(10)
  })

  test('the common loss of an epoch is in the same unit', async () => {
    const ran = await run('train', place.file('model.mlp'), '--format', 'json')
    const epoch = records(ran.out).find(({ type }) => type === 'epoch') as {
      train: { loss: number }
    }
    expect(epoch.train.loss).toBeLessThan(10)
  })
})
