/** A training without an end must not make each frame slower than the one before. */
import { describe, expect, it } from 'vitest'
import { mostEpochs, withEpochs } from '../src/state/history.ts'
import type { Epoch } from '../src/worker/protocol.ts'

const epochOf = (epoch: number): Epoch => ({
  epoch,
  step: epoch,
  train: { loss: 1 / epoch },
  validation: undefined,
  tables: {},
})

const epochsFrom = (from: number, count: number): Epoch[] =>
  Array.from({ length: count }, (_, i) => epochOf(from + i))

describe('the history of a training', () => {
  it('is kept as it is while it is short', () => {
    const known = epochsFrom(1, 300)
    expect(withEpochs(known, epochsFrom(301, 100))).toEqual(epochsFrom(1, 400))
  })

  it.each([1, 7, 400, 9000])('has both ends and bounded length, told %i at a time', (atOnce) => {
    let known: readonly Epoch[] = []
    for (let told = 0; told < 30_000; told += atOnce)
      known = withEpochs(known, epochsFrom(told + 1, atOnce))
    const numbers = known.map(({ epoch }) => epoch)
    expect(numbers.length).toBeLessThanOrEqual(mostEpochs)
    expect(numbers.length).toBeGreaterThan(mostEpochs / 4)
    expect(numbers[0]).toBe(1)
    expect(numbers.at(-1)).toBe(Math.ceil(30_000 / atOnce) * atOnce)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  })
})
