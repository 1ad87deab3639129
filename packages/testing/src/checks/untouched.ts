import { formatShape } from '@chainrule/core'
import type { Check } from '../check.ts'
import { firstUnlike } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'

/**
 * A layer leaves alone what it is given: its configuration and shapes while it is traced, inputs and parameters while it
 * runs.
 *
 * Without it     a layer that stands in two places, or is traced for training and then for prediction, is another one the
 *                second time; what was computed from changed inputs is wrong somewhere else
 */
export const untouched: Check = {
  name: 'untouched',
  title: 'what the layer is given stays as it was',
  run: async (lab) => [...tracing(lab), ...(await running(lab))],
}

/** What is told of the layer before and after all of its functions were called. */
function tracing(lab: Lab): Finding[] {
  // A variant has objects of its own, which nothing has seen yet.
  const fresh = lab.variant({})
  const before = {
    configuration: JSON.stringify(fresh.config),
    'input shapes': fresh.inputs.map(({ shape }) => formatShape(shape)).join(', '),
  }
  fresh.traced()
  const { inputShapes = [] } = fresh.shaped.nodes[0] ?? {}
  const present = inputShapes.filter((shape) => shape !== undefined)
  const after = {
    configuration: JSON.stringify(fresh.config),
    'input shapes': present.map(formatShape).join(', '),
  }
  return (['configuration', 'input shapes'] as const).flatMap((what) => {
    if (before[what] === after[what]) return []
    return [
      lab.finding('untouched', `the layer changes its ${what} while it is traced`, {
        quantity: `${before[what]} became ${after[what]}`,
        help: 'copy before you change: `[...h]`, `{ ...config }`, `toReversed()`',
      }),
    ]
  })
}

/** The elements of inputs and states before and after every entry ran. */
async function running(lab: Lab): Promise<Finding[]> {
  const feed = lab.feed()
  const executable = await lab.executable('f64')
  const { inputs, state } = lab.program
  const findings: Finding[] = []
  for (const entry of lab.entries) {
    const { states } = await lab.run(entry, feed)
    for (const [name, values] of Object.entries(feed)) {
      if (Object.hasOwn(states, name)) continue
      const now = Object.hasOwn(inputs, name)
        ? executable.input(name)
        : Object.hasOwn(state, name)
          ? executable.state(name)
          : undefined
      const index = now === undefined ? undefined : firstUnlike(values, now.slice(0, values.length))
      if (now === undefined || index === undefined) continue
      findings.push(
        lab.finding('untouched', `\`${entry}\` writes to what it may only read`, {
          quantity: name,
          element: [index],
          found: now[index] ?? Number.NaN,
          expected: values[index] ?? Number.NaN,
          help: 'a program cannot do this: it is the engine that writes in place',
        }),
      )
    }
  }
  return findings
}
