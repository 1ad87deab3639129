/** The reference engine as the judge: a program run on both engines, everything that it leaves behind compared. */

import { engineJs } from '@chainrule/engine-js'
import type { Engine, Program, Values } from '@chainrule/program'
import { randomValuesFor } from '@chainrule/program/testing/random-numbers'

/** All that runs of a program's entries leave behind, by entry, name and number of rows. */
export async function results(
  program: Program,
  engine: Engine,
  seed: number,
): Promise<Map<string, Values>> {
  const run = await engine.compile(program)
  const { inputs, state } = randomValuesFor(program, program.maxBatch, seed)
  for (const [name, values] of Object.entries(inputs)) run.input(name).set(values)
  for (const [name, values] of Object.entries(state)) run.state(name).set(values)
  const found = new Map<string, Values>()
  for (const rows of new Set([program.maxBatch, 1, Math.min(3, program.maxBatch)])) {
    for (const [entry, { outputs }] of Object.entries(program.entries)) {
      run.run(entry, rows)
      for (const name of Object.keys(outputs)) {
        found.set(`${entry} ${name}, ${rows} rows`, run.output(entry, name).slice())
      }
    }
  }
  for (const name of Object.keys(program.state)) found.set(`state ${name}`, run.state(name).slice())
  run.dispose()
  return found
}

/** The largest difference between two lists, beside 1 + the magnitude; infinite where one is finite and the other not. */
export function difference(values: Values, expected: Values): number {
  if (values.length !== expected.length) return Number.POSITIVE_INFINITY
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    const [x, y] = [values[i] as number, expected[i] as number]
    if (Object.is(x, y) || x === y) continue
    const found = Math.abs(x - y) / (1 + Math.abs(y))
    worst = Math.max(worst, Number.isNaN(found) ? Number.POSITIVE_INFINITY : found)
  }
  return worst
}

/** What differs by more than the tolerance. */
export async function disagreements(
  program: Program,
  engine: Engine,
  seed: number,
  tolerance: number,
): Promise<string[]> {
  const expected = await results(program, engineJs, seed)
  return [...(await results(program, engine, seed))].flatMap(([name, values]) => {
    const found = difference(values, expected.get(name) ?? new Float64Array())
    return found <= tolerance ? [] : [`${name}: ${found}`]
  })
}
