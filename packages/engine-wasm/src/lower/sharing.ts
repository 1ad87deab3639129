/**
 * What the compiler asks where several threads run an entry together. It is given to it, and not imported, so that whoever
 * trains with one thread does not load it.
 */
import type { Callee, FunctionWriter, Local } from '../assembler/function.ts'
import type { ModuleWriter } from '../assembler/module.ts'
import type { RunLocals, UnitShare } from '../emit/shares.ts'
import type { LoopKernel } from './kernels.ts'
import type { ScheduledTask, ScheduleSettings } from './schedule.ts'
import type { Share } from './share.ts'
import type { Multiply, Task } from './tasks.ts'
import type { WaitCounter } from './waits.ts'

export interface Sharing {
  readonly threads: number
  /** Follows an entry's kernels, to tell which of them wait for every row. */
  countWaits(): WaitCounter
  /** Says when tasks run, and how the threads share each. */
  schedule(tasks: readonly Task[], settings: ScheduleSettings): ScheduledTask[]
  /** A function that returns when all threads have called it. */
  defineBarrier(module: ModuleWriter): Callee
  /** Finds this thread's rows. */
  emitRowShare(f: FunctionWriter, locals: Omit<RunLocals, 'finite'>): void
  /** Finds this thread's units, in locals that the caller releases. */
  emitUnitShare(f: FunctionWriter, units: number, thread: Local): UnitShare
  /** The level of a loop's nest that is shared out. */
  sharedLevel(kernel: LoopKernel): number | undefined
  /** Elements that an access moves by for each unit or row of that level. */
  loopStep(kernel: LoopKernel, access: number, share: Share): number | undefined
  /** Elements that an operand of a product moves by for each unit or row. */
  productStep(task: Multiply, operand: 'left' | 'right' | 'out'): number | undefined
}
