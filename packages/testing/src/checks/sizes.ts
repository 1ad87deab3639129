import type { Check } from '../check.ts'
import { notFinite } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'

/**
 * A batch may have one row, and a shard none.
 *
 * Without it     the last batch of an epoch, a prediction of one row or a machine that is left without rows gives NaN
 * Found          every entry runs; with one row everything is finite; with none ∂L/∂W is 0 where rows do not meet
 */
export const sizes: Check = {
  name: 'sizes',
  title: 'batches of one row and of none run',
  run: async (lab) => [...(await oneRow(lab)), ...(await noRows(lab))],
}

async function oneRow(lab: Lab): Promise<Finding[]> {
  const feed = lab.feed({ rows: 1 })
  const findings: Finding[] = []
  for (const entry of lab.entries) {
    const { outputs, states } = await lab.run(entry, feed, { rows: 1 })
    const tensors = Object.entries({ ...outputs, ...states })
    const named = Object.fromEntries(tensors.map(([name, v]) => [`${entry}: ${name}`, v]))
    findings.push(
      ...notFinite(lab, 'sizes', named, {
        problem: 'not finite for a batch of one row',
        rows: 1,
        dtype: 'f64',
        help: 'look for a division by the number of rows less one, or by a variance without an epsilon',
      }),
    )
  }
  return findings
}

async function noRows(lab: Lab): Promise<Finding[]> {
  const feed = lab.feed({ rows: 0 })
  const findings: Finding[] = []
  for (const entry of lab.entries) {
    const { outputs } = await lab.run(entry, feed, { rows: 0 })
    if (entry !== 'gradient' || lab.layer.couples === 'batch') continue
    for (const { source, label } of lab.operands) {
      const index = outputs[source]?.findIndex((value) => value !== 0) ?? -1
      if (index < 0) continue
      findings.push(
        lab.finding('sizes', 'a batch without rows has a gradient', {
          quantity: label,
          element: [index],
          found: outputs[source]?.[index] ?? Number.NaN,
          expected: 0,
          rows: 0,
          dtype: 'f64',
          help: 'a gradient is a sum over rows: look for what is added once, such as a penalty',
        }),
      )
    }
  }
  return findings
}
