/** How long a text takes to its first step where the program is long: an unrolled series. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { withBar } from '../bars.ts'
import { number } from '../figures.ts'
import { node } from '../find.ts'
import type { Result } from '../result.ts'
import type { Run, Section } from '../section.ts'
import { median, spread } from '../statistics.ts'
import { outcomeTable } from '../table.ts'
import type { NetworkWorkload } from '../workload.ts'
import { unrolled } from '../workloads.ts'

/** Milliseconds that are allowed, and how many new processes are measured. */
const budget = 1000
const processes = 5

/** What `compile-child.ts` prints. */
interface Measured {
  readonly first: number
  readonly later: readonly number[]
  readonly bytes: number
}

export async function compileSection({ options, say }: Run): Promise<Section> {
  const outcomes: Result[] = []
  const sizes: string[] = []
  for (const workload of unrolled) {
    say(`compiling ${workload.name}`)
    const runs: Measured[] = []
    while (runs.length < (options.rounds ?? processes))
      runs.push(await measure(workload, options.engine))
    const anew = runs.map(({ first }) => first)
    const again = runs.flatMap(({ later }) => later)
    outcomes.push(result(`${workload.name}/new`, anew), result(`${workload.name}/again`, again))
    sizes.push(`${workload.name}: ${number((runs[0]?.bytes ?? 0) / 1000)} kB`)
  }
  return {
    title: 'Compiling',
    body: `Milliseconds from the text to the end of the first step, of a gru over 48 and 256 times of 32 numbers, 64 units, batch 64, adam. \`new\`: in a new process, whose modules are loaded; \`again\`: in the same process. The step's module: ${sizes.join(', ')}.\n\n${outcomeTable(outcomes)}`,
    outcomes,
    pictures: [],
  }
}

async function measure(workload: NetworkWorkload, engine?: string): Promise<Measured> {
  const { command, parameters } = node('../compile-child.ts')
  const all = [...parameters, JSON.stringify(workload), ...(engine === undefined ? [] : [engine])]
  const { stdout } = await promisify(execFile)(command, all, {
    cwd: join(import.meta.dirname, '..'),
  })
  return JSON.parse(stdout) as Measured
}

function result(name: string, values: readonly number[]): Result {
  const ours = median(values)
  return withBar({
    ...{ workload: `compile/${name}`, peer: 'budget', threads: 1, theirThreads: 1 },
    ...{ ours, theirs: budget, unit: 'ms', ratio: budget / ours, spread: spread(values) },
    rounds: values.length,
  })
}
