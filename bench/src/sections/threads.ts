/** Two threads on the workloads for which bars ask for them. */
import { isBarred } from '../bars.ts'
import { contest } from '../contest.ts'
import { findField } from '../field.ts'
import type { Outcome } from '../result.ts'
import { Roster } from '../roster.ts'
import type { Run, Section } from '../section.ts'
import { outcomeTable } from '../table.ts'
import { describe } from '../workload.ts'
import { workloads } from '../workloads.ts'

const threads = 2

export async function threadSection({ options, plan, temporary, say }: Run): Promise<Section> {
  const names = options.peers && [...options.peers, 'ours']
  const { ours, others } = await findField({ names, threads }, { temporary })
  const roster = new Roster({ engine: options.engine, keeps: false })
  const outcomes: Outcome[] = []
  for (const workload of workloads) {
    const asked = others.filter(({ peer, threads: theirThreads }) =>
      isBarred({ workload: workload.name, peer: peer.name, threads, theirThreads }),
    )
    if (asked.length === 0) continue
    say(`${workload.name}, ${threads} threads: ${describe(workload)}`)
    outcomes.push(...(await contest(workload, ours, asked, { plan, roster, folder: temporary })))
  }
  return {
    title: 'Two threads',
    body: `Ours on ${threads} threads against ours on one, and against the peers that a bar names, on as many as it says.\n\n${outcomeTable(outcomes)}`,
    outcomes,
    pictures: [],
  }
}
