/** The processes of a run: one for each who works, and kept for the next work where starting takes longer than working. */
import { PeerProcess } from './child.ts'
import type { Launch, Peer } from './peer.ts'

/** A peer that was found, with a number of threads. */
export interface Contestant {
  readonly peer: Peer
  readonly threads: number
  readonly launch: Launch
}

/** Seconds in which any process starts and reads its work, even on a busy machine. */
const startPatience = 120

export class Roster {
  readonly #engine: string | undefined
  readonly #keeps: boolean
  readonly #idle = new Map<Contestant, PeerProcess[]>()

  /** `keeps`: one process does many works in turn, instead of one that is fresh for each. */
  constructor({ engine, keeps }: { engine?: string | undefined; keeps: boolean }) {
    this.#engine = engine
    this.#keeps = keeps
  }

  /** A process of the contestant that has read a work folder. */
  async open(contestant: Contestant, folder: string): Promise<PeerProcess> {
    const { peer, threads, launch } = contestant
    const engine = peer.name === 'ours' ? this.#engine : undefined
    const process = this.#idle.get(contestant)?.pop() ?? new PeerProcess(launch, threads, engine)
    try {
      await process.open(folder, startPatience)
      return process
    } catch (error) {
      await process.close()
      throw error
    }
  }

  /** Gives back a process; one that still works is ended. */
  async release(contestant: Contestant, process: PeerProcess): Promise<void> {
    if (!this.#keeps || !process.isUsable) return await process.close()
    const idle = this.#idle.get(contestant) ?? []
    this.#idle.set(contestant, [...idle, process])
  }

  /** Ends every process that was kept. */
  async close(): Promise<void> {
    const kept = [...this.#idle.values()].flat()
    this.#idle.clear()
    await Promise.all(kept.map((process) => process.close()))
  }
}
