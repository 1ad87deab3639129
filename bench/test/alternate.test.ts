import { describe, expect, test } from 'vitest'
import { alternate, type Turn } from '../src/alternate.ts'

/** Turns that write down who worked; the call with the number `fails` fails. */
function recorder() {
  const order: string[] = []
  const turn =
    (name: string, fails = 0): Turn =>
    async () => {
      order.push(name)
      if (order.filter((each) => each === name).length === fails) throw new Error(`${name} broke`)
      return { calls: order.length, seconds: 1 }
    }
  return { order, turn }
}

describe('alternate', () => {
  test('ours works before each of the others, round by round', async () => {
    const { order, turn } = recorder()
    const pairs = await alternate(turn('A'), [turn('B'), turn('C')], { rounds: 2 })
    expect(order.join('')).toBe('ABACABAC')
    expect(pairs).toHaveLength(2)
    expect(pairs[0]).toEqual([
      { ours: { calls: 1, seconds: 1 }, theirs: { calls: 2, seconds: 1 } },
      { ours: { calls: 5, seconds: 1 }, theirs: { calls: 6, seconds: 1 } },
    ])
  })

  test('one that fails is left out from then on, and the rest goes on', async () => {
    const { order, turn } = recorder()
    const pairs = await alternate(turn('A'), [turn('B', 2), turn('C')], { rounds: 3 })
    expect(order.join('')).toBe('ABACABACAC')
    expect(pairs[0]).toEqual(new Error('B broke'))
    expect(pairs[1]).toHaveLength(3)
  })

  test('an error of ours ends it', async () => {
    const { turn } = recorder()
    await expect(alternate(turn('A', 1), [turn('B')], { rounds: 3 })).rejects.toThrow('A broke')
  })

  test('it stops in time, after one round at least', async () => {
    const { order, turn } = recorder()
    await alternate(turn('A'), [turn('B')], { rounds: 9, until: 0 })
    expect(order.join('')).toBe('AB')
  })
})
