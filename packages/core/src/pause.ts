/** Lets timers, signals and messages in between two chunks of work. */

interface Host {
  readonly setImmediate?: (callback: () => void) => unknown
  readonly setTimeout: (callback: () => void, milliseconds: number) => unknown
}

export function pause(): Promise<void> {
  const host = globalThis as unknown as Host
  return new Promise((resolve) => {
    if (host.setImmediate === undefined) host.setTimeout(resolve, 0)
    else host.setImmediate(resolve)
  })
}
