import { seedState } from '@chainrule/core'
import type { Values } from '@chainrule/program'
import type { Check } from '../check.ts'
import { firstUnlike, notFinite } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'

/**
 * `init` describes parameters that can be made, and the same seed draws the same ones.
 *
 * Without it     a run cannot be repeated, or begins with a NaN that is only seen in the loss
 * Found          each state is finite; the same seed gives the same bits; another seed gives others where
 *                anything is drawn
 */
export const init: Check = {
  name: 'init',
  title: 'the same seed draws the same parameters, of the declared shapes',
  run: async (lab) => {
    const draw = async (seed: number): Promise<Readonly<Record<string, Values>>> =>
      (await lab.run('init', { [seedState]: [seed] }, { precision: 'f32' })).states
    const [first, again, other] = [
      await draw(lab.seed),
      await draw(lab.seed),
      await draw(lab.seed + 1),
    ]
    return [
      ...notFinite(lab, 'init', first, {
        problem: 'a first value is not finite',
        help: 'look at the initializer, and at the `fanIn` and `fanOut` that it is given',
      }),
      ...repeats(lab, first, again),
      ...drawnAnew(lab, first, other),
    ]
  },
}

function repeats(
  lab: Lab,
  first: Readonly<Record<string, Values>>,
  again: Readonly<Record<string, Values>>,
): Finding[] {
  return Object.keys(first).flatMap((name) => {
    const index = firstUnlike(first[name] ?? [], again[name] ?? [])
    if (index === undefined) return []
    return [
      lab.finding('init', 'the same seed draws other numbers the second time', {
        quantity: name,
        element: [index],
        found: again[name]?.[index] ?? Number.NaN,
        expected: first[name]?.[index] ?? Number.NaN,
        help: 'draw from `random` of the sample context alone',
      }),
    ]
  })
}

/** Where the program draws, another seed must show. */
function drawnAnew(
  lab: Lab,
  first: Readonly<Record<string, Values>>,
  other: Readonly<Record<string, Values>>,
): Finding[] {
  const { instructions = [] } = lab.program.entries['init'] ?? {}
  const draws = instructions.some(({ primitive }) => primitive === 'random')
  const unlike = Object.keys(first).some(
    (name) => firstUnlike(first[name] ?? [], other[name] ?? []) !== undefined,
  )
  if (!draws || unlike || Object.values(first).every(({ length }) => length === 0)) return []
  return [
    lab.finding('init', 'another seed draws the same numbers', {
      help: 'what is drawn must reach the parameter',
    }),
  ]
}
