import { inputName } from '@chainrule/core'
import type { Check } from '../check.ts'

/** Of the training that is looked at. */
export const updates = 100

/**
 * A learning rate is finite and not below 0, at the first update, at the last one, and where more come than were told.
 *
 * Without it     a schedule divides by the updates that are left, and the last one makes every weight NaN; one that falls in a
 *                line climbs the hill behind the end
 * Found          updates 0, 1, half, the last and ten after it, of a training of 100 in ten epochs, from η = 1
 */
export const rates: Check = {
  name: 'rates',
  title: 'the rate is finite and not below 0, also at the ends',
  run: async (lab) => {
    const steps = [0, 1, updates / 2, updates - 1, updates + 10]
    const given = [
      steps.map(() => 1),
      steps,
      steps.map(() => updates),
      steps.map((step) => Math.floor((step * 10) / updates)),
    ]
    const names = lab.inputs.map(({ input }) => inputName(input.name))
    const feed = Object.fromEntries(names.map((name, i) => [name, given[i] ?? []]))
    const { h } = await lab.run('evaluate', { ...lab.feed(), ...feed })
    const values = Array.from(h?.values ?? [])
    const index = values.findIndex((rate) => !(rate >= 0 && Number.isFinite(rate)))
    if (index < 0) return []
    return [
      lab.finding('rates', `the rate of update ${steps[index]} of ${updates} is no learning rate`, {
        quantity: 'η',
        found: values[index] ?? Number.NaN,
        dtype: 'f64',
        help: 'keep the share of the training that is done between 0 and 1, and what is divided by away from 0',
      }),
    ]
  },
}
