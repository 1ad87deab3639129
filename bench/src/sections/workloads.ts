/** The workloads W1 … I2 against every peer. */
import { contest } from '../contest.ts'
import { type Failure, type Outcome, peerName, resultsOf } from '../result.ts'
import { type Contestant, Roster } from '../roster.ts'
import type { Run, Section } from '../section.ts'
import { ratioChart } from '../svg/ratio-chart.ts'
import { outcomeTable } from '../table.ts'
import { describe, flop, type Workload } from '../workload.ts'
import { workloads } from '../workloads.ts'

/** Milliseconds that all workloads of a quick run may take, starts included. */
const quickTime = 42_000

export async function workloadSection(run: Run): Promise<Section> {
  const selected = workloads.filter(({ name }) => run.options.selected.includes(name))
  const outcomes = run.options.quick ? await quickly(run, selected) : await slowly(run, selected)
  const lines = selected.map((workload) => {
    const hasPeers = outcomes.some(({ workload: name }) => name === workload.name)
    const alone = hasPeers ? '' : '; not measured, as nobody who was asked for can do it'
    return `- **${workload.name}** ${describe(workload)}${alone}`
  })
  return {
    title: 'Workloads',
    body: `${lines.join('\n')}\n\n${outcomeTable(outcomes)}`,
    outcomes,
    pictures: [picture(outcomes)],
  }
}

/** Fresh processes for each workload, for a compiler remembers what it has seen. */
async function slowly(
  { options, plan, field, temporary, say }: Run,
  selected: readonly Workload[],
): Promise<Outcome[]> {
  const roster = new Roster({ engine: options.engine, keeps: false })
  const outcomes: Outcome[] = []
  for (const workload of selected) {
    say(`${workload.name}: ${describe(workload)}`)
    const setting = { plan, roster, folder: temporary }
    outcomes.push(...(await contest(workload, field.ours, field.others, setting)))
  }
  return outcomes
}

/** The longest steps last, so that they do not take the others' time; the outcomes in the order of the table. */
async function quickly(run: Run, selected: readonly Workload[]): Promise<Outcome[]> {
  const end = performance.now() + quickTime
  const byLength = selected.toSorted((a, b) => flop(a) - flop(b))
  const outcomes = new Map<Workload, Outcome[]>()
  for (const [i, workload] of byLength.entries()) {
    run.say(`${workload.name}: ${describe(workload)}`)
    // What one leaves of its share is for those that follow.
    const now = performance.now()
    const until = now + (end - now) / (byLength.length - i)
    outcomes.set(workload, await quickContest(run, workload, until))
  }
  return selected.flatMap((workload) => outcomes.get(workload) ?? [])
}

/** The same processes for every workload, nobody who needs seconds for a step, and nothing after the time is over. */
async function quickContest(
  { plan, field, temporary, kept: roster }: Run,
  workload: Workload,
  until: number,
): Promise<Outcome[]> {
  const able = field.others.filter(({ peer }) => peer.doing(workload).work !== 'none')
  const leftOut = (contestants: readonly Contestant[], message: string): Failure[] =>
    contestants.map(({ peer, threads: theirThreads }) => {
      const names = { workload: workload.name, peer: peer.name, threads: field.ours.threads }
      return { ...names, theirThreads, status: 'left-out', message }
    })
  if (until < performance.now()) return leftOut(able, 'the time was over')
  const slow = able.filter(({ peer }) => peer.slowOn?.includes(workload.name))
  const others = able.filter((contestant) => !slow.includes(contestant))
  const setting = { plan: { ...plan, until }, roster, folder: temporary }
  const outcomes = await contest(workload, field.ours, others, setting)
  return [...outcomes, ...leftOut(slow, 'a step takes seconds, too long for --quick')]
}

function picture(outcomes: readonly Outcome[]): Section['pictures'][number] {
  return {
    name: 'workloads',
    text: 'How many times faster Chainrule is than each peer on each workload',
    svg: ratioChart(
      'Times faster than the peer',
      resultsOf(outcomes).map((result) => ({
        group: result.workload,
        label: peerName(result),
        ratio: result.ratio,
        ...(result.bar === undefined ? {} : { bar: result.bar }),
      })),
    ),
  }
}
