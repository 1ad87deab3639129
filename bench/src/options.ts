/** What `pnpm bench` is asked for. */
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Plan } from './contest.ts'
import { workloads } from './workloads.ts'

/** Sections beside the workloads one by one. */
export const sectionNames = [
  ...(['threads', 'products', 'scaling', 'compile', 'cold', 'memory', 'size'] as const),
] as const
export type SectionName = (typeof sectionNames)[number]

export interface Options {
  /** Names of workloads and sections, in the order of the tables. */
  readonly selected: readonly string[]
  /** Names of peers; all of them where left out. */
  readonly peers?: readonly string[]
  readonly engine?: string
  readonly threads: number
  readonly quick: boolean
  readonly rounds?: number
  /** A file for the results as JSON lines. */
  readonly json?: string
  /** A folder for REPORT.md and its pictures. */
  readonly report?: string
}

interface Given {
  readonly workload?: readonly string[]
  readonly peer?: readonly string[]
  readonly engine?: string
  readonly threads: number
  readonly rounds?: number
  readonly quick?: boolean
  readonly json?: string
  readonly report?: string | true
}

const workloadNames = workloads.map(({ name }) => name)
const everything: readonly string[] = [...workloadNames, ...sectionNames]

/** Reads the command line; throws a `CommanderError` for a mistake in it, and where it only asks for help. */
export function readOptions(parameters: readonly string[]): Options {
  const command = new Command('pnpm bench')
    .description('Chainrule and its peers on the same work, in one run, in turn.')
    .option('--quick', 'all workloads roughly, in less than a minute')
    .addOption(
      new Option('--workload <name...>', 'what to measure').choices([...everything, 'all']),
    )
    .option(
      '--peer <name...>',
      'whom to compare with: tfjs, jax, brain, onnx, torch, sklearn, fann',
    )
    .option('--engine <name>', 'our engine; the default one where left out')
    .option('--threads <n>', 'threads of ours and of the peers that can have them', whole(1), 1)
    .option('--rounds <n>', 'alternations of ours and theirs', whole(1))
    .option('--json <file>', 'write the results as lines of JSON')
    .option('--report [folder]', 'measure everything and write REPORT.md with pictures, to bench/')
    .exitOverride()
    .parse([...parameters], { from: 'user' })
  return resolve(command.opts<Given>())
}

function resolve({ workload, peer, quick = false, report, ...rest }: Given): Options {
  const wanted = workload ?? (report === undefined ? (quick ? workloadNames : usual) : ['all'])
  const selected = wanted.includes('all')
    ? everything
    : everything.filter((n) => wanted.includes(n))
  return {
    ...rest,
    selected,
    quick,
    ...(peer === undefined ? {} : { peers: peer }),
    ...(report === undefined ? {} : { report: report === true ? 'bench' : report }),
  }
}

/** The curves are left to `--workload scaling` and to the report. */
const usual = everything.filter((name) => name !== 'scaling')

function whole(from: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < from)
      throw new InvalidArgumentError(`It must be a whole number from ${from}.`)
    return value
  }
}

/** Slices long enough for the compilers to settle; enough of them that a busy moment does not decide. */
export function planOf({ quick, rounds }: Pick<Options, 'quick' | 'rounds'>): Plan {
  return quick
    ? { rounds: rounds ?? 5, slice: 0.1, warmUp: 0.15, patience: 4 }
    : { rounds: rounds ?? 9, slice: 0.4, warmUp: 0.5, patience: 90 }
}

/** For sections of many small comparisons. */
export function shortPlan(plan: Plan): Plan {
  return { ...plan, rounds: Math.min(plan.rounds, 7), slice: 0.1, warmUp: 0.2 }
}
