/** Where temporaries stand: none is written over while it is needed, and little room is left between them. */
import { optimise, type Program } from '@chainrule/program'
import { programSeeds, randomProgram } from '@chainrule/program/testing/random-program'
import { describe, expect, it } from 'vitest'
import { aligned } from '../src/alignment.ts'
import { type PreparedEntry, prepareEntry } from '../src/compiled-entry.ts'
import { NeedsRows } from '../src/layout.ts'
import type { Place } from '../src/lower/kernels.ts'
import { bufferBytes } from '../src/lower/plan.ts'
import { type Owner, type Task, touchedBy } from '../src/lower/tasks.ts'
import { sharingOf } from '../src/threads/together.ts'
import { mnist, programOf, wide } from './support/networks.ts'

/** What a task touches that has a place in the plan. */
function owners(task: Task): { reads: Owner[]; writes: Owner[] } {
  const { reads, writes } = touchedBy(task)
  const planned = (places: typeof reads): Owner[] =>
    places.flatMap(({ buffer }) => (buffer.kind === 'temporary' ? [buffer] : []))
  const scratch = task.kind === 'multiply' && task.scratch !== undefined ? [task.scratch] : []
  return { reads: planned(reads), writes: [...planned(writes), ...scratch] }
}

function bytesOf(owner: Owner, maxBatch: number, threads: number): number {
  if (owner.kind === 'scratch') return owner.bytesPerThread * threads
  if (owner.kind !== 'temporary') return 0
  return bufferBytes(owner.dtype, owner.sizes, maxBatch)
}

/** The tasks that run at the same time, in the order of time. */
function phases({ tasks }: PreparedEntry): Task[][] {
  const all = new Map<number, Task[]>()
  for (const { task, time } of tasks) all.set(time, [...(all.get(time) ?? []), task])
  return [...all.values()]
}

/**
 * Whether `heir` may stand where `owner` does: of this phase's tasks one alone touches the owner, a loop that each thread
 * does its part of, and reads of it what it writes of the heir.
 */
function succeeds(heir: Owner, owner: Owner, { tasks }: PreparedEntry, phase: Task[]): boolean {
  const touching = phase.filter((task) => {
    const { reads, writes } = owners(task)
    return [...reads, ...writes].includes(owner)
  })
  const [task] = touching
  const isShared = tasks.some((each) => each.task === task && each.share.by === 'everyone')
  if (touching.length !== 1 || task?.kind !== 'kernel' || isShared) return false
  if (task.kernel.kind !== 'loop') return false
  const { reads, writes } = touchedBy(task)
  const form = ({ layout: { offset, strides } }: Place): string => JSON.stringify([offset, strides])
  const read = new Set(reads.filter(({ buffer }) => buffer === owner).map(form))
  const written = writes.filter(({ buffer }) => buffer === heir).map(form)
  return (
    read.size === 1 &&
    written.length === 1 &&
    read.has(written[0] ?? '') &&
    ![...reads.filter(({ buffer }) => buffer === heir)].length &&
    !writes.some(({ buffer }) => buffer === owner)
  )
}

/**
 * Follows what each byte belongs to: whoever writes takes the bytes, and whoever reads must still have them. Within a phase
 * threads are at different tasks, so no two owners may share a byte, unless one takes the other's place element by element.
 */
function overwritten(prepared: PreparedEntry, maxBatch: number): string[] {
  const { plan, lowered, threads } = prepared
  const range = (owner: Owner): { from: number; to: number } => {
    const from = plan.offsets.get(owner) ?? Number.NaN
    return { from, to: from + bytesOf(owner, maxBatch, threads) }
  }
  const overlap = (a: Owner, b: Owner): boolean => {
    const [x, y] = [range(a), range(b)]
    return a !== b && x.from < y.to && y.from < x.to
  }
  const problems: string[] = []
  let intact = new Set<Owner>()
  const read = (owner: Owner, where: string): void => {
    if (!intact.has(owner)) problems.push(`${where}: what is read has been written over`)
    if (!(range(owner).to <= plan.bytes)) problems.push(`${where}: outside of the plan`)
  }
  phases(prepared).forEach((tasks, phase) => {
    const touched = tasks.map(owners)
    const all = [...new Set(touched.flatMap(({ reads, writes }) => [...reads, ...writes]))]
    const isSuccession = (a: Owner, b: Owner): boolean =>
      range(a).from === range(b).from &&
      (succeeds(a, b, prepared, tasks) || succeeds(b, a, prepared, tasks))
    all.forEach((owner, i) => {
      if (all.slice(i + 1).some((other) => overlap(owner, other) && !isSuccession(owner, other))) {
        problems.push(`phase ${phase}: two that are used at the same time share bytes`)
      }
    })
    for (const { reads, writes } of touched) {
      // What a task both reads and writes, or writes in parts, is there already.
      for (const owner of reads) read(owner, `phase ${phase}`)
      for (const owner of writes) {
        intact = new Set([...intact].filter((other) => !overlap(owner, other)))
        intact.add(owner)
      }
    }
  })
  for (const { buffer } of Object.values(lowered.outputs)) {
    if (buffer.kind === 'temporary') read(buffer, 'after the run')
  }
  return problems
}

