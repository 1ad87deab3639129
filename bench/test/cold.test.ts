import { expect, test, vi } from 'vitest'
import type { Turn } from '../src/alternate.ts'
import type { Run } from '../src/section.ts'
import { coldSection, inTurn } from '../src/sections/cold.ts'

vi.mock('node:child_process', () => ({
  spawn: undefined,
  execFile: (...given: unknown[]) => {
    const done = given.at(-1) as (error: Error) => void
    done(new Error('no such command'))
  },
}))

const sleeper: Turn = async () => ({ calls: 1, seconds: 0.25 })

/** Each start takes a second more than the one before. */
function slower(): Turn {
  let seconds = 0
  return async () => ({ calls: 1, seconds: ++seconds })
}

// Else a single start, counted twice, would stand for all rounds where no peer is installed.
test('without peers each start counts once, and there is one a round', async () => {
  const { own, found } = await inTurn(slower(), [], 3)
  expect(own).toEqual([1000, 2000, 3000])
  expect(found).toEqual([])
})

test('with peers there are no more starts than turns', async () => {
  const { own, found } = await inTurn(slower(), [sleeper, sleeper], 3)
  expect(own).toHaveLength(6)
  expect(found).toMatchObject([{ length: 3 }, { length: 3 }])
})

// Else a report without a cold start would end as if all had gone right.
test('a build that fails is an error of the run', async () => {
  const run = { say: () => {} } as unknown as Run
  await expect(coldSection(run)).rejects.toThrow('`pnpm build` failed')
})
