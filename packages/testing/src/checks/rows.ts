import { isRows } from '@chainrule/core'
import type { Check } from '../check.ts'
import { compare } from '../compare.ts'
import { shardOf } from '../feed.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import type { CaseEntry } from '../program-of-case.ts'
import { elementsOf, type Feed, type Results } from '../run.ts'

/**
 * Where a layer says that it couples no rows, a batch of n is n batches of 1, and two shards add up to one batch. Of
 * every layer that holds in evaluation: a prediction does not depend on what else is predicted. A layer that says that it
 * couples rows does so in one of its cases.
 *
 * Without it     machines that share a batch, gradients that accumulate and predictions of one row go wrong silently
 * Found          outputs and ∂L/∂h are laid side by side, ∂L/∂W adds up; random numbers follow the place in the batch
 */
export const rows: Check = {
  name: 'rows',
  title: 'a batch is its rows one by one, and its shards together',
  run: async (lab) => {
    const feed = lab.feed()
    const entries = (['evaluate', 'forward', 'gradient'] as const).filter(
      (entry) => lab.has(entry) && (entry === 'evaluate' || lab.layer.couples === 'none'),
    )
    const singles = rowByRow(lab)
    const shards = [0, Math.ceil(lab.rows / 2), lab.rows]
    const findings: Finding[] = []
    for (const entry of entries) {
      const ways = { 'batches of one row': singles, 'two shards': shards }
      for (const [way, cuts] of Object.entries(ways)) {
        findings.push(...(await compareParts(lab, entry, feed, way, cuts)))
        if (findings.length > 0) return findings
      }
    }
    return lab.layer.couples === 'batch' && lab.isFirst ? await needless(lab) : findings
  },
}

const rowByRow = ({ rows: count }: Lab): number[] => Array.from({ length: count + 1 }, (_, i) => i)

/** How often each case is looked at with other numbers. */
const looks = 3

/** Where no batch of any case gives another result than its rows one by one, nothing is coupled. */
async function needless(lab: Lab): Promise<Finding[]> {
  for (const each of lab.all) {
    const isCoupled = await couples(each)
    await each.dispose()
    if (isCoupled) return []
  }
  return [
    lab.finding('rows', 'the layer declares `couples`, but no row influences another', {
      help: 'leave `couples` out, so that a batch may be shared; or add a case in which rows meet',
    }),
  ]
}

/** Whether a row meets others in training, or it cannot be told. */
async function couples(lab: Lab): Promise<boolean> {
  const entries = (['forward', 'gradient'] as const).filter((entry) => lab.has(entry))
  const { instructions = [], outputs = {} } = lab.program.entries['forward'] ?? {}
  const hasRows = Object.values(outputs).every((id) => isRows(instructions[id]?.type.shape[0] ?? 1))
  if (!hasRows || lab.rows < 2) return true
  for (let salt = 0; salt < looks; salt++) {
    for (const entry of entries) {
      const feed = lab.feed({ salt })
      const found = await compareParts(lab, entry, feed, 'batches of one row', rowByRow(lab))
      if (found.length > 0) return true
    }
  }
  return false
}

async function compareParts(
  lab: Lab,
  entry: CaseEntry,
  feed: Feed,
  way: string,
  cuts: readonly number[],
): Promise<Finding[]> {
  const whole = await lab.run(entry, feed)
  const parts: Results[] = []
  for (const [i, to] of cuts.slice(1).entries()) {
    const from = cuts[i] ?? 0
    const shard = shardOf(lab.program, feed, lab.rows, from, to)
    parts.push(await lab.run(entry, shard, { rows: to - from }))
  }
  const { instructions = [], outputs = {} } = lab.program.entries[entry] ?? {}
  return Object.entries(outputs).flatMap(([name, id]) => {
    const [first = 1] = instructions[id]?.type.shape ?? []
    // A gradient without rows is a sum over them; what forward gives without rows cannot be told from its parts.
    if (!isRows(first) && entry !== 'gradient') return []
    const expected = whole[name]
    const pieces = parts.map((part) => Array.from(elementsOf(part, name)))
    const values = isRows(first) ? pieces.flat() : added(pieces)
    const pair = {
      quantity: `${entry}: ${name}`,
      found: { shape: expected?.shape ?? [], values },
      expected,
    }
    return compare(lab, 'rows', pair, lab.tolerance('f64'), {
      problem: `${way} give something else than the whole batch`,
      dtype: 'f64',
      help:
        lab.layer.couples === 'batch'
          ? 'in evaluation a row may not depend on the others: read the running values where `training` is false'
          : "look for a sum, a mean or a maximum over the first axis; a layer that means it says `couples: 'batch'`",
    })
  })
}

const added = (pieces: readonly (readonly number[])[]): number[] =>
  pieces.reduce<number[]>((sum, piece) => piece.map((value, i) => value + (sum[i] ?? 0)), [])
