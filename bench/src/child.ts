/** A peer in a process of its own, and what it is asked. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Launch } from './peer.ts'
import type { Slice } from './workload.ts'

export interface Memory {
  /** The largest resident set of the process, in bytes. */
  readonly peak: number
  /** Bytes that the engine holds for model, batch and data set. */
  readonly planned?: number
  /** Bytes of a training's tensors without the data set: parameters, gradients, moments, and a batch's values on their way. */
  readonly tensors?: number
}

/** A peer did not answer in time: no mistake, only too slow for this run. */
export class TooSlow extends Error {}

type Waiting = { resolve: (value: unknown) => void; reject: (error: Error) => void }

export class PeerProcess {
  readonly #process: ChildProcess
  readonly #answers: Interface
  #said = ''
  #failure: Error | undefined
  #waiting: Waiting | undefined

  /** Starts a peer; our own is told its engine. */
  constructor(launch: Launch, threads: number, engine?: string) {
    const parameters = [String(threads), ...(engine === undefined ? [] : [engine])]
    this.#process = spawn(launch.command, [...launch.parameters, ...parameters], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        OMP_NUM_THREADS: String(threads),
        OPENBLAS_NUM_THREADS: String(threads),
      },
    })
    this.#answers = createInterface({ input: this.#process.stdio[3] as Readable })
    this.#answers.on('line', (line) => this.#hear(line))
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (text) => {
        this.#said = `${this.#said}${text}`.slice(-2000)
      })
    }
    this.#process.on('error', (error) => this.#end(error))
    this.#process.on('close', (code, signal) =>
      this.#end(new Error(`the process ended with ${signal ?? code}: ${lastLine(this.#said)}`)),
    )
    // A child that ends while it is written to is told of by `close`.
    this.#process.stdin?.on('error', () => {})
  }

  /** Whether it can still be asked something. */
  get isUsable(): boolean {
    return this.#failure === undefined && this.#waiting === undefined
  }

  /** Gives it the work of a folder. */
  async open(folder: string, patience: number): Promise<void> {
    await this.#ask(`open ${folder}`, patience)
  }

  first(count: number, patience: number): Promise<readonly number[]> {
    return this.#ask(`first ${count}`, patience) as Promise<readonly number[]>
  }

  run(seconds: number, patience: number): Promise<Slice> {
    return this.#ask(`run ${seconds}`, patience) as Promise<Slice>
  }

  memory(patience: number): Promise<Memory> {
    return this.#ask('memory', patience) as Promise<Memory>
  }

  /** Lets the process end, or ends it if it works on. */
  async close(): Promise<void> {
    if (this.#failure !== undefined) return
    const closed = new Promise((resolve) => this.#process.once('close', resolve))
    this.#process.stdin?.end()
    const timer = setTimeout(
      () => this.#process.kill('SIGKILL'),
      this.#waiting === undefined ? 500 : 0,
    )
    await closed
    clearTimeout(timer)
  }

  #ask(command: string, patience: number): Promise<unknown> {
    this.#process.stdin?.write(`${command}\n`)
    return this.#answer(patience)
  }

  /** The next answer, for which it waits so many seconds. */
  #answer(patience: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure)
      const timer = setTimeout(
        () => reject(new TooSlow(`no answer in ${patience} s`)),
        patience * 1000,
      )
      this.#waiting = {
        resolve: (value) => {
          clearTimeout(timer)
          resolve(value)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      }
    })
  }

  #hear(line: string): void {
    const value = JSON.parse(line) as { error?: string }
    const waiting = this.#waiting
    this.#waiting = undefined
    if (value.error === undefined) waiting?.resolve(value)
    else waiting?.reject(new Error(value.error))
  }

  #end(failure: Error): void {
    this.#failure ??= failure
    this.#waiting?.reject(failure)
    this.#waiting = undefined
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
