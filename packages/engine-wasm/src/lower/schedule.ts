/**
 * When tasks run where there are several threads: they go through phases together, with a barrier after each. In a phase is
 * everything that needs to wait for no other thread, so that there are few.
 */
import type { Program } from '@chainrule/program'
import type { Buffer } from './kernels.ts'
import type { Timed } from './plan.ts'
import { mayFollow, type SharedTask, shareTasks } from './share.ts'
import type { Task } from './tasks.ts'

export type ScheduledTask = Timed

function writesState({ touches }: SharedTask): boolean {
  return touches.some(({ buffer, writes }) => writes && buffer.kind === 'state')
}

/** For each task the earlier ones that it depends on: the order of the others does not matter. */
function dependencies(tasks: readonly SharedTask[]): SharedTask[][] {
  const guards: SharedTask[] = []
  const touching = new Map<Buffer, { readonly task: SharedTask; readonly writes: boolean }[]>()
  return tasks.map((task) => {
    const earlier = new Set(writesState(task) ? guards : [])
    for (const { buffer, writes } of task.touches) {
      for (const other of touching.get(buffer) ?? []) {
        if (writes || other.writes) earlier.add(other.task)
      }
    }
    for (const { buffer, writes } of task.touches) {
      const known = touching.get(buffer)
      if (known === undefined) touching.set(buffer, [{ task, writes }])
      else known.push({ task, writes })
    }
    if (task.task.kind === 'guard') guards.push(task)
    return [...earlier]
  })
}

/**
 * Phases, each as full as can be. `loaded` stands for the batch's rows, which are put into the inputs before the first
 * task of a run.
 */
function inPhases(tasks: readonly SharedTask[], loaded: SharedTask | undefined): ScheduledTask[] {
  const needs = dependencies(tasks)
  const done = new Map<SharedTask, number>()
  const scheduled: ScheduledTask[] = []
  let left = tasks.map((task, at) => ({ task, needs: needs[at] ?? [] }))
  for (let time = 0; left.length > 0; time++) {
    const before = left.length
    left = left.filter(({ task, needs: earlier }) => {
      const ready = earlier.every(
        (other) => done.has(other) && (done.get(other) !== time || mayFollow(other, task)),
      )
      const fits = time > 0 || loaded === undefined || mayFollow(loaded, task)
      if (!ready || !fits) return true
      done.set(task, time)
      scheduled.push({ task: task.task, share: task.share, time })
      return false
    })
    if (left.length === before && time > 0) throw new Error('internal: tasks wait for each other')
  }
  return scheduled
}

export interface ScheduleSettings {
  readonly program: Program
  /** Names of the inputs into which rows of data sets are put. */
  readonly loads: readonly string[]
}

export function schedule(
  tasks: readonly Task[],
  threads: number,
  { program, loads }: ScheduleSettings,
): ScheduledTask[] {
  const shared = shareTasks(tasks, program, threads)
  return inPhases(shared, loadedRows(shared, loads))
}

/** The writing of the inputs as if it were a task, each thread its rows. */
function loadedRows(
  tasks: readonly SharedTask[],
  loads: readonly string[],
): SharedTask | undefined {
  const inputs = new Set(
    tasks.flatMap(({ touches }) =>
      touches.flatMap(({ buffer }) =>
        buffer.kind === 'input' && loads.includes(buffer.name) ? [buffer] : [],
      ),
    ),
  )
  const [first] = tasks
  if (first === undefined || inputs.size === 0) return undefined
  const touches = [...inputs].map(
    (buffer) => ({ buffer, writes: true, extent: { of: 'rows' } }) as const,
  )
  return { task: first.task, share: { by: 'rows' }, touches }
}
