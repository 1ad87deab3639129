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
import { type Binding, EntryEmitter } from './emit/entry.ts'
import type { Buffer, Kernel } from './lower/kernels.ts'
import { lowerEntry } from './lower/lower.ts'
import { planTemporaries } from './lower/plan.ts'
import { specialise } from './lower/specialise.ts'
import type { ArenaMemory } from './memory.ts'
import { wasm } from './webassembly.ts'

/** What all entries of a program share. */
export interface ProgramPlaces {
  readonly memory: ArenaMemory
  readonly states: ReadonlyMap<string, number>
  readonly inputs: ReadonlyMap<string, number>
  readonly bindings: readonly Binding[]
  /** The address of room for an entry's temporaries; entries run one at a time and may all use it. */
  temporaries(bytes: number): number
}

export interface CompiledEntry {
  readonly moduleBytes: number
  readonly temporaryBytes: number
  readonly lowerBound: number
  /** Runs once; 0 where the guard is not finite. */
  run(rows: number): number
  /** Runs once for every `rows` of `count` indices at `order`; the number of runs done. */
  runInOrder(order: number, count: number, rows: number): number
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

/** Compiles an entry for any number of rows, or for one. Throws `NeedsRows` where only the latter is possible. */
export function compileEntry(
  program: Program,
  entry: Entry,
  places: ProgramPlaces,
  features: Features,
  rows?: number,
): CompiledEntry {
  const { memory } = places
  const lowered = lowerEntry(program, specialise(entry, rows))
  const emitter = new EntryEmitter(lowered, program.maxBatch, features)
  const scratchBytes = (kernel: Kernel): number => emitter.scratchBytes(kernel)
  const plan = planTemporaries(lowered, program.maxBatch, scratchBytes)
  const base = places.temporaries(plan.bytes)
  const constants = new Map<Buffer, number>()
  const addressOf = (buffer: Buffer): number => {
    switch (buffer.kind) {
      case 'temporary':
        return base + needed(plan.offsets.get(buffer), 'temporary')
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
  const bindings = places.bindings.filter(({ name }) => readsInput(entry, name))
  const addresses = {
    of: addressOf,
    scratch: (kernel: Kernel) => base + needed(plan.offsets.get(kernel), 'scratch'),
    bindings,
  }
  const { minimum, maximum } = memory
  const bytes = emitter.emit(addresses, { minimum, maximum, shared: false })
  const instance = new wasm.Instance(new wasm.Module(bytes), {
    env: { memory: memory.wasm, ...host },
  })
  const { run, runInOrder } = instance.exports as unknown as Pick<
    CompiledEntry,
    'run' | 'runInOrder'
  >
  return {
    moduleBytes: bytes.length,
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
  const address = memory.reserve(Math.max(1, length) * 8)
  const values = memory.values(dtype, address, length)
  values.set(dtype === 'bool' ? numbers.map((x) => (x === 0 ? 0 : 1)) : numbers)
  return address
}
