/** Words of the shared memory through which threads wait for each other and are told what to do. */
import { processors } from './host.ts'

/** Byte addresses; those that are waited on have a cache line of their own. */
export const control = {
  /** Threads that have arrived at the barrier. */
  arrived: 64,
  /** Grows by one with every barrier that all have reached. */
  barrier: 128,
  /** Threads that sleep, so that nobody is woken where nobody sleeps. */
  sleepers: 192,
  /** Not 0 where a thread has failed: then nobody waits for it. */
  failed: 256,
  /** Grows by one with every command. */
  command: 320,
  /** What to do, and with what: see `commands`. */
  words: 384,
} as const

/** The first byte behind the control words. */
export const controlEnd = 512

export const commands = {
  /** words: entry, order's address (0 for one run without), indices, rows. */
  run: 1,
  /** words: entry, the module's address, its bytes. */
  load: 2,
} as const

/**
 * After so many looks a waiting thread sleeps, about half a millisecond. Threads that sleep at once wake each other on the same
 * processor, where they stay for tens of milliseconds, as neither is ever seen to wait for it.
 */
const spins = 500_000
/** The same where there are more threads than processors, and a thread that looks keeps another from its work. */
const crowdedSpins = 5_000
/** A thread that sleeps looks again after so long, in nanoseconds. */
const nap = 100_000_000
/** After so many naps without any progress a thread counts as lost. */
const patience = 100

export const waiting = {
  spins: (threads: number): number => (threads > processors() ? crowdedSpins : spins),
  nap,
  patience,
} as const
