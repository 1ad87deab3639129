/**
 * What a thread runs, as text: a worker made from text needs no file beside the package, in Node, in a browser or in a
 * bundle. It never returns to its event loop; it waits for commands in shared memory.
 */
import { commands, control } from './control.ts'

export interface WorkerStart {
  readonly memory: unknown
  readonly runtime: Uint8Array<ArrayBuffer>
  readonly thread: number
}

const body = `
function work({ memory, runtime, thread }, ready) {
  const instantiate = (bytes) =>
    new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports
  const { awaitCommand, join } = instantiate(runtime)
  const entries = []
  let seen = 0
  ready()
  for (;;) {
    try {
      seen = awaitCommand(seen)
      const [command, entry, address, count, rows] = new Int32Array(memory.buffer, ${control.words}, 5)
      if (command === ${commands.load}) {
        entries[entry] = instantiate(new Uint8Array(memory.buffer).slice(address, address + count))
        join()
      } else if (address === 0) entries[entry].run(rows, thread)
      else entries[entry].runInOrder(address, count, rows, thread)
    } catch (error) {
      Atomics.store(new Int32Array(memory.buffer), ${control.failed / 4}, 1)
      throw error
    }
  }
}`

/** For Node: its worker's data is there at once. */
export const nodeWorker = `${body}
const { parentPort, workerData } = require('node:worker_threads')
work(workerData, () => parentPort.postMessage('ready'))`

/** For a browser: the first message brings the data. */
export const browserWorker = `${body}
onmessage = ({ data }) => work(data, () => postMessage('ready'))`
