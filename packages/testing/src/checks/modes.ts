import { seedState, stepState } from '@chainrule/core'
import type { Check } from '../check.ts'
import { compareBits, sameBits } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
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
    if (lab.draws('evaluate')) {
      return [
        lab.finding('modes', 'evaluation draws random numbers', {
          help: 'draw where `training` is true alone',
        }),
      ]
    }
    const reason = layer.randomSlots.length > 0 || Object.keys(lab.statistics).length > 0
    if (!reason) return await sameInBoth(lab, feed)
    if (lab.draws('forward')) return await drawnAnew(lab, feed)
    // With some options nothing is to be drawn, as with a rate of 0; in no case at all it is a mistake.
    const isMeant = layer.randomSlots.length === 0 || !lab.isFirst || lab.all.some(drawsAny)
    return isMeant ? [] : [neverDrawn(lab)]
  },
}

const drawsAny = (lab: Lab): boolean => lab.draws('forward')

const neverDrawn = (lab: Lab): Finding =>
  lab.finding(
    'modes',
    'training draws nothing in any case, though the layer declares random slots',
    {
      help: 'draw from `context.random` where `training` is true, or add a case with the options for which it does',
    },
  )

async function sameInBoth(lab: Lab, feed: Feed): Promise<Finding[]> {
  const expected = await lab.run('forward', feed)
  const found = await lab.run('evaluate', feed)
  return Object.keys(lab.outputShapes).flatMap((name) =>
    compareBits(
      lab,
      'modes',
      { quantity: name, found: found[name], expected: expected[name] },
      {
        problem: 'evaluation gives something else than training',
        dtype: 'f64',
        help: 'the layer has neither random slots nor running values: it has no reason to look at `training`',
      },
    ),
  )
}

async function drawnAnew(lab: Lab, feed: Feed): Promise<Finding[]> {
  const first = await lab.run('forward', feed)
  const others = { step: { [stepState]: [8, 0] }, seed: { [seedState]: [lab.seed + 1] } }
  const findings: Finding[] = []
  for (const [what, changed] of Object.entries(others)) {
    if (!sameBits(first, await lab.run('forward', { ...feed, ...changed }))) continue
    findings.push(
      lab.finding('modes', `another ${what} draws the same`, {
        help: "nothing that is drawn reaches an output here: give the case more elements, or the layer's `random` its place",
      }),
    )
  }
  return findings
}
