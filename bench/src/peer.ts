/** What the bench knows of a peer before it runs. */
import type { Workload } from './workload.ts'

export interface Peer {
  /** As `--peer` takes it and the results name it. */
  readonly name: string
  /** As a person knows it. */
  readonly title: string
  /** Whether it can be told a number of threads; without, it runs on one. */
  readonly threaded: boolean
  /** How far it can do this work. */
  doing(workload: Workload): Doing
  /** Workloads that a quick run leaves out, because a step takes seconds. */
  readonly slowOn?: readonly string[]
  /** How its process is started, or what to install. Asked once a run. */
  find(context: FindContext): Promise<Found>
}

export type Doing =
  | { readonly work: 'same' }
  /** Not the same, so its first losses are not compared; `how` stands beside its numbers. */
  | { readonly work: 'other'; readonly how: string }
  | { readonly work: 'none' }

export interface FindContext {
  /** A folder for what has to be built, removed after the run. */
  readonly temporary: string
}

export type Found =
  | { readonly launch: Launch; readonly version: string }
  | { readonly missing: string }

/** A command that serves the protocol of `serve.ts`; the folder, the threads and the engine are added. */
export interface Launch {
  readonly command: string
  readonly parameters: readonly string[]
}

export const same: Doing = { work: 'same' }
export const none: Doing = { work: 'none' }
export const other = (how: string): Doing => ({ work: 'other', how })
