import type { Check } from '../check.ts'
import { compare, named, notFinite } from '../compare.ts'
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
    const results = await lab.run(entry, feed, { rows: 1 })
    findings.push(
      ...notFinite(lab, 'sizes', named(entry, results), {
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
  for (const entry of lab.entries) await lab.run(entry, feed, { rows: 0 })
  if (!lab.has('gradient') || lab.layer.couples === 'batch') return []
  const results = await lab.run('gradient', feed, { rows: 0 })
  return lab.operands.flatMap(({ source, label }) => {
    const found = results[source]
    const zeros = found && { shape: found.shape, values: Array.from(found.values, () => 0) }
    const exact = { relative: 0, absolute: 0 }
    return compare(lab, 'sizes', { quantity: label, found, expected: zeros }, exact, {
      problem: 'a batch without rows has a gradient',
      rows: 0,
      dtype: 'f64',
      help: 'a gradient is a sum over rows: look for what is added once, such as a penalty',
    })
  })
}
