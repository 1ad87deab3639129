/** A worker of the host, whichever the host is. */
import { host, type NodeThreads, nodeThreads } from './host.ts'
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