/** The most bytes that are needed at one time, of those that are `counted`. */
function mostNeeded(
  prepared: PreparedEntry,
  maxBatch: number,
  counted: (owner: Owner) => boolean,
): number {
  const all = phases(prepared)
  const first = new Map<Owner, number>()
  const last = new Map<Owner, number>()
  all.forEach((tasks, phase) => {
    for (const { reads, writes } of tasks.map(owners)) {
      for (const owner of [...reads, ...writes]) {
        if (!first.has(owner)) first.set(owner, phase)
        last.set(owner, phase)
      }
    }
  })
  for (const { buffer } of Object.values(prepared.lowered.outputs)) last.set(buffer, all.length)
  const sums = all.map((_, phase) =>
    [...first].reduce((sum, [owner, begin]) => {
      const needed = counted(owner) && begin <= phase && phase <= (last.get(owner) ?? -1)
      return needed ? sum + aligned(bytesOf(owner, maxBatch, prepared.threads)) : sum
    }, 0),
  )
  return Math.max(0, ...sums)
}

function prepared(
  program: Program,
  entry: string,
  threads: number,
  rows?: number,
): PreparedEntry | undefined {
  const instructions = program.entries[entry]
  if (instructions === undefined) throw new Error(`no entry ${entry}`)
  const loads = Object.keys(program.inputs)
  const sharing = threads > 1 ? sharingOf(threads) : undefined
  const settings = { features: { relaxed: true }, sharing, rows, loads }
  try {
    return prepareEntry(program, instructions, settings)
  } catch (error) {
    if (error instanceof NeedsRows) return undefined
    throw error
  }
}

/** With one output in twelve, so that most values are free to go before the end. */
function withFewOutputs(program: Program): Program {
  const { main } = program.entries
  if (main === undefined) throw new Error('no entry main')
  const outputs = Object.fromEntries(Object.entries(main.outputs).filter((_, i) => i % 12 === 0))
  return optimise({ ...program, entries: { ...program.entries, main: { ...main, outputs } } })
}

describe('temporaries', () => {
  it.each([1, 2, 7])(
    'of random programs keep their bytes while they are needed, %i threads',
    (threads) => {
      for (const seed of programSeeds(15)) {
        const program = randomProgram(seed, { maxBatch: 5, extra: 40 })
        for (const each of [program, withFewOutputs(program)]) {
          for (const [entry, rows] of [['main'], ['main', 1], ['main', 5], ['advance']] as const) {
            const plan = prepared(each, entry, threads, rows)
            if (plan === undefined) continue
            expect(overwritten(plan, 5), `seed ${seed}, ${entry}, rows ${rows}`).toEqual([])
          }
        }
      }
    },
  )

  const networks = { 'the 784-128-10 network': mnist, 'three layers of 1024': wide }
  it.each(
    Object.entries(networks).flatMap(([name, network]) =>
      [1, 2, 4].map((threads) => [name, threads, network] as const),
    ),
  )(
    'of a step of %s take hardly more than must be there at one time, %i threads',
    (_, threads, network) => {
      const program = programOf(network)
      const { maxBatch } = program
      const step = prepared(program, 'step', threads)
      if (step === undefined) throw new Error('a step for one number of rows only')
      expect(overwritten(step, maxBatch)).toEqual([])
      const bound = mostNeeded(step, maxBatch, () => true)
      expect(step.plan.lowerBound).toBe(bound)
      expect(step.plan.bytes).toBeGreaterThanOrEqual(bound)
      expect(step.plan.bytes).toBeLessThanOrEqual(1.1 * bound)
    },
  )

  it('of one thread are the activations and gradients, and one packed operand at a time', () => {
    const step = prepared(programOf(wide), 'step', 1)
    if (step === undefined) throw new Error('a step for one number of rows only')
    const packed = new Set(
      step.tasks.flatMap(({ task }): Owner[] => {
        if (task.kind === 'pack') return [task.packed.buffer]
        return task.kind === 'multiply' && task.scratch !== undefined ? [task.scratch] : []
      }),
    )
    const own = mostNeeded(step, wide.maxBatch, (owner) => packed.has(owner))
    const values = mostNeeded(step, wide.maxBatch, (owner) => !packed.has(owner))
    expect(own).toBe(4 * 1024 * 1024)
    expect(step.plan.bytes - own).toBeLessThanOrEqual(1.1 * values)
  })
})

describe('the threads of a step of a chain of dense layers', () => {
  it.each([2, 3, 7])('wait for each other three times, %i threads', (threads) => {
    for (const layers of [2, 3, 20]) {
      const hidden = { widths: Array(layers).fill(64), activations: Array(layers).fill('relu') }
      const program = programOf({
        ...mnist,
        widths: [784, ...hidden.widths, 10],
        activations: hidden.activations,
      })
      const step = prepared(program, 'step', threads)
      if (step === undefined) throw new Error('a step for one number of rows only')
      // The weights are packed; each thread takes its rows forward and back; each updates its part of the weights.
      expect(phases(step), `${layers} layers`).toHaveLength(3)
    }
  })
})
