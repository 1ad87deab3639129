import { seedState } from '@chainrule/core'
import type { Check } from '../check.ts'
import { compareBits, notFinite, pairsOf, sameBits } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import type { Results } from '../run.ts'

/**
 * `init` describes parameters that can be made, and the same seed draws the same ones.
 *
 * Without it     a run cannot be repeated, or begins with a NaN that is only seen in the loss
 * Found          the shapes when the case is traced; each first value is finite; the same seed gives the same bits;
 *                another seed gives others where anything is drawn
 */
export const init: Check = {
  name: 'init',
  title: 'the same seed draws the same parameters, of the declared shapes',
  run: async (lab) => {
    const draw = (seed: number): Promise<Results> =>
      lab.run('init', { [seedState]: [seed] }, { precision: 'f32' })
    const first = await draw(lab.seed)
    const again = await draw(lab.seed)
    const other = await draw(lab.seed + 1)
    return [
      ...notFinite(lab, 'init', first, {
        problem: 'a first value is not finite',
        help: 'look at the initializer, and at the `fanIn` and `fanOut` that it is given',
      }),
      ...pairsOf(again, first).flatMap((pair) =>
        compareBits(lab, 'init', pair, {
          problem: 'the same seed draws other numbers the second time',
          help: 'draw from `random` of the sample context alone',
        }),
      ),
      ...drawnAnew(lab, first, other),
    ]
  },
}

/** Where the program draws, another seed must show. */
function drawnAnew(lab: Lab, first: Results, other: Results): Finding[] {
  const empty = Object.values(first).every(({ values }) => values.length === 0)
  if (!lab.draws('init') || empty || !sameBits(first, other)) return []
  return [
    lab.finding('init', 'another seed draws the same numbers', {
      help: 'what is drawn must reach the parameter',
    }),
  ]
}
