/** A compiled program on one linear memory: entries become modules as they are first asked for. */
import {
  countsRows,
  type Entry,
  type Executable,
  engineErrors,
  type Program,
  requireDataRows,
  requireKnown,
  requireOrder,
  requireRows,
  sizeAt,
  type TensorType,
  type Values,
} from '@chainrule/program'
import type { Features } from './assembler/function.ts'
import { type CompiledEntry, compileEntry } from './compiled-entry.ts'
import type { Binding } from './emit/entry.ts'
import { NeedsRows } from './layout.ts'
import { bufferBytes } from './lower/plan.ts'
import type { Sharing } from './lower/sharing.ts'
import { ArenaMemory, bytesOf } from './memory.ts'
import { probeEntry, type Visit } from './probe.ts'
import type { ThreadPool } from './threads/pool.ts'

/** Where a data set stands. */
interface DataSet {
  readonly address: number
  readonly room: number
  readonly rows: number
}

/** A compiled entry, and its number among those that the other threads know. */
interface Compiled extends CompiledEntry {
  readonly number: number | undefined
}

interface Runner {
  readonly entry: Entry
  /** For any number of rows. */
  general: Compiled | undefined
  /** Whether it can be compiled for one number of rows only. */
  needsRows: boolean
  /** For one number of rows. */
  readonly special: Map<number, Compiled>
  last: { readonly compiled: Compiled; readonly rows: number } | undefined
}

/** So many indices of an order are put into the memory at a time, or one batch where that has more. */
const orderPiece = 16_384

/** Ends the threads of executables that are collected without having been disposed of: nothing else would. */
const abandoned = new FinalizationRegistry<ThreadPool>((pool) => pool.dispose())

export class WasmExecutable implements Executable {
  readonly program: Program
  readonly #features: Features
  readonly #sharing: Sharing | undefined
  #pool: ThreadPool | undefined
  #memory: ArenaMemory | undefined
  readonly #states = new Map<string, number>()
  readonly #inputs = new Map<string, number>()
  readonly #bindings: Binding[]
  readonly #data = new Map<string, DataSet>()
  readonly #runners: ReadonlyMap<string, Runner>
  #orderAddress: number | undefined
  #temporaries: { readonly address: number; readonly bytes: number } | undefined

