/** Random programs that use every primitive give what the reference engine gives. */
import { type Entry, optimise, type Program } from '@chainrule/program'
import { programSeeds, randomProgram } from '@chainrule/program/testing/random-program'
import { describe, expect, it } from 'vitest'
import { wasmEngine } from '../src/index.ts'
import { disagreements } from './agreement.ts'

/** Programs of each kind; every kind has its own. */
const programs = 16

/** Through some forty operations on values that stay below 1000; float64 differs only in the order of sums. */
const tolerance = { f32: 1e-3, f64: 1e-11 } as const

/** Only a few results are asked for, so that most values are free to disappear into loops. */
function withFewOutputs(program: Program, seed: number): Program {
  const few = (entry: Entry): Entry => {
    const names = Object.entries(entry.outputs)
    const kept = names.filter((_, i) => (i * 7 + seed) % 11 === 0)
    return { ...entry, outputs: Object.fromEntries(kept) }
  }
  const entries = Object.entries(program.entries).map(([name, entry]) => [name, few(entry)])
  return optimise({ ...program, entries: Object.fromEntries(entries) })
}

describe.each(['fast', 'portable'] as const)('%s numerics', (numerics) => {
  const engine = wasmEngine({ numerics })
  const left = programSeeds(6 * programs)
  for (const float of ['f32', 'f64'] as const) {
    for (const maxBatch of [4, 1, 7]) {
      const seeds = left.splice(0, programs)
      it(`agree in ${float} for at most ${maxBatch} rows`, async () => {
        for (const seed of seeds) {
          const program = randomProgram(seed, { float, maxBatch })
          const all = await disagreements(program, engine, seed, tolerance[float])
          expect(all, `seed ${seed}`).toEqual([])
          const few = await disagreements(
            withFewOutputs(program, seed),
            engine,
            seed,
            tolerance[float],
          )
          expect(few, `seed ${seed}, few outputs`).toEqual([])
        }
      })
    }
  }
})
