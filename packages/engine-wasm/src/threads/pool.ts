/** The threads of one executable, beside the one that calls it. */
import { engineErrors } from '@chainrule/program'
import type { Features } from '../assembler/function.ts'
import type { EntryFunctions } from '../compiled-entry.ts'
import type { ArenaMemory } from '../memory.ts'
import { wasm } from '../webassembly.ts'
import { commands, control } from './control.ts'
import { type RuntimeFunctions, runtimeModule } from './runtime.ts'
import { type HostWorker, startWorker } from './worker.ts'

/** How long a host may take to start a thread, in milliseconds. */
const startLimit = 10_000

export class ThreadPool {
  readonly #memory: ArenaMemory
  readonly #runtime: RuntimeFunctions
  readonly #workers: HostWorker[] = []
  #lost: string | undefined
  #entries = 0
  #ended = false

  private constructor(memory: ArenaMemory, runtime: RuntimeFunctions) {
    this.#memory = memory
    this.#runtime = runtime
  }

  /** Starts `threads` − 1 threads; throws where one does not begin. */
  static async start(
    memory: ArenaMemory,
    threads: number,
    features: Features,
  ): Promise<ThreadPool> {
    const runtime = runtimeModule(threads, memory.type, features)
    const { exports } = new wasm.Instance(new wasm.Module(runtime), {
      env: { memory: memory.wasm },
    })
    const pool = new ThreadPool(memory, exports as unknown as RuntimeFunctions)
    const numbers = Array.from({ length: threads - 1 }, (_, i) => i + 1)
    try {
      await Promise.all(numbers.map((thread) => pool.#start(thread, runtime)))
    } catch (error) {
      pool.dispose()
      throw error
    }
    return pool
  }

  /** Makes an entry's module known to all threads and gives its number. */
  load(bytes: Uint8Array<ArrayBuffer>): number {
    const entry = this.#entries++
    const address = this.#memory.reserve(bytes.length)
    this.#memory.values('u8', address, bytes.length).set(bytes)
    this.#together(() => {
      this.#command(commands.load, entry, address, bytes.length, 0)
      this.#runtime.join()
    })
    return entry
  }

  /** Runs an entry with all threads; `order` is 0 where the inputs are as they are, else `count` is not 0. */
  run(
    entry: number,
    functions: EntryFunctions,
    order: number,
    count: number,
    rows: number,
  ): number {
    return this.#together(() => {
      this.#command(commands.run, entry, order, count, rows)
      return order === 0 ? functions.run(rows, 0) : functions.runInOrder(order, count, rows, 0)
    })
  }

  dispose(): void {
    this.#ended = true
    for (const worker of this.#workers) worker.terminate()
    this.#workers.length = 0
  }

  #start(thread: number, runtime: Uint8Array<ArrayBuffer>): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => reject(engineErrors.threadLost(thread, reason))
      const timer = setTimeout(() => fail('the host did not start it'), startLimit)
      const settled = (then: () => void) => (): void => {
        clearTimeout(timer)
        then()
      }
      const events = {
        ready: settled(resolve),
        lost: (reason: string) => {
          if (!this.#ended) this.#lost ??= reason
          settled(() => fail(reason))()
        },
      }
      const start = { memory: this.#memory.wasm, runtime, thread }
      this.#workers.push(startWorker(start, events))
    })
  }

  #command(...words: readonly number[]): void {
    this.#memory.values('i32', control.words, words.length).set(words)
    this.#runtime.announce()
  }

  /** What all threads do; where one is lost, the others give up and nothing can be run any more. */
  #together<T>(run: () => T): T {
    if (this.#lost !== undefined) throw engineErrors.threadLost(undefined, this.#lost)
    try {
      return run()
    } catch (error) {
      this.#lost = `it does not answer (${String(error)})`
      this.#memory.values('i32', control.failed, 1)[0] = 1
      this.dispose()
      throw engineErrors.threadLost(undefined, this.#lost)
    }
  }
}
