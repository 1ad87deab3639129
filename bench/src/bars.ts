/** What is asked of the default engine: ratios within one run. */

import { times } from './figures.ts'
import { peerName, type Result, verdict } from './result.ts'

interface Bar {
  readonly workload: string | RegExp
  readonly peer: string
  readonly ratio: number
  readonly threads: number
  /** The peer's threads; any where left out. */
  readonly theirThreads?: number
}

/** Of the peak, that a product from 64³ up is asked to reach. */
export const askedShare = 0.85

const onOne = { threads: 1, theirThreads: 1 } as const

export const bars: readonly Bar[] = [
  { workload: 'W1', peer: 'torch', ratio: 45, ...onOne },
  { workload: 'W1', peer: 'fann', ratio: 9, ...onOne },
  { workload: 'W1b', peer: 'fann', ratio: 3, ...onOne },
  { workload: 'W1b', peer: 'brain', ratio: 10, ...onOne },
  { workload: 'W2', peer: 'sklearn', ratio: 1.3, ...onOne },
  { workload: 'W2', peer: 'torch', ratio: 1.8, ...onOne },
  { workload: 'W2', peer: 'jax', ratio: 4.5, ...onOne },
  { workload: 'W2', peer: 'ours', ratio: 1.7, threads: 2, theirThreads: 1 },
  { workload: 'W3', peer: 'torch', ratio: 0.65, ...onOne },
  // Torch's best of one and two threads: both must be beaten.
  { workload: 'W3', peer: 'torch', ratio: 1.1, threads: 2 },
  { workload: 'W3', peer: 'jax', ratio: 2, ...onOne },
  { workload: 'L1', peer: 'torch', ratio: 1.2, ...onOne },
  { workload: 'L1', peer: 'jax', ratio: 3, ...onOne },
  { workload: 'R1', peer: 'torch', ratio: 1.2, ...onOne },
  { workload: 'T1', peer: 'torch', ratio: 1, ...onOne },
  // At most 0.7 of its time.
  { workload: 'I1', peer: 'onnx', ratio: 1 / 0.7, ...onOne },
  { workload: 'I2', peer: 'onnx', ratio: 0.5, ...onOne },
  { workload: 'I2', peer: 'onnx', ratio: 0.95, threads: 2, theirThreads: 1 },
  // At most 1.2 times the bytes.
  { workload: /^tensors\/(?!W1$)/, peer: 'torch', ratio: 1 / 1.2, ...onOne },
  // Of a second.
  { workload: /^compile\/.*\/new$/, peer: 'budget', ratio: 1, ...onOne },
  // From 64³ up; smaller and narrower ones are told without a bar.
  { workload: /^product\/(\d+)x\1x\1\//, peer: 'fma-peak', ratio: askedShare, ...onOne },
]

/** Who was compared on what. */
type Comparison = Pick<Result, 'workload' | 'peer' | 'threads' | 'theirThreads'>

const barOf = (compared: Comparison): Bar | undefined =>
  bars.find(
    ({ workload, peer, threads, theirThreads }) =>
      (typeof workload === 'string'
        ? workload === compared.workload
        : workload.test(compared.workload)) &&
      peer === compared.peer &&
      threads === compared.threads &&
      (theirThreads === undefined || theirThreads === compared.theirThreads),
  )

export function isBarred(compared: Comparison): boolean {
  return barOf(compared) !== undefined
}

/** The result with its bar, where it has one. A bar within the run's own spread counts as met. */
export function withBar(result: Result): Result {
  const bar = barOf(result)
  if (bar === undefined) return result
  const met = result.ratio * (1 + result.spread) >= bar.ratio
  return { ...result, bar: bar.ratio, met }
}

/** How many bars were met, how many only within the run's spread, and those that were not. */
export function barSummary(results: readonly Result[]): string {
  const of = (wanted: string): Result[] => results.filter((each) => verdict(each) === wanted)
  const [met, within, missed] = [of('met'), of('within ±'), of('missed')]
  const named = missed.map((result) => {
    const { workload, ratio, bar = 1 } = result
    return `${workload} ${peerName(result)} ${times(ratio)} of ${times(bar)}`
  })
  const told = `Bars: ${met.length} met, ${within.length} within ±, ${missed.length} missed`
  return missed.length === 0 ? `${told}.` : `${told}: ${named.join(', ')}.`
}
