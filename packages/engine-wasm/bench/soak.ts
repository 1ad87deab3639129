/**
 * Ten million steps of a tiny network, and whether memory stays flat: `pnpm soak`.
 *
 * Steps come as in training: chunks of an order that is new each time, with an evaluation in between. Prints a line every
 * million steps; exits with 1 where the memory of the module, the heap or the process grows.
 * Arguments: millions of steps (10), threads (1).
 */
import { parseArgs } from 'node:util'
import { Session, shuffled } from '@chainrule/core'
import { wasmEngine } from '../src/index.ts'
import { type Network, settingsOf, shapedOf } from '../test/support/networks.ts'

const { positionals } = parseArgs({ allowPositionals: true })
const [millions = 10, threads = 1] = positionals.map(Number)

const network: Network = {
  widths: [2, 16, 16, 1],
  activations: ['tanh'],
  loss: 'mse',
  optimizer: 'sgd',
  lr: 0.01,
  maxBatch: 32,
}
const rows = 6400
const megabyte = 2 ** 20
/**
 * What may be more or less from one million steps to the next: of the process half of the collector's young space, 16 MiB,
 * which it takes and gives back. A leak of 4 bytes a step would be above it.
 */
const slack = { heap: 2, process: 16 }

interface Held {
  /** MiB. */
  readonly module: number
  readonly heap: number
  readonly process: number
}

function held(session: Session): Held {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  const module = session.executable.bytes / megabyte
  return { module, heap: heapUsed / megabyte, process: rss / megabyte }
}

const session = await Session.create(
  shapedOf(network),
  settingsOf(network),
  wasmEngine({ threads }),
)
session.initialise(1)
const x = Float32Array.from({ length: 2 * rows }, (_, i) => ((i * 37) % 101) / 50 - 1)
const y = Float32Array.from({ length: rows }, (_, i) => (x[2 * i] ?? 0) * (x[2 * i + 1] ?? 0))
session.bind({ rows, inputs: { x }, targets: { y } })

const all = Int32Array.from({ length: rows }, (_, i) => i)
const began = performance.now()
const seen: Held[] = []
let steps = 0
let loss = Number.NaN
for (let million = 1; million <= millions; million++) {
  for (let epoch = 0; steps < million * 1e6; epoch++) {
    const order = shuffled(all, million, epoch)
    // Chunks of other lengths, the last batch of one smaller than the others.
    const cut = 32 * (1 + (epoch % 150)) + (epoch % 31)
    for (const part of [order.subarray(0, cut), order.subarray(cut)]) {
      const wanted = Math.ceil(part.length / 32)
      if (session.executable.run('step', 32, part) < wanted) throw new Error('not finite')
      steps += wanted
    }
    if (epoch % 500 === 0) ({ loss } = session.evaluate(all))
  }
  const now = held(session)
  seen.push(now)
  const megabytes = Object.entries(now).map(([name, value]) => `${name} ${value.toFixed(2)}`)
  const rate = steps / (performance.now() - began)
  console.log(
    `${million} million steps: MiB: ${megabytes.join(', ')}; ${rate.toFixed(0)} steps/ms, loss ${loss.toPrecision(3)}`,
  )
}

/**
 * The most in the last third beside the most in the third before it: at first the collector is still growing its spaces, and the
 * process goes up and down below its peak. The module's memory is exact.
 */
const third = Math.ceil(seen.length / 3)
const most = (part: readonly Held[], what: keyof Held): number =>
  Math.max(...part.map((held) => held[what]))
const growth = (what: keyof Held): number =>
  most(seen.slice(-third), what) - most(seen.slice(-2 * third, -third), what)
if (seen.length < 6) throw new Error('six million steps are the least that show a trend')
const grown = {
  module: growth('module') > 0,
  heap: growth('heap') > slack.heap,
  process: growth('process') > slack.process,
}
const names = Object.entries(grown).flatMap(([name, grows]) => (grows ? [name] : []))
console.log(names.length === 0 ? 'memory is flat' : `memory grows: ${names.join(', ')}`)
process.exitCode = names.length === 0 ? 0 : 1
