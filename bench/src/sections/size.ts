/** What a page has to load before it can train a network. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Bundle, gzippedBytes, type Weight } from '../bundle.ts'
import { engineNamed } from '../engines.ts'
import { number } from '../figures.ts'
import type { Outcome, Result } from '../result.ts'
import type { Run, Section } from '../section.ts'
import { outcomeTable } from '../table.ts'

const root = join(import.meta.dirname, '../../..')
const kilobyte = 1000
/** What ours may weigh, in kB. */
const budget = 40

export async function sizeSection({ options, field, say }: Run): Promise<Section> {
  say('bundle sizes')
  const engine = engineNamed(options.engine).name
  const { atOnce: own, later } = await kilobytes(oursWith(engine))
  const named = await kilobytes(oursWith(engine, namedImports(engine)))
  const present = Object.entries(peerBundles()).filter(([name]) =>
    field.others.some(({ peer }) => peer.name === name),
  )
  const theirs = await Promise.all(
    present.map(
      async ([name, bundle]): Promise<Outcome> =>
        comparison(name, own, (await kilobytes(bundle)).atOnce),
    ),
  )
  const allowed: Outcome = {
    ...comparison('budget', own, budget),
    bar: 1,
    met: own <= budget,
    note: `at most ${budget} kB`,
  }
  const outcomes = [allowed, ...theirs]
  return {
    title: 'Size',
    body: `Gzipped kB, minified by esbuild. Ours: the trainer, engine-${engine}, the dense layer, every loss and every optimizer, as far as they are loaded before a training begins; with adam and cross-entropy alone it is ${number(named.atOnce)} kB. Trainings with several threads or L-BFGS load chunks of their own then, ${number(later)} kB together. Theirs: what training W2 needs, WebAssembly files included.\n\n${outcomeTable(outcomes)}`,
    outcomes,
    pictures: [],
  }
}

export async function kilobytes(bundle: Bundle): Promise<Weight> {
  const { atOnce, later } = await gzippedBytes(bundle)
  return { atOnce: atOnce / kilobyte, later: later / kilobyte }
}

function comparison(peer: string, ours: number, theirs: number): Result {
  const names = { workload: 'size', peer, threads: 1, theirThreads: 1 }
  return { ...names, ours, theirs, unit: 'kB', ratio: theirs / ours, spread: 0, rounds: 1 }
}

/** Names that are imported, by package. */
type Imports = Readonly<Record<string, string>>

/**
 * What a page imports that makes a graph of layers, losses and optimizers by their names, compiles and trains it. Of
 * `program` it names nothing: what it needs of it comes with the others.
 */
const ourImports = (engine: string): Imports => ({
  core: 'Registry, Session, configure, fit, inferShapes',
  [`engine-${engine}`]: engine === 'js' ? 'engineJs' : 'engineWasm',
  'layer-dense': 'dense',
  losses: 'losses',
  optimizers: 'optimizers, schedules',
})

/** What it imports where it knows that it trains with adam and cross-entropy. */
const namedImports = (engine: string): Imports => ({
  ...ourImports(engine),
  losses: 'crossEntropy',
  optimizers: 'adam',
})

/** The first so many of our packages; `chainrule` depends on each of them, so they are found from there. */
export function firstOfOurs(engine: string, count: number): Bundle {
  return oursWith(engine, Object.fromEntries(Object.entries(ourImports(engine)).slice(0, count)))
}

export function ourPackages(engine: string): string[] {
  return Object.keys(ourImports(engine))
}

export function oursWith(engine: string, imports: Imports = ourImports(engine)): Bundle {
  const entry = Object.entries(imports).map(
    ([name, names]) => `export { ${names} } from '@chainrule/${name}'`,
  )
  return { entry: entry.join('\n'), from: join(root, 'packages/chainrule') }
}

function peerBundles(): Readonly<Record<string, Bundle>> {
  const from = join(root, 'bench')
  const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))
  return {
    tfjs: {
      entry: `import '@tensorflow/tfjs-backend-wasm'
import '@tensorflow/tfjs-core/dist/register_all_gradients'
export { fused, losses, ready, setBackend, tensor2d, tidy, train, variable } from '@tensorflow/tfjs-core'`,
      from,
      beside: [join(wasm, 'tfjs-backend-wasm-simd.wasm')],
    },
    jax: {
      entry: `export { blockUntilReady, defaultDevice, init, jit, nn, numpy, tree, valueAndGrad } from '@jax-js/jax'`,
      from,
    },
    // Its build for pages: the package itself needs Node's streams.
    brain: { entry: `import 'brain.js/browser.js'`, from },
  }
}
