import { seedState, stepState } from '@chainrule/core'
import type { Check } from '../check.ts'
import { firstUnlike } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import type { CaseEntry } from '../program-of-case.ts'
import type { Feed } from '../run.ts'

/**
 * Training differs from evaluation where there is a reason, a random slot or a running value; evaluation draws nothing;
 * what training draws is new in every step and for every seed.
 *
 * Without it     predictions change from call to call, a network is evaluated as another one than was trained, or dropout
 *                drops the same units in every step
 */
export const modes: Check = {
  name: 'modes',
  title: 'training and evaluation differ by running values and random slots alone',
  run: async (lab) => {
    const { layer } = lab
    const feed = lab.feed()
    if (draws(lab, 'evaluate')) {
      return [
        lab.finding('modes', 'evaluation draws random numbers', {
          help: 'draw where `training` is true alone',
        }),
      ]
    }
    const reason = layer.randomSlots.length > 0 || Object.keys(lab.statistics).length > 0
    if (!reason) return await sameInBoth(lab, feed)
    return draws(lab, 'forward') ? await drawnAnew(lab, feed) : []
  },
}

const draws = (lab: Lab, entry: CaseEntry): boolean =>
  lab.program.entries[entry]?.instructions.some(({ primitive }) => primitive === 'random') === true

async function sameInBoth(lab: Lab, feed: Feed): Promise<Finding[]> {
  const { outputs: trained } = await lab.run('forward', feed)
  const { outputs: evaluated } = await lab.run('evaluate', feed)
  return Object.keys(lab.outputShapes).flatMap((name) => {
    const [found, expected] = [evaluated[name] ?? [], trained[name] ?? []]
    const index = firstUnlike(found, expected)
    if (index === undefined) return []
    return [
      lab.finding('modes', 'evaluation gives something else than training', {
        quantity: name,
        element: [index],
        found: found[index] ?? Number.NaN,
        expected: expected[index] ?? Number.NaN,
        dtype: 'f64',
        help: 'the layer has neither random slots nor running values: it has no reason to look at `training`',
      }),
    ]
  })
}

async function drawnAnew(lab: Lab, feed: Feed): Promise<Finding[]> {
  const { outputs } = await lab.run('forward', feed)
  const others = { step: { [stepState]: [8, 0] }, seed: { [seedState]: [lab.seed + 1] } }
  const findings: Finding[] = []
  for (const [what, changed] of Object.entries(others)) {
    const { outputs: other } = await lab.run('forward', { ...feed, ...changed })
    const unlike = Object.keys(outputs).some(
      (name) => firstUnlike(outputs[name] ?? [], other[name] ?? []) !== undefined,
    )
    if (unlike) continue
    findings.push(
      lab.finding('modes', `another ${what} draws the same`, {
        help: `nothing that is drawn reaches an output here: give the case more elements, or the layer's \`random\` its place`,
      }),
    )
  }
  return findings
}
