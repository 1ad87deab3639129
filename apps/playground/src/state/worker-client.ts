/** A worker of ours as the page uses it: requests with answers, and what it says of itself. A lost one is made anew. */
import type { Message, Request } from '../worker/protocol.ts'

type Answered = Extract<Message, { readonly id: number }>
type Unnumbered<R> = R extends { readonly id: number } ? Omit<R, 'id'> : never
type Plain = Exclude<Request, { readonly id: number }>

export interface WorkerEvents {
  readonly onMessage: (message: Message) => void
  /** The worker ended without being asked to; another is there already. */
  readonly onLost: (reason: string) => void
}

export class WorkerClient {
  #worker: Worker
  readonly #events: WorkerEvents
  #next = 1
  readonly #waiting = new Map<number, (message: Answered | undefined) => void>()

  constructor(events: WorkerEvents) {
    this.#events = events
    this.#worker = this.#start()
  }

  #start(): Worker {
    const worker = new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module' })
    worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (worker !== this.#worker) return
      if ('id' in data && data.id !== undefined) this.#settle(data.id, data as Answered)
      this.#events.onMessage(data)
    })
    worker.addEventListener('error', (event) => {
      event.preventDefault()
      if (worker === this.#worker) this.#lose(event.message || 'the worker ended')
    })
    return worker
  }

  #settle(id: number, message: Answered | undefined): void {
    this.#waiting.get(id)?.(message)
    this.#waiting.delete(id)
  }

  #lose(reason: string): void {
    this.#worker.terminate()
    this.#worker = this.#start()
    for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined)
    this.#events.onLost(reason)
  }

  /** Ends the worker as if it were lost. */
  replace(reason: string): void {
    this.#lose(reason)
  }

  tell(request: Plain): void {
    this.#worker.postMessage(request)
  }

  /** The answer; `undefined` where the worker was lost meanwhile. */
  ask(request: Unnumbered<Request>): Promise<Answered | undefined> {
    const id = this.#next++
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#worker.postMessage({ ...request, id })
    })
  }
}
