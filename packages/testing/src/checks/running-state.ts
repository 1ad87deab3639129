import { statisticName } from '@chainrule/core'
import type { Check } from '../check.ts'
import { firstUnlike, notFinite } from '../compare.ts'
import type { Lab } from '../lab.ts'

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
    const { states: trained } = await lab.run('train', feed)
    const { states: evaluated } = await lab.run('evaluate', feed)
    const finite = notFinite(lab, 'running-state', trained, {
      problem: 'a running value is not finite after a batch',
      help: 'look at the line of `forward` that makes it',
    })
    return [
      ...finite,
      ...Object.keys(lab.statistics).flatMap((name) => {
        const state = statisticName(lab.layer.name, name)
        const before = Float64Array.from(feed[state] ?? [])
        return [
          ...moves(lab, name, before, trained[state]),
          ...stays(lab, name, before, evaluated[state]),
        ]
      }),
    ]
  },
}

function moves(lab: Lab, name: string, before: Float64Array, after: ArrayLike<number> | undefined) {
  if (after !== undefined && firstUnlike(before, after) !== undefined) return []
  return [
    lab.finding('running-state', 'a running value stays where it was in training', {
      quantity: name,
      help: 'return it in `statistics` of what `forward` gives where `training` is true',
    }),
  ]
}

function stays(lab: Lab, name: string, before: Float64Array, after: ArrayLike<number> | undefined) {
  const index = after === undefined ? undefined : firstUnlike(before, after)
  if (index === undefined) return []
  return [
    lab.finding('running-state', 'forward gives another running value in evaluation', {
      quantity: name,
      element: [index],
      found: after?.[index] ?? Number.NaN,
      expected: before[index] ?? Number.NaN,
      help: 'give `statistics` where `training` is true alone',
    }),
  ]
}
