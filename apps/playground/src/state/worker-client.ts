/** A worker of ours as the page uses it: requests with answers, and what it says of itself. A lost one is made anew. */
import type { Message, Request } from '../worker/protocol.ts'

export type Answered = Extract<Message, { readonly id: number }>
type Failed = Extract<Message, { readonly type: 'failed' }>
type Unnumbered<R> = R extends { readonly id: number } ? Omit<R, 'id'> : never
type Plain = Exclude<Request, { readonly id: number }>

export interface WorkerEvents {
  /** It is taken for lost where it says nothing for so long, in ms. */
  readonly patience: () => number
  /** What no request asked for. */
  readonly onMessage: (message: Message) => void
  /** The worker ended without being asked to; another is there already. */
  readonly onLost: (reason: string) => void
}

/** Between two questions whether it still answers, in ms. */
const beat = 5000

/** Made so far by this page. */
let workers = 0

export class WorkerClient {
  #worker: Worker
  readonly #events: WorkerEvents
  #next = 1
  #heard = performance.now()
  readonly #waiting = new Map<number, (message: Answered | Failed | undefined) => void>()

  constructor(events: WorkerEvents) {
    this.#events = events
    this.#worker = this.#start()
    setInterval(() => this.#listen(), beat)
  }

  #start(): Worker {
    const name = `chainrule ${performance.timeOrigin} ${workers++}`
    const worker = new Worker(new URL('../worker/worker.ts', import.meta.url), {
      type: 'module',
      name,
    })
    this.#heard = performance.now()
    worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (worker !== this.#worker) return
      this.#heard = performance.now()
      // It holds the lock of its name now; when that is to be had, it is gone.
      if (data.type === 'ready')
        void navigator.locks?.request(name, () => {
          if (worker === this.#worker) this.#lose('its worker was ended')
        })
      if ('id' in data && data.id !== undefined) this.#settle(data.id, data as Answered | Failed)
      else this.#events.onMessage(data)
    })
    worker.addEventListener('error', (event) => {
      event.preventDefault()
      if (worker === this.#worker) this.#lose(event.message || 'its worker ended')
    })
    return worker
  }

  /** A worker may be there and no longer answer. */
  #listen(): void {
    // A page in the background is slowed down, and with it what it hears.
    if (document.hidden) this.#heard = performance.now()
    if (performance.now() - this.#heard > this.#events.patience())
      this.#lose('its worker no longer answered')
    this.#worker.postMessage({ type: 'ping', id: 0 } satisfies Request)
  }

  #settle(id: number, message: Answered | Failed | undefined): void {
    this.#waiting.get(id)?.(message)
    this.#waiting.delete(id)
  }

  #lose(reason: string): void {
    this.#worker.terminate()
    this.#worker = this.#start()
    for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined)
    this.#events.onLost(reason)
  }

  tell(request: Plain): void {
    this.#worker.postMessage(request)
  }

  /** The answer, or how it failed; `undefined` where the worker was lost meanwhile. */
  ask(request: Unnumbered<Request>): Promise<Answered | Failed | undefined> {
    const id = this.#next++
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#worker.postMessage({ ...request, id })
    })
  }
}
