/** All that several threads need and one does not; it is loaded when they are asked for. */
import type { Features } from '../assembler/function.ts'
import { emitRowShare, emitUnitShare } from '../emit/shares.ts'
import { schedule } from '../lower/schedule.ts'
import { loopStep, productStep, sharedLevel } from '../lower/share.ts'
import type { Sharing } from '../lower/sharing.ts'
import { WaitCounter } from '../lower/waits.ts'
import type { ArenaMemory } from '../memory.ts'
import { defineBarrier } from './barrier.ts'
import { ThreadPool } from './pool.ts'

/** How so many threads share the tasks of an entry. */
export function sharingOf(threads: number): Sharing {
  return {
    threads,
    countWaits: () => new WaitCounter(),
    schedule: (tasks, settings) => schedule(tasks, threads, settings),
    defineBarrier: (module) => defineBarrier(module, threads),
    emitRowShare: (f, locals) => emitRowShare(f, threads, locals),
    emitUnitShare: (f, units, thread) => emitUnitShare(f, units, threads, thread),
    sharedLevel,
    loopStep,
    productStep,
  }
}

/** Starts the threads that share a memory with the one that calls. */
export function startThreads(
  memory: ArenaMemory,
  threads: number,
  features: Features,
): Promise<ThreadPool> {
  return ThreadPool.start(memory, threads, features)
}
