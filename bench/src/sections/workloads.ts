/** The workloads W1 … I2 against every peer. */
import { contest } from '../contest.ts'
import { type Failure, type Outcome, resultsOf } from '../result.ts'
import { type Contestant, Roster } from '../roster.ts'
import type { Run, Section } from '../section.ts'
import { ratioChart } from '../svg/ratio-chart.ts'
import { outcomeTable, peerName } from '../table.ts'
import { describe, type Workload } from '../workload.ts'
import { workloads } from '../workloads.ts'

/** Milliseconds that all workloads of a quick run may take, starts included. */
const quickTime = 45_000

export async function workloadSection(run: Run): Promise<Section> {
  const selected = workloads.filter(({ name }) => run.options.selected.includes(name))
  const end = performance.now() + quickTime
  const outcomes: Outcome[] = []
  for (const [i, workload] of selected.entries()) {
    run.say(`${workload.name}: ${describe(workload)}`)
    // What one leaves of its share is for those that follow.
    const now = performance.now()
    const until = now + (end - now) / (selected.length - i)
    outcomes.push(
      ...(run.options.quick ? await quickly(run, workload, until) : await slowly(run, workload)),
    )
  }
  const lines = selected.map((workload) => `- **${workload.name}** ${describe(workload)}`)
  return {
    title: 'Workloads',
    body: `${lines.join('\n')}\n\n${outcomeTable(outcomes)}`,
    outcomes,
    pictures: [picture(outcomes)],
  }
}

/** Fresh processes for each workload, for a compiler remembers what it has seen. */
function slowly({ options, plan, field, temporary }: Run, workload: Workload): Promise<Outcome[]> {
  const roster = new Roster({ engine: options.engine, keeps: false })
  return contest(workload, field.ours, field.others, { plan, roster, folder: temporary })
}

/** The same processes for every workload, nobody who needs seconds for a step, and nothing after the time is over. */
async function quickly(
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