  private constructor(program: Program, features: Features, sharing?: Sharing) {
    const memory = new ArenaMemory(sharing !== undefined)
    this.program = program
    this.#features = features
    this.#sharing = sharing
    this.#memory = memory
    const reserve = ({ dtype, shape }: TensorType): number =>
      memory.reserve(bufferBytes(dtype, shape, program.maxBatch))
    for (const [name, { type }] of Object.entries(program.state)) {
      this.#states.set(name, reserve(type))
    }
    for (const [name, type] of Object.entries(program.inputs)) {
      this.#inputs.set(name, reserve(type))
    }
    this.#bindings = Object.entries(program.inputs)
      .filter(([, type]) => countsRows(type))
      .map(([name, type]) => {
        const input = this.#inputs.get(name) ?? 0
        return { name, type, input, slot: memory.reserve(8) }
      })
    this.#runners = new Map(
      Object.entries(program.entries).map(([name, entry]) => [
        name,
        { entry, general: undefined, needsRows: false, special: new Map(), last: undefined },
      ]),
    )
  }

  /** A program that one thread runs. */
  static alone(program: Program, features: Features): WasmExecutable {
    return new WasmExecutable(program, features)
  }

  /** A program that several threads run together. */
  static async shared(
    program: Program,
    features: Features,
    threads: number,
  ): Promise<WasmExecutable> {
    const { sharingOf, startThreads } = await import('./threads/together.ts')
    const executable = new WasmExecutable(program, features, sharingOf(threads))
    const pool = await startThreads(executable.#alive(), threads, features)
    executable.#pool = pool
    abandoned.register(executable, pool, pool)
    return executable
  }

  get bytes(): number {
    return this.#memory?.bytes ?? 0
  }

  state(name: string): Values {
    this.#alive()
    const type = requireKnown('state', name, this.program.state[name], this.program.state).type
    return this.#values(type, this.#states.get(name) ?? 0)
  }

  input(name: string): Values {
    this.#alive()
    const type = requireKnown('input', name, this.program.inputs[name], this.program.inputs)
    return this.#values(type, this.#inputs.get(name) ?? 0)
  }

  output(entry: string, name: string): Values {
    const { entry: declared, last } = this.#runner(entry)
    requireKnown('output', name, declared.outputs[name], declared.outputs)
    if (last === undefined) throw engineErrors.outputBeforeRun(entry, name)
    return last.compiled.output(name, last.rows)
  }

  /** Copies `values` into the module's memory, in the place of what was bound before if it fits there. */
  bind(input: string, values: Values, step?: number): void {
    const memory = this.#alive()
    const type = requireKnown('input', input, this.program.inputs[input], this.program.inputs)
    const target = this.input(input)
    const data = requireDataRows(input, type, target, values, step)
    const { length } = values
    const bytes = bytesOf(type.dtype, length)
    // An array of this memory would be detached when the memory grows.
    const kept = values.buffer === target.buffer ? values.slice() : values
    const old = this.#data.get(input)
    const fits = old !== undefined && old.room >= bytes
    // A place that was outgrown is left behind: twice the room each time, while there is plenty, keeps all of them together
    // below the last.
    const doubled = Math.min(2 * (old?.room ?? 0), Math.floor(memory.left / 2))
    const room = fits ? old.room : Math.max(bytes, doubled, 1)
    const address = fits ? old.address : memory.reserve(room)
    this.#data.set(input, { address, room, rows: data.rows })
    memory.values(type.dtype, address, length).set(kept)
    const slot = this.#bindings.find(({ name }) => name === input)?.slot ?? 0
    memory.values('i32', slot, 2).set([address, bytesOf(type.dtype, data.step)])
  }

  run(entry: string, rows: number, order?: Int32Array): number {
    const runner = this.#runner(entry)
    requireRows(rows, order === undefined ? 0 : 1, this.program.maxBatch)
    if (order !== undefined) {
      requireOrder(
        order,
        Array.from(this.#data, ([name, { rows }]) => ({ name, rows })),
      )
      return this.#runInOrder(runner, rows, order)
    }
    const compiled = this.#compiled(runner, rows)
    runner.last = { compiled, rows }
    return this.#start(compiled, 0, 0, rows)
  }

  prepare(entry: string, rows: number): void {
    requireRows(rows, 0, this.program.maxBatch)
    this.#compiled(this.#runner(entry), rows)
    this.#orderRoom()
  }

  probe(entry: string, rows: number, visit: Visit): void {
    requireRows(rows, 0, this.program.maxBatch)
    const runner = this.#runner(entry)
    probeEntry(runner.entry, visit, (probed) => {
      const compiled = this.#compile(probed, rows)
      this.#start(compiled, 0, 0, rows)
      return (name) => compiled.output(name, rows)
    })
  }

  dispose(): void {
    if (this.#pool !== undefined) abandoned.unregister(this.#pool)
    this.#pool?.dispose()
    this.#memory = undefined
    this.#data.clear()
    for (const runner of this.#runners.values()) {
      runner.general = undefined
      runner.special.clear()
      runner.last = undefined
    }
  }

  // Runs

  /** Batches of `rows`, then what is left. */
  #runInOrder(runner: Runner, rows: number, order: Int32Array): number {
    const whole = order.length - (order.length % rows)
    const runs = this.#runBatches(runner, rows, order.subarray(0, whole))
    if (whole === order.length || runs < whole / rows) return runs
    return runs + this.#runBatches(runner, order.length - whole, order.subarray(whole))
  }

  #runBatches(runner: Runner, rows: number, order: Int32Array): number {
    if (order.length === 0) return 0
    const compiled = this.#compiled(runner, rows)
    const { address, room } = this.#orderRoom()
    runner.last = { compiled, rows }
    const piece = room - (room % rows)
    let runs = 0
    for (let start = 0; start < order.length; start += piece) {
      const part = order.subarray(start, start + piece)
      this.#alive().values('i32', address, part.length).set(part)
      const done = this.#start(compiled, address, part.length, rows)
      runs += done
      if (done < part.length / rows) break
    }
    return runs
  }

  /** Where indices of an order are put, and how many. */
  #orderRoom(): { readonly address: number; readonly room: number } {
    const room = Math.max(this.program.maxBatch, orderPiece)
    this.#orderAddress ??= this.#alive().reserve(bytesOf('i32', room))
    return { address: this.#orderAddress, room }
  }

  /** Runs with all threads, or alone. */
  #start(compiled: Compiled, order: number, count: number, rows: number): number {
    if (this.#pool !== undefined && compiled.number !== undefined) {
      return this.#pool.run(compiled.number, compiled, order, count, rows)
    }
    return order === 0 ? compiled.run(rows, 0) : compiled.runInOrder(order, count, rows, 0)
  }

  // Compiling

  /** For a single row there is a module of its own, in which matrices are vectors. */
  #compiled(runner: Runner, rows: number): Compiled {
    if (rows > 1 && !runner.needsRows) {
      try {
        runner.general ??= this.#compile(runner.entry)
        return runner.general
      } catch (error) {
        if (!(error instanceof NeedsRows)) throw error
        runner.needsRows = true
      }
    }
    let compiled = runner.special.get(rows)
    if (compiled === undefined) {
      compiled = this.#compile(runner.entry, rows)
      runner.special.set(rows, compiled)
    }
    return compiled
  }

  #compile(entry: Entry, rows?: number): Compiled {
    const places = {
      memory: this.#alive(),
      states: this.#states,
      inputs: this.#inputs,
      bindings: this.#bindings,
      sharing: this.#sharing,
      temporaries: (bytes: number) => this.#temporaryRoom(bytes),
    }
    const compiled = compileEntry(this.program, entry, places, this.#features, rows)
    const number = compiled.threads > 1 ? this.#pool?.load(compiled.bytes) : undefined
    return { ...compiled, number }
  }

  #temporaryRoom(bytes: number): number {
    if (this.#temporaries === undefined || this.#temporaries.bytes < bytes) {
      this.#temporaries = { address: this.#alive().reserve(bytes), bytes }
    }
    return this.#temporaries.address
  }

  // Names

  #values({ dtype, shape }: TensorType, address: number): Values {
    return this.#alive().values(dtype, address, sizeAt(shape, this.program.maxBatch))
  }

  #runner(entry: string): Runner {
    this.#alive()
    return requireKnown('entry', entry, this.#runners.get(entry), this.program.entries)
  }

  #alive(): ArenaMemory {
    if (this.#memory === undefined) throw engineErrors.disposed()
    return this.#memory
  }
}
