import { inputName, sizeOf } from '@chainrule/core'
import { asInput } from '../case.ts'
import type { Check } from '../check.ts'
import { compare } from '../compare.ts'
import { elementsOf } from '../run.ts'

/**
 * A loss over rows and times is that over as many rows: each place of the leading axes has a value of its own.
 *
 * Without it     a sequence is weighted by its neighbours, and a mask over times hides less than it says
 */
export const places: Check = {
  name: 'places',
  title: 'a value for each place of the leading axes, from that place alone',
  applies: ({ tested }) => asInput(tested.inputs[0] ?? []).shape.length > 1,
  run: async (lab) => {
    const sizes = asInput(lab.tested.inputs[0] ?? []).shape
    const times = sizeOf(sizes.slice(0, -1))
    const inputs = lab.tested.inputs.map(
      (input) =>
        input && { ...asInput(input), shape: asInput(input).shape.slice(sizes.length - 1) },
    )
    const flat = lab.variant({ inputs, rows: lab.rows * times })
    const feed = lab.feed()
    const names = lab.inputs.map(({ input }) => inputName(input.name))
    const own = Object.fromEntries(names.map((name) => [name, feed[name] ?? []]))
    const found = await lab.run('evaluate', feed)
    const flatResults = await flat.run('evaluate', { ...flat.feed(), ...own })
    await flat.dispose()
    return Object.keys(lab.outputShapes).flatMap((name) => {
      const shape = found[name]?.shape ?? []
      const expected = { shape, values: elementsOf(flatResults, name) }
      const pair = { quantity: name, found: found[name], expected }
      return compare(lab, 'places', pair, lab.tolerance('f64'), {
        problem: 'a place of rows and times has another value than as a row',
        dtype: 'f64',
        help: 'reduce over the last axis alone',
      })
    })
  },
}
