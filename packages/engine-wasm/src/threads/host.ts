/** What the host has for threads. */

interface NodeThread {
  on(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): void
  terminate(): Promise<unknown>
  unref(): void
}

export interface NodeThreads {
  readonly Worker: new (source: string, options: object) => NodeThread
}

interface NodeProcess {
  readonly versions?: { readonly node?: string }
  getBuiltinModule?(name: 'node:worker_threads'): NodeThreads | undefined
}

interface BrowserThread {
  onmessage: ((event: unknown) => void) | null
  onerror: ((event: { readonly message?: string }) => void) | null
  postMessage(value: unknown): void
  terminate(): void
}

interface Host {
  readonly process?: NodeProcess
  readonly document?: object
  readonly navigator?: { readonly hardwareConcurrency?: number }
  readonly SharedArrayBuffer?: unknown
  readonly crossOriginIsolated?: boolean
  readonly Worker?: new (url: string) => BrowserThread
  readonly Blob?: new (parts: readonly string[], options: { readonly type: string }) => object
  readonly URL?: { createObjectURL(blob: object): string; revokeObjectURL(url: string): void }
}

export const host = globalThis as unknown as Host

/** Asked for when threads are: Node takes milliseconds to make its module, and most trainings have one thread. */
export const nodeThreads = () => host.process?.getBuiltinModule?.('node:worker_threads')

/** How many threads can be at work at the same time. */
export const processors = (): number => host.navigator?.hardwareConcurrency ?? 1

/** Why this host can run one thread only, if so. */
export function threadsMissing(): string | undefined {
  const node = host.process?.versions?.node
  if (host.SharedArrayBuffer === undefined || host.crossOriginIsolated === false) {
    return node === undefined
      ? 'memory is not shared here: a page must be cross-origin isolated (COOP and COEP headers)'
      : 'memory is not shared here: this process has no SharedArrayBuffer'
  }
  if (nodeThreads() !== undefined) return undefined
  if (node !== undefined)
    return `Node ${node} has no process.getBuiltinModule: take 20.16, 22.3 or newer`
  if (host.document !== undefined) return 'a page may not wait for threads: train in a worker'
  if (host.Worker === undefined || host.Blob === undefined || host.URL === undefined) {
    return 'this host starts no workers'
  }
  return undefined
}
