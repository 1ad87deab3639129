/** The bits of a trained network: what portable numerics promise to be the same everywhere. Runs in browsers too. */
import { activations } from '@chainrule/activations'
import { Session } from '@chainrule/core'
import { wasmEngine } from '../../src/index.ts'
import { type Network, settingsOf, shapedOf } from './networks.ts'

/** Every activation, widths that are no multiple of a vector, and a batch whose last is smaller. */
const network: Network = {
  widths: [5, ...activations.map((_, i) => 6 + ((i * 5) % 8)), 3],
  activations: activations.map(({ name }) => name),
  loss: 'cross-entropy',
  optimizer: 'adam',
  lr: 0.01,
  maxBatch: 32,
}

const rows = 100
const epochs = 80

/** Fractions that are exact in float32, and no two rows alike. */
function data() {
  const number = (i: number): number => (((i * 2_654_435_761) >>> 5) % 4096) / 1024 - 2
  const x = Float32Array.from({ length: rows * 5 }, (_, i) => number(i + 1))
  const y = Int32Array.from({ length: rows }, (_, i) => {
    const [a = 0, b = 0] = x.subarray(5 * i)
    return a > 0.5 ? 0 : b > a ? 1 : 2
  })
  return { rows, inputs: { x }, targets: { y } }
}

export interface Trained {
  /** SHA-256 of all parameters and what the optimizer keeps of them. */
  readonly bits: string
  readonly loss: number
  readonly threads: number
}

/** Trains the network for some hundred steps; portable numerics are the same on every machine and for any number of threads. */
export async function train(
  threads: number,
  numerics: 'fast' | 'portable' = 'portable',
): Promise<Trained> {
  const engine = wasmEngine({ numerics, threads })
  const session = await Session.create(shapedOf(network), settingsOf(network), engine)
  session.initialise(42)
  session.bind(data())
  const order = Int32Array.from({ length: rows }, (_, i) => (i * 37) % rows)
  for (let epoch = 0; epoch < epochs; epoch++) {
    session.executable.run('step', network.maxBatch, order)
    // A step for one row has a module of its own.
    session.executable.run('step', 1, order.subarray(epoch, epoch + 1))
  }
  const { loss } = session.evaluate(order)
  const trained = Object.entries(session.program.state)
    .filter(([, { kind }]) => kind === 'parameter' || kind === 'slot')
    .map(([name]) => session.executable.state(name).slice())
  session.executable.dispose()
  return { bits: await digest(trained), loss, threads: engine.threads }
}

async function digest(arrays: readonly ArrayBufferView[]): Promise<string> {
  const bytes = arrays.flatMap(({ buffer, byteOffset, byteLength }) => [
    ...new Uint8Array(buffer, byteOffset, byteLength),
  ])
  const hash = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes))
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
