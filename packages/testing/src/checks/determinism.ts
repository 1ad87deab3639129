import { programToJson } from '@chainrule/program'
import type { Check } from '../check.ts'
import { compareBits, named, pairsOf } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import { run } from '../run.ts'

/**
 * The same layer is traced to the same program, and the same seed gives the same bits.
 *
 * Without it     what a layer keeps in a closure or draws with `Math.random` is frozen into the program: each training
 *                is another one, and no saved model can be made again
 */
export const determinism: Check = {
  name: 'determinism',
  title: 'the same seed gives the same bits',
  run: async (lab) => {
    const [first, again] = [programToJson(lab.program), programToJson(lab.traced())]
    if (first !== again) {
      return [
        lab.finding('determinism', 'traced a second time, the layer is another program', {
          quantity: unlikeText(first, again),
          help: 'a layer may use its arguments alone: no `Math.random`, no counter or cache beside it; random numbers come from a random slot',
        }),
      ]
    }
    return await repeats(lab)
  },
}

/** The same feed in memory of its own, and in that which other checks have used. */
async function repeats(lab: Lab): Promise<Finding[]> {
  const feed = lab.feed()
  const findings: Finding[] = []
  for (const engine of lab.engines) {
    const used = await lab.executable('f32', engine)
    const fresh = await engine.compile(lab.program)
    for (const entry of ['train', 'gradient'] as const) {
      if (!lab.has(entry)) continue
      const expected = named(entry, run(used, entry, lab.rows, feed))
      const found = named(entry, run(fresh, entry, lab.rows, feed))
      for (const pair of pairsOf(found, expected)) {
        findings.push(
          ...compareBits(lab, 'determinism', pair, {
            problem: 'the same seed gives other bits the second time',
            engine: engine.name,
            dtype: 'f32',
            help: 'the program is the same: it is the engine that is not',
          }),
        )
      }
    }
    fresh.dispose()
  }
  return findings
}

/** Where two texts part. */
function unlikeText(first: string, again: string): string {
  let at = 0
  while (first[at] === again[at]) at++
  const from = Math.max(0, first.lastIndexOf('{"primitive"', at))
  return `${first.slice(from, at + 20)} … became ${again.slice(from, at + 20)} …`
}
