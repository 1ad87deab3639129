/** An entry that has been compiled: its module's functions and where its outputs stand. */
import {
  cos,
  type DType,
  type Entry,
  erf,
  exp,
  expm1,
  log,
  log1p,
  type Program,
  pow,
  sigmoid,
  sin,
  sizeAt,
  tanh,
  type Values,
} from '@chainrule/program'
import type { Features } from './assembler/function.ts'
import type { HostFunction } from './emit/elements.ts'
import { type Binding, callsHost, EntryEmitter } from './emit/entry.ts'
import type { LoweredEntry } from './lower/kernels.ts'
import { lowerEntry } from './lower/lower.ts'
import { mergeLoops } from './lower/merge.ts'
import { planTemporaries, type TemporaryPlan } from './lower/plan.ts'
import type { ScheduledTask } from './lower/schedule.ts'
import type { Sharing } from './lower/sharing.ts'
import { specialise } from './lower/specialise.ts'
import { type Owner, type Task, tasksOf } from './lower/tasks.ts'
import { type ArenaMemory, bytesOf } from './memory.ts'
import { wasm } from './webassembly.ts'

/** What all entries of a program share. */
export interface ProgramPlaces {
  readonly memory: ArenaMemory
  readonly states: ReadonlyMap<string, number>
  readonly inputs: ReadonlyMap<string, number>
  readonly bindings: readonly Binding[]
  /** Where several threads run the entries together. */
  readonly sharing: Sharing | undefined
  /** The address of room for an entry's temporaries; entries run one at a time and may all use it. */
  temporaries(bytes: number): number
}

/** What an entry's module exports. Where there are several threads, all call the same function with their numbers. */
export interface EntryFunctions {
  /** Runs once; 0 where the guard is not finite. */
  run(rows: number, thread: number): number
  /** Runs once for every `rows` of `count` indices at `order`; the number of runs done. */
  runInOrder(order: number, count: number, rows: number, thread: number): number
}

export interface CompiledEntry extends EntryFunctions {
  /** The module. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** How many threads run it together. */
  readonly threads: number
  /** Stretches of a run between which threads wait for each other; with one thread, its tasks. */
  readonly phases: number
  readonly temporaryBytes: number
  readonly lowerBound: number
  output(name: string, rows: number): Values
}

const host: Readonly<Record<HostFunction, (...x: never[]) => number>> = {
  exp,
  expm1,
  log,
  log1p,
  tanh,
  sigmoid,
  erf,
  sin,
  cos,
  pow,
}

export interface EntrySettings {
  readonly features: Features
  /** Where several threads run it together. */
  readonly sharing?: Sharing | undefined
  /** For this number of rows only. */
  readonly rows?: number | undefined
  /** Inputs into which rows of data sets may be put. */
  readonly loads: readonly string[]
}

/** All that is decided about an entry before it has a place in memory. */
export interface PreparedEntry {
  readonly lowered: LoweredEntry
  readonly emitter: EntryEmitter
  readonly tasks: readonly ScheduledTask[]
  readonly plan: TemporaryPlan
  readonly threads: number
}

/** Lowers, schedules and plans an entry. Throws `NeedsRows` where that is possible for one number of rows only. */
export function prepareEntry(
  program: Program,
  entry: Entry,
  { features, sharing: wanted, rows, loads }: EntrySettings,
): PreparedEntry {
  const { maxBatch } = program
  const separate = lowerEntry(program, specialise(entry, rows))
  // One thread calls the host; what is computed there is for checks, where time does not count.
  const sharing = callsHost(separate) ? undefined : wanted
  const threads = sharing?.threads ?? 1
  const lowered = mergeLoops(separate, sharing?.countWaits())
  const emitter = new EntryEmitter(lowered, { features, sharing })
  const inOrder = tasksOf(lowered, (product) => emitter.kernelsOf(product), maxBatch)
  const tasks = sharing?.schedule(inOrder, { program, loads }) ?? byOneThread(inOrder)
  const plan = planTemporaries(tasks, lowered.outputs, { maxBatch, threads })
  return { lowered, emitter, tasks, plan, threads }
}

/** One thread does the tasks in their order. */
function byOneThread(tasks: readonly Task[]): ScheduledTask[] {
  return tasks.map((task, time) => ({ task, share: { by: 'thread', thread: 0 }, time }))
}

/** Compiles an entry for any number of rows, or for one. Throws `NeedsRows` where only the latter is possible. */
export function compileEntry(
  program: Program,
  entry: Entry,
  places: ProgramPlaces,
  features: Features,
  rows?: number,
): CompiledEntry {
  const { memory, sharing } = places
  const bindings = places.bindings.filter(({ name }) => readsInput(entry, name))
  const loads = bindings.map(({ name }) => name)
  const prepared = prepareEntry(program, entry, { features, sharing, rows, loads })
  const { lowered, emitter, tasks, plan } = prepared
  const base = places.temporaries(plan.bytes)
  const constants = new Map<Owner, number>()
  const addressOf = (buffer: Owner): number => {
    switch (buffer.kind) {
      case 'temporary':
      case 'scratch':
        return base + needed(plan.offsets.get(buffer), buffer.kind)
      case 'state':
        return needed(places.states.get(buffer.name), buffer.name)
      case 'input':
        return needed(places.inputs.get(buffer.name), buffer.name)
      case 'constant': {
        const known = constants.get(buffer)
        if (known !== undefined) return known
        const address = writeConstant(memory, buffer.dtype, buffer.numbers)
        constants.set(buffer, address)
        return address
      }
    }
  }
  const bytes = emitter.emit(tasks, { of: addressOf }, bindings, memory.type)
  const instance = new wasm.Instance(new wasm.Module(bytes), {
    env: { memory: memory.wasm, ...host },
  })
  const { run, runInOrder } = instance.exports as unknown as EntryFunctions
  return {
    bytes,
    threads: prepared.threads,
    phases: (tasks.at(-1)?.time ?? 0) + 1,
    temporaryBytes: plan.bytes,
    lowerBound: plan.lowerBound,
    run,
    runInOrder,
    output: (name, rows) => {
      const place = needed(lowered.outputs[name], name)
      const length = sizeAt(place.layout.sizes, rows)
      return memory.values(place.dtype, addressOf(place.buffer), length)
    },
  }
}

function needed<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`internal: no place for ${what}`)
  return found
}

function readsInput({ instructions }: Entry, name: string): boolean {
  return instructions.some(
    ({ primitive, attributes }) => primitive === 'input' && attributes.name === name,
  )
}

function writeConstant(memory: ArenaMemory, dtype: DType, numbers: readonly number[]): number {
  const length = numbers.length
  const address = memory.reserve(bytesOf(dtype, Math.max(1, length)))
  const values = memory.values(dtype, address, length)
  values.set(dtype === 'bool' ? numbers.map((x) => (x === 0 ? 0 : 1)) : numbers)
  return address
}
