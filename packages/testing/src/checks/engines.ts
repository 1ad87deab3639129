import type { Engine } from '@chainrule/program'
import type { Check } from '../check.ts'
import { compare } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import { run } from '../run.ts'

/**
 * Every engine gives what the reference gives, within the table of tolerances by dtype.
 *
 * Without it     a layer that is right where it was tested trains elsewhere to something else
 * Found          for every entry in both precisions, on a whole batch and on one row
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
        for (const rows of new Set([lab.rows, 1])) {
          findings.push(...(await compareRuns(lab, engine, precision, rows)))
        }
      }
    }
    return findings
  },
}

async function compareRuns(
  lab: Lab,
  engine: Engine,
  precision: 'f32' | 'f64',
  rows: number,
): Promise<Finding[]> {
  const feed = lab.feed({ rows })
  const reference = await lab.executable(precision)
  const other = await lab.executable(precision, engine)
  return Object.entries(lab.program.entries).flatMap(
    ([entry, { instructions, outputs, updates }]) => {
      const expected = run(reference, entry, rows, feed)
      const found = run(other, entry, rows, feed)
      const compareAll = (ids: Readonly<Record<string, number>>, part: 'outputs' | 'states') =>
        Object.entries(ids).flatMap(([name, id]) =>
          compare(
            lab,
            'engines',
            {
              quantity: `${entry}: ${name}`,
              shape: instructions[id]?.type.shape ?? [],
              found: found[part][name] ?? [],
              expected: expected[part][name] ?? [],
            },
            lab.tolerance(precision),
            {
              problem: `\`${engine.name}\` gives something else than \`${lab.engines[0].name}\``,
              engine: engine.name,
              dtype: precision,
              rows,
              help: 'it is the engine that is wrong where `finite-differences` passes; a tolerance of the case may be larger where sums are long',
            },
          ),
        )
      return [...compareAll(outputs, 'outputs'), ...compareAll(updates, 'states')]
    },
  )
}
