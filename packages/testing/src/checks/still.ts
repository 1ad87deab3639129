import { inputName } from '@chainrule/core'
import type { Check } from '../check.ts'
import { compare } from '../compare.ts'

/**
 * An optimizer leaves weights where they are while their gradient is 0, as that of an unused row of a table is.
 *
 * Without it     what is not learnt from drifts, by a bias of an average or a 0 / ε
 */
export const still: Check = {
  name: 'still',
  title: 'weights without a gradient stay where they are',
  // What decays moves without a gradient.
  applies: ({ config }) => (config['decay'] ?? 0) === 0,
  run: async (lab) => {
    const feed = lab.feed()
    const [w, ...gradients] = lab.inputs.map(({ input }) => inputName(input.name))
    const none = gradients.map((name) => [name, Array.from(feed[name] ?? [], () => 0)] as const)
    if (w === undefined) return []
    const { h } = await lab.run('evaluate', { ...feed, ...Object.fromEntries(none) })
    const expected = h && { shape: h.shape, values: feed[w] ?? [] }
    return compare(lab, 'still', { quantity: 'w', found: h, expected }, lab.tolerance('f64'), {
      problem: 'weights move without a gradient',
      dtype: 'f64',
      help: 'what is taken from w has to be a multiple of the gradients so far',
    })
  },
}
