/** Ours against its peers on one workload: every one in a process of its own, one at work at a time. */
import { join } from 'node:path'
import { alternate, type Pair, type Turn } from './alternate.ts'
import { asError } from './as-error.ts'
import { withBar } from './bars.ts'
import { type PeerProcess, TooSlow } from './child.ts'
import { difference } from './compare.ts'
import { engineNamed } from './engines.ts'
import { madeData } from './made-data.ts'
import { openSession, weightsOf } from './our-session.ts'
import type { Failure, Outcome, Result } from './result.ts'
import type { Contestant, Roster } from './roster.ts'
import { summarise } from './statistics.ts'
import { writeWork } from './work-folder.ts'
import { figure, timesFaster, type Workload } from './workload.ts'

/** How long and how often. */
export interface Plan {
  /** Alternations of ours and theirs. */
  readonly rounds: number
  /** Seconds of one slice. */
  readonly slice: number
  readonly warmUp: number
  /** Seconds without an answer after which one is too slow for this run. */
  readonly patience: number
  /** When to stop after the round that runs, in milliseconds of `performance.now()`. */
  readonly until?: number
}

export interface Setting {
  readonly plan: Plan
  readonly roster: Roster
  /** A folder for the work folders. */
  readonly folder: string
}

/** One that takes part, and its process. */
interface Entrant {
  readonly contestant: Contestant
  readonly process: PeerProcess
}

/** First losses or predictions that are compared before the clock runs. */
const compared = 3

/** Compares `ours` with each of the others that can do the work, in their order. */
export function contest(
  workload: Workload,
  ours: Contestant,
  others: readonly Contestant[],
  setting: Setting,
): Promise<Outcome[]> {
  return new Contest(workload, ours, setting).run(others)
}

/** Writes the work folder: first weights by our own seeded initializers, and data; the same for everyone. */
export async function prepare(workload: Workload, parent: string): Promise<string> {
  const folder = join(parent, workload.name)
  if (workload.kind === 'product') {
    writeWork(folder, workload)
    return folder
  }
  const session = await openSession(workload, engineNamed('js'))
  writeWork(folder, workload, { weights: weightsOf(session), ...madeData(workload) })
  session.dispose()
  return folder
}

class Contest {
  readonly #workload: Workload
  readonly #ours: Contestant
  readonly #setting: Setting

  constructor(workload: Workload, ours: Contestant, setting: Setting) {
    this.#workload = workload
    this.#ours = ours
    this.#setting = setting
  }

  async run(others: readonly Contestant[]): Promise<Outcome[]> {
    const able = others.filter(({ peer }) => peer.doing(this.#workload).work !== 'none')
    if (able.length === 0) return []
    const folder = await prepare(this.#workload, this.#setting.folder)
    const started = await Promise.allSettled(
      [this.#ours, ...able].map((contestant) => this.#enter(contestant, folder)),
    )
    const [own, ...entries] = started.map((each) =>
      each.status === 'fulfilled' ? each.value : asError(each.reason),
    )
    try {
      if (!isEntrant(own)) throw own
      const expected = (await this.#getReady(own)) ?? []
      return await this.#compete(own, await this.#qualified(entries, expected), able)
    } catch (error) {
      return able.map((contestant) => this.#failure(contestant, asError(error), 'ours: '))
    } finally {
      const entrants = [own, ...entries].filter(isEntrant)
      const { roster } = this.#setting
      await Promise.all(entrants.map((each) => roster.release(each.contestant, each.process)))
    }
  }

  async #enter(contestant: Contestant, folder: string): Promise<Entrant> {
    return { contestant, process: await this.#setting.roster.open(contestant, folder) }
  }

  /** The first losses or predictions of one that does the same work, and then a warm-up. */
  async #getReady({ contestant, process }: Entrant): Promise<readonly number[] | undefined> {
    const { warmUp, patience } = this.#setting.plan
    const isSame = contestant.peer.doing(this.#workload).work === 'same'
    const first = isSame ? await process.first(compared, patience) : undefined
    await process.run(warmUp, patience)
    return first
  }

  /** Those that do the same work as ours, where they are meant to, and are quick enough. */
  async #qualified(
    entries: readonly (Entrant | Error)[],
    expected: readonly number[],
  ): Promise<(Entrant | Error)[]> {
    const checked: (Entrant | Error)[] = []
    for (const entry of entries) {
      checked.push((isEntrant(entry) && (await this.#objection(entry, expected))) || entry)
    }
    return checked
  }

  async #objection(entrant: Entrant, expected: readonly number[]): Promise<Error | undefined> {
    try {
      const first = await this.#getReady(entrant)
      const found = first === undefined ? undefined : difference(expected, first)
      return found === undefined ? undefined : new Error(`it does other work: ${found}`)
    } catch (error) {
      await entrant.process.close()
      return asError(error)
    }
  }

  /** Takes turns; the outcomes in the order of the contestants. */
  async #compete(
    own: Entrant,
    entries: readonly (Entrant | Error)[],
    able: readonly Contestant[],
  ): Promise<Outcome[]> {
    const fit = entries.filter(isEntrant)
    const pairs = await alternate(
      this.#turn(own),
      fit.map((entrant) => this.#turn(entrant)),
      this.#setting.plan,
    )
    return able.map((contestant, i) => {
      const entry = entries[i]
      const found = entry instanceof Error ? entry : pairs[fit.indexOf(entry as Entrant)]
      return found === undefined || found instanceof Error
        ? this.#failure(contestant, found ?? new Error('internal: no pairs'))
        : this.#result(contestant, found)
    })
  }

  /** One that does not answer in time is ended at once: it would go on working beside the others. */
  #turn({ process }: Entrant): Turn {
    const { slice, patience } = this.#setting.plan
    return async () => {
      try {
        return await process.run(slice, patience)
      } catch (error) {
        await process.close()
        throw error
      }
    }
  }

  #names({ peer, threads }: Contestant) {
    const names = { workload: this.#workload.name, peer: peer.name }
    return { ...names, threads: this.#ours.threads, theirThreads: threads }
  }

  #failure(contestant: Contestant, error: Error, who = ''): Failure {
    const status = error instanceof TooSlow ? 'left-out' : 'error'
    return { ...this.#names(contestant), status, message: `${who}${error.message}` }
  }

  #result(contestant: Contestant, pairs: readonly Pair[]): Result {
    const workload = this.#workload
    const rounds = pairs.map(({ ours, theirs }) => ({
      ours: figure(workload, ours),
      theirs: figure(workload, theirs),
      ratio: timesFaster(ours, theirs),
    }))
    const doing = contestant.peer.doing(workload)
    return withBar({
      ...this.#names(contestant),
      ...summarise(rounds),
      unit: workload.unit,
      rounds: rounds.length,
      ...(doing.work === 'other' ? { note: doing.how } : {}),
    })
  }
}

function isEntrant(entry: Entrant | Error | undefined): entry is Entrant {
  return entry !== undefined && !(entry instanceof Error)
}
