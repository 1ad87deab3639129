import { inputName } from '@chainrule/core'
import type { Check } from '../check.ts'
import { compare } from '../compare.ts'
import { shardOf } from '../feed.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import type { Measured, Results } from '../run.ts'

/**
 * What a metric adds up over two shards is that of the whole, a row of weight 0 adds nothing, and no rows add 0.
 *
 * Without it     what is reported depends on the size of a batch, or padding is counted
 */
export const sums: Check = {
  name: 'sums',
  title: 'sums over shards add up, and a row of weight 0 counts nothing',
  run: async (lab) => {
    const { rows } = lab
    const feed = lab.feed()
    const part = (from: number, to: number): Promise<Results> =>
      lab.run('evaluate', shardOf(lab.program, feed, rows, from, to), { rows: to - from })
    const whole = await lab.run('evaluate', feed)
    const half = Math.ceil(rows / 2)
    const added = add(await part(0, half), await part(half, rows))
    const without = await part(0, rows - 1)
    const unweighted = await lab.run('evaluate', { ...feed, ...lastWeightless(lab) })
    const none = await lab.run('evaluate', lab.feed({ rows: 0 }), { rows: 0 })
    const zero = none['h'] && { shape: none['h'].shape, values: [...zeros(none['h'])] }
    return [
      ...same(lab, 'two shards add up to something else than the whole', added, whole['h']),
      ...same(lab, 'a row of weight 0 counts', unweighted['h'], without['h']),
      ...same(lab, 'a batch without rows counts', none['h'], zero),
    ]
  },
}

function same(
  lab: Lab,
  problem: string,
  found: Measured | undefined,
  expected: Measured | undefined,
): Finding[] {
  return compare(lab, 'sums', { quantity: 'the sums', found, expected }, lab.tolerance('f64'), {
    problem,
    dtype: 'f64',
    help: 'each sum is over rows, of something times the weight of the row; means are for `finish`',
  })
}

const zeros = ({ values }: Measured): number[] => Array.from(values, () => 0)

function add({ h: first }: Results, { h: second }: Results): Measured | undefined {
  if (first === undefined || second === undefined) return undefined
  const values = Array.from(first.values, (value, i) => value + (second.values[i] ?? Number.NaN))
  return { shape: first.shape, values }
}

/** The weights, the last input, with 0 for the last row. */
function lastWeightless(lab: Lab): Readonly<Record<string, number[]>> {
  const weights = lab.inputs.at(-1)
  if (weights === undefined) return {}
  const name = inputName(weights.input.name)
  const values = Array.from(lab.feed()[name] ?? [])
  const width = values.length / lab.rows
  return { [name]: values.map((w, i) => (i >= values.length - width ? 0 : w)) }
}
