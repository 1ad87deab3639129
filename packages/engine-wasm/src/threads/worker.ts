/** A worker of the host, whichever the host is. */
import { browserWorker, nodeWorker, type WorkerStart } from './worker-source.ts'

export interface HostWorker {
  /** Ends it, wherever it is. */
  terminate(): void
}

export interface WorkerEvents {
  readonly ready: () => void
  /** It has ended although nobody asked it to, or could not begin. */
  readonly lost: (reason: string) => void
}

interface NodeThread {
  on(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): void
  terminate(): Promise<unknown>
  unref(): void
}

interface NodeThreads {
  readonly Worker: new (source: string, options: object) => NodeThread
}

interface NodeProcess {
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
  readonly SharedArrayBuffer?: unknown
  readonly crossOriginIsolated?: boolean
  readonly Worker?: new (url: string) => BrowserThread
  readonly Blob?: new (parts: readonly string[], options: { readonly type: string }) => object
  readonly URL?: { createObjectURL(blob: object): string; revokeObjectURL(url: string): void }
}

const host = globalThis as unknown as Host

/** Asked for when threads are: Node takes milliseconds to make its module, and most trainings have one thread. */
const nodeThreads = () => host.process?.getBuiltinModule?.('node:worker_threads')

/** Why this host can run one thread only, if so. */
export function threadsMissing(): string | undefined {
  if (host.SharedArrayBuffer === undefined || host.crossOriginIsolated === false) {
    return 'memory is not shared here: a page must be cross-origin isolated (COOP and COEP headers)'
  }
  if (nodeThreads() !== undefined) return undefined
  if (host.document !== undefined) return 'a page may not wait for threads: train in a worker'
  if (host.Worker === undefined || host.Blob === undefined || host.URL === undefined) {
    return 'this host starts no workers'
  }
  return undefined
}

export function startWorker(start: WorkerStart, events: WorkerEvents): HostWorker {
  const { Worker } = nodeThreads() ?? {}
  return Worker === undefined ? startInBrowser(start, events) : startInNode(Worker, start, events)
}

function startInNode(
  Worker: NodeThreads['Worker'],
  start: WorkerStart,
  { ready, lost }: WorkerEvents,
): HostWorker {
  const thread = new Worker(nodeWorker, { eval: true, workerData: start })
  thread.on('message', ready)
  thread.on('error', (error) => lost(String(error)))
  thread.on('exit', () => lost('it has ended'))
  // A thread that waits for work keeps no process alive.
  thread.unref()
  return { terminate: () => void thread.terminate() }
}

function startInBrowser(start: WorkerStart, { ready, lost }: WorkerEvents): HostWorker {
  const { Worker, Blob, URL } = host
  if (Worker === undefined || Blob === undefined || URL === undefined) {
    throw new Error('internal: no workers in this host')
  }
  const url = URL.createObjectURL(new Blob([browserWorker], { type: 'text/javascript' }))
  const worker = new Worker(url)
  worker.onmessage = () => {
    URL.revokeObjectURL(url)
    ready()
  }
  worker.onerror = ({ message }) => lost(message ?? 'it could not begin')
  worker.postMessage(start)
  return { terminate: () => worker.terminate() }
}
