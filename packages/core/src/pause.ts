/** Lets timers, signals and messages in while long work goes on. */

interface Port {
  onmessage: (() => void) | null
  postMessage(message: unknown): void
  close(): void
}

interface Host {
  readonly setImmediate?: (callback: () => void) => unknown
  readonly MessageChannel?: new () => { readonly port1: Port; readonly port2: Port }
  readonly setTimeout: (callback: () => void, milliseconds: number) => unknown
}

/** Milliseconds of work after which others are let in: a whole chunk of steps, or several epochs of a small data set. */
const breath = 8

/** The pauses of one piece of work. */
export class Pauses {
  #last = performance.now()

  /** Pauses if the last pause is long enough ago. */
  async ifDue(): Promise<void> {
    if (performance.now() - this.#last < breath) return
    await nextTask()
    this.#last = performance.now()
  }
}

/** A message to itself, because browsers make a timer of 0 wait 4 ms. */
function nextTask(): Promise<void> {
  const host = globalThis as unknown as Host
  return new Promise((resolve) => {
    if (host.setImmediate !== undefined) host.setImmediate(resolve)
    else if (host.MessageChannel === undefined) host.setTimeout(resolve, 0)
    else {
      const { port1, port2 } = new host.MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      port2.postMessage(undefined)
    }
  })
}
