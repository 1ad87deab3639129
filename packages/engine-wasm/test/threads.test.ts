/** Any number of threads gives the bits of one. */
import { optimise } from '@chainrule/program'
import { randomProgram } from '@chainrule/program/testing/random-program'
import { describe, expect, it } from 'vitest'
import { wasmEngine } from '../src/index.ts'
import { results } from './agreement.ts'

const seeds = Array.from({ length: 12 }, (_, seed) => seed)

describe.each([2, 3, 7])('%i threads', (threads) => {
  const engine = wasmEngine({ threads })
  const alone = wasmEngine()

  it('give the bits of one on random programs', async () => {
    for (const seed of seeds) {
      const program = optimise(randomProgram(seed, { maxBatch: 13 }))
      const expected = await results(program, alone, seed)
      const differing = [...(await results(program, engine, seed))].flatMap(([name, values]) => {
        const other = expected.get(name)
        const same =
          values.length === other?.length && values.every((x, i) => Object.is(x, other[i]))
        return same ? [] : [name]
      })
      expect(differing, `seed ${seed}`).toEqual([])
    }
  })
})
