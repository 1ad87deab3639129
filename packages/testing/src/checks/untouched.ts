import { formatShape } from '@chainrule/core'
import { shapeAt } from '@chainrule/program'
import type { Check } from '../check.ts'
import { compareBits } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import { declaredShape } from '../run.ts'

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
  const findings: Finding[] = []
  for (const entry of lab.entries) {
    const results = await lab.run(entry, feed)
    for (const [name, values] of Object.entries(feed)) {
      const declared = declaredShape(lab.program, name)
      if (declared === undefined || Object.hasOwn(results, name)) continue
      const shape = shapeAt(declared, lab.rows)
      const isInput = Object.hasOwn(lab.program.inputs, name)
      const now = isInput ? executable.input(name) : executable.state(name)
      const found = { shape, values: now.slice(0, values.length) }
      const pair = { quantity: name, found, expected: { shape, values } }
      findings.push(
        ...compareBits(lab, 'untouched', pair, {
          problem: `\`${entry}\` writes to what it may only read`,
          help: 'a program cannot do this: it is the engine that writes in place',
        }),
      )
    }
  }
  return findings
}
