import { statisticName } from '@chainrule/core'
import type { Check } from '../check.ts'
import { compareBits, notFinite, sameBits } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import type { Measured } from '../run.ts'

/**
 * Running values change in training, and in training alone.
 *
 * Without it     evaluation reads values that were never learnt, or a validation between two epochs changes the model
 */
export const runningState: Check = {
  name: 'running-state',
  title: 'running values change in training, and in training alone',
  applies: ({ statistics }) => Object.keys(statistics).length > 0,
  run: async (lab) => {
    const feed = lab.feed()
    const trained = await lab.run('train', feed)
    const evaluated = await lab.run('evaluate', feed)
    const states = Object.entries(lab.statistics).map(([name, { shape }]) => {
      const state = statisticName(lab.layer.name, name)
      return { name, state, before: { shape, values: feed[state] ?? [] } }
    })
    return states.flatMap(({ name, state, before }) => [
      ...moves(lab, name, before, trained[state]),
      ...stays(lab, name, before, evaluated[state]),
    ])
  },
}

function moves(lab: Lab, name: string, before: Measured, after: Measured | undefined): Finding[] {
  if (after === undefined || sameBits({ [name]: before }, { [name]: after })) {
    return [
      lab.finding('running-state', 'a running value stays where it was in training', {
        quantity: name,
        help: 'return it in `statistics` of what `forward` gives where `training` is true',
      }),
    ]
  }
  return notFinite(
    lab,
    'running-state',
    { [name]: after },
    {
      problem: 'a running value is not finite after a batch',
      help: 'look at the line of `forward` that makes it',
    },
  )
}

function stays(lab: Lab, name: string, before: Measured, after: Measured = before): Finding[] {
  const pair = { quantity: name, found: after, expected: before }
  return compareBits(lab, 'running-state', pair, {
    problem: 'forward gives another running value in evaluation',
    help: 'give `statistics` where `training` is true alone',
  })
}
