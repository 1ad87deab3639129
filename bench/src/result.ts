/** What comes out of a comparison, and how a file has it. */
import type { Summary } from './statistics.ts'

/** Ours against one peer on one workload. */
export interface Result extends Summary {
  readonly workload: string
  readonly peer: string
  readonly threads: number
  readonly theirThreads: number
  /** Of `ours` and `theirs`; `ratio` is above 1 where we are faster, or smaller, whatever the unit. */
  readonly unit: string
  /** Alternations. */
  readonly rounds: number
  /** What the peer does otherwise. */
  readonly note?: string
  /** The ratio that is asked for, and whether it is reached but for the spread. */
  readonly bar?: number
  readonly met?: boolean
}

/** A comparison that did not come about. */
export interface Failure {
  readonly workload: string
  readonly peer: string
  readonly threads: number
  readonly theirThreads: number
  /** `error`: it went wrong, or its first losses differ; `left-out`: too slow for this run. */
  readonly status: 'error' | 'left-out'
  readonly message: string
}

export type Outcome = Result | Failure

export function isFailure(outcome: Outcome): outcome is Failure {
  return 'status' in outcome
}

/** Those that came about. */
export function resultsOf(outcomes: readonly Outcome[]): Result[] {
  return outcomes.filter((outcome): outcome is Result => !isFailure(outcome))
}

/** The peer, with its threads where they are not ours. */
export function peerName({ peer, threads, theirThreads }: Outcome): string {
  return threads === theirThreads
    ? peer
    : `${peer}, ${theirThreads} thread${theirThreads === 1 ? '' : 's'}`
}

/** What is said of a bar; the spread of a busy run can be large, so that it stands apart from `met`. */
export function verdict({ ratio, bar, met }: Result): 'met' | 'within ±' | 'missed' | undefined {
  if (bar === undefined) return undefined
  if (ratio >= bar) return 'met'
  return met === true ? 'within ±' : 'missed'
}

/** A line of JSON each, numbers with six digits. */
export function jsonLines(outcomes: readonly Outcome[]): string {
  const digits = (_: string, value: unknown): unknown =>
    typeof value === 'number' ? Number(value.toPrecision(6)) : value
  return outcomes.map((outcome) => `${JSON.stringify(outcome, digits)}\n`).join('')
}
