import { statisticName } from '@chainrule/core'
import type { Check } from '../check.ts'
import { compareBits, notFinite, sameBits } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import type { Feed, Measured, Results } from '../run.ts'

/**
 * Running values change in training, and in training alone; they come from the batch, and evaluation reads them.
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
    const found = states.flatMap(({ name, state, before }) => [
      ...moves(lab, name, before, trained[state]),
      ...stays(lab, name, before, evaluated[state]),
    ])
    if (found.length > 0) return found
    const told = await Promise.all(
      states.map(async ({ name, state }) => [
        ...(await isRead(lab, name, state, feed, evaluated)),
        ...(await isLearnt(lab, name, state, feed, trained[state])),
      ]),
    )
    return told.flat()
  },
}

/** Evaluation is to depend on a running value: else it is kept for nothing. */
async function isRead(
  lab: Lab,
  name: string,
  state: string,
  feed: Feed,
  evaluated: Results,
): Promise<Finding[]> {
  const moved = Array.from(feed[state] ?? [], (value) => value + 0.25)
  const other = await lab.run('evaluate', { ...feed, [state]: moved })
  const outputs = Object.keys(lab.outputShapes)
  const of = (results: Results) => Object.fromEntries(outputs.map((each) => [each, results[each]]))
  if (!sameBits(of(evaluated) as Results, of(other) as Results)) return []
  return [
    lab.finding('running-state', 'evaluation gives the same whatever the running value is', {
      quantity: name,
      help: 'read `context.statistics` where `training` is false',
    }),
  ]
}

/** Another batch is to leave another running value. */
async function isLearnt(
  lab: Lab,
  name: string,
  state: string,
  feed: Feed,
  after: Measured | undefined,
): Promise<Finding[]> {
  const other = lab.feed({ salt: 3 })
  const own = Object.keys(lab.program.inputs)
  const batch = Object.fromEntries(own.map((input) => [input, other[input] ?? feed[input] ?? []]))
  const trained = await lab.run('train', { ...feed, ...batch })
  const [one, two] = [after, trained[state]]
  if (one === undefined || two === undefined || !sameBits({ [name]: one }, { [name]: two }))
    return []
  return [
    lab.finding('running-state', 'another batch leaves the same running value', {
      quantity: name,
      help: 'make it from the batch: a running value is learnt from what passes by',
    }),
  ]
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
