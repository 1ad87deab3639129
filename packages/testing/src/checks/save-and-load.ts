import { type Executable, programFromJson, programToJson } from '@chainrule/program'
import type { Check } from '../check.ts'
import { compareBits, named, pairsOf } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import { run } from '../run.ts'

/**
 * A program that was written as JSON and read again, with the states of the first, goes on with the same bits.
 *
 * Without it     a saved model predicts something else than the one that was trained
 */
export const saveAndLoad: Check = {
  name: 'save-and-load',
  title: 'saved and loaded again, it goes on with the same bits',
  run: async (lab) => {
    const text = lab.attempt('save-and-load', () => programToJson(lab.program))
    const program = lab.attempt('save-and-load', () => programFromJson(text))
    const findings: Finding[] = []
    for (const engine of lab.engines) {
      const trained = await lab.executable('f32', engine)
      const loaded = await engine.compile(program)
      run(trained, 'train', lab.rows, lab.feed({ salt: 3 }))
      for (const name of Object.keys(program.state)) loaded.state(name).set(trained.state(name))
      findings.push(...unlike(lab, engine.name, trained, loaded))
      loaded.dispose()
    }
    return findings
  },
}

function unlike(lab: Lab, engine: string, trained: Executable, loaded: Executable): Finding[] {
  const { inputs } = lab.program
  // The states are those that training left.
  const feed = Object.fromEntries(
    Object.entries(lab.feed()).filter(([name]) => Object.hasOwn(inputs, name)),
  )
  return (['evaluate', 'gradient'] as const).flatMap((entry) => {
    if (!lab.has(entry)) return []
    const expected = named(entry, run(trained, entry, lab.rows, feed))
    const found = named(entry, run(loaded, entry, lab.rows, feed))
    return pairsOf(found, expected).flatMap((pair) => {
      return compareBits(lab, 'save-and-load', pair, {
        problem: 'the loaded model gives other bits',
        engine,
        dtype: 'f32',
        help: 'attributes of instructions are plain numbers and lists: no typed arrays, no objects with methods',
      })
    })
  })
}
