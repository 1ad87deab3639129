import type { ActivationPlugin } from '@chainrule/core'
import type { Check } from '../check.ts'
import { elementAt } from '../compare.ts'
import type { Finding } from '../finding.ts'

/** How far out g is drawn. */
const spreads = [1, 5, 100, 10_000]

/**
 * What an activation gives lies in the range that it says.
 *
 * Without it     a text is warned of targets that it could reach, or is not of those that it cannot
 */
export function rangeOf(plugin: ActivationPlugin): Check {
  return {
    name: 'range',
    title: 'what comes out lies in the range that is said',
    applies: ({ config }) => plugin.with(config).range !== undefined,
    run: async (lab) => {
      const [low, high] = plugin.with(lab.config).range ?? []
      const findings: Finding[] = []
      for (const spread of spreads) {
        const { h } = await lab.run('evaluate', lab.feed({ spread }))
        const { shape = [], values = [] } = h ?? {}
        const index = Array.from(values).findIndex((x) => x < Number(low) || x > Number(high))
        if (index < 0) continue
        findings.push(
          lab.finding('range', `a number lies outside of the range ${low} … ${high}`, {
            quantity: 'h',
            element: elementAt(shape, index),
            found: values[index] ?? Number.NaN,
            dtype: 'f64',
            rows: lab.rows,
            help: 'mend `range`, which holds for every g, or leave it out',
          }),
        )
        break
      }
      return findings
    },
  }
}
