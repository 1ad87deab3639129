/**
 * The largest resident set of a process that trains, libraries and data included; and of the tensors alone, what our engine
 * planned beside what PyTorch keeps.
 */
import { asError } from '../as-error.ts'
import { withBar } from '../bars.ts'
import type { Memory } from '../child.ts'
import { prepare } from '../contest.ts'
import { number } from '../figures.ts'
import { type Outcome, peerName, type Result, resultsOf } from '../result.ts'
import { type Contestant, Roster } from '../roster.ts'
import type { Picture, Run, Section } from '../section.ts'
import { valueChart } from '../svg/value-chart.ts'
import { markdownTable, outcomeTable } from '../table.ts'
import type { NetworkWorkload, Workload } from '../workload.ts'
import { workloads } from '../workloads.ts'

/** A batch of one row needs what any other needs. */
const isMeasured = ({ kind, batch }: NetworkWorkload): boolean => kind === 'training' && batch > 1
const megabyte = 1e6
/** Seconds; the slowest needs 11 s for a step of W3. */
const patience = 120

export async function memorySection(run: Run): Promise<Section> {
  const outcomes: Outcome[] = []
  const needed: Result[] = []
  const planned: string[][] = []
  for (const workload of workloads.filter(isMeasured)) {
    run.say(`memory of ${workload.name}`)
    const folder = await prepare(workload, run.temporary)
    const own = await memoryOf(run, run.field.ours, folder)
    if (own instanceof Error) throw own
    planned.push([workload.name, number((own.planned ?? Number.NaN) / megabyte)])
    for (const contestant of run.field.others) {
      if (contestant.peer.doing(workload).work === 'none') continue
      const theirs = await memoryOf(run, contestant, folder)
      outcomes.push(outcome(run, workload, contestant, own, theirs))
      const compared = tensors(run, workload, contestant, own, theirs)
      if (compared !== undefined) needed.push(compared)
    }
  }
  return {
    title: 'Memory',
    body: [
      'The largest resident set while training, in MB.',
      outcomeTable(outcomes),
      'Of ours, the engine holds for model, batch and data set:',
      markdownTable(['workload', 'MB'], planned, ['left', 'right']),
      'The tensors of a step without the data set: of ours all that the engine planned; of PyTorch parameters, gradients, moments and what autograd keeps for the backward pass, which is less than it needs at its peak.',
      outcomeTable(needed),
    ].join('\n\n'),
    outcomes: [...outcomes, ...needed],
    pictures: [picture(outcomes)],
  }
}

function picture(outcomes: readonly Outcome[]): Picture {
  const found = resultsOf(outcomes)
  const groups = [...new Set(found.map(({ workload }) => workload))]
  const values = groups.flatMap((name) => {
    const all = found.filter(({ workload }) => workload === name)
    const group = name.replace('memory/', '')
    return [
      ...all
        .slice(0, 1)
        .map(({ ours }) => ({ group, label: 'Chainrule', value: ours, isOurs: true })),
      ...all.map((each) => ({ group, label: peerName(each), value: each.theirs, isOurs: false })),
    ]
  })
  return {
    name: 'memory',
    text: 'The largest resident set while training, ours and the peers, by workload',
    svg: valueChart('Largest resident set while training, MB', values),
  }
}

/** After a first step and as many as fit in a tenth of a second. */
export async function memoryOf(
  { options }: Pick<Run, 'options'>,
  contestant: Contestant,
  folder: string,
): Promise<Memory | Error> {
  const roster = new Roster({ engine: options.engine, keeps: false })
  try {
    const process = await roster.open(contestant, folder)
    try {
      await process.first(1, patience)
      await process.run(0.1, patience)
      return await process.memory(patience)
    } finally {
      await process.close()
    }
  } catch (error) {
    return asError(error)
  }
}

const namesOf = (
  prefix: string,
  { field }: Run,
  { name }: Workload,
  { peer, threads }: Contestant,
) => ({
  workload: `${prefix}/${name}`,
  peer: peer.name,
  threads: field.ours.threads,
  theirThreads: threads,
})

/** Ours beside a peer that knows its tensors. */
function tensors(
  run: Run,
  workload: Workload,
  contestant: Contestant,
  own: Memory,
  theirs: Memory | Error,
): Result | undefined {
  if (theirs instanceof Error || theirs.tensors === undefined || own.tensors === undefined)
    return undefined
  return withBar({
    ...namesOf('tensors', run, workload, contestant),
    ours: own.tensors / megabyte,
    theirs: theirs.tensors / megabyte,
    unit: 'MB',
    ratio: theirs.tensors / own.tensors,
    spread: 0,
    rounds: 1,
  })
}

function outcome(
  run: Run,
  workload: Workload,
  contestant: Contestant,
  own: Memory,
  theirs: Memory | Error,
): Outcome {
  const names = namesOf('memory', run, workload, contestant)
  if (theirs instanceof Error) return { ...names, status: 'error', message: theirs.message }
  return {
    ...names,
    ours: own.peak / megabyte,
    theirs: theirs.peak / megabyte,
    unit: 'MB',
    ratio: theirs.peak / own.peak,
    spread: 0,
    rounds: 1,
  }
}
