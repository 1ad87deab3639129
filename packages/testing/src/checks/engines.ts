import type { Engine } from '@chainrule/program'
import type { Check } from '../check.ts'
import { compare, named, pairsOf } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab, Precision } from '../lab.ts'
import type { CaseEntry } from '../program-of-case.ts'
import { run } from '../run.ts'

/** What a model runs; the other entries stand in for formulas, and are compared with these on the reference. */
const entries: readonly CaseEntry[] = ['init', 'train', 'evaluate', 'gradient']

/**
 * Every engine gives what the reference gives, within the table of tolerances by dtype.
 *
 * Without it     a layer that is right where it was tested trains elsewhere to something else
 * Found          for what a model runs, in both precisions, on a whole batch, on one row and on none
 */
export const enginesAgree: Check = {
  name: 'engines',
  title: 'every engine gives what the reference gives',
  applies: ({ engines }) => engines.length > 1,
  run: async (lab) => {
    const findings: Finding[] = []
    const [, ...others] = lab.engines
    for (const engine of others) {
      for (const precision of ['f32', 'f64'] as const) {
        for (const rows of precision === 'f32' ? [lab.rows, 1, 0] : [lab.rows]) {
          findings.push(...(await compareRuns(lab, { engine, precision, rows })))
        }
      }
    }
    return findings
  },
}

interface Where {
  readonly engine: Engine
  readonly precision: Precision
  readonly rows: number
}

async function compareRuns(lab: Lab, { engine, precision, rows }: Where): Promise<Finding[]> {
  const feed = lab.feed({ rows })
  const reference = await lab.executable(precision)
  const other = await lab.executable(precision, engine)
  const details = {
    problem: `\`${engine.name}\` gives something else than \`${lab.engines[0].name}\``,
    engine: engine.name,
    dtype: precision,
    rows,
    help: 'it is the engine that is wrong where `finite-differences` passes; a tolerance of the case may be larger where sums are long',
  }
  return entries.flatMap((entry) => {
    if (!lab.has(entry)) return []
    const expected = named(entry, run(reference, entry, rows, feed))
    const found = named(entry, run(other, entry, rows, feed))
    return pairsOf(found, expected).flatMap((pair) =>
      compare(lab, 'engines', pair, lab.tolerance(precision), details),
    )
  })
}
