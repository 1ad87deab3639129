/** What a page has to load before it can train a network. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Bundle, gzippedBytes } from '../bundle.ts'
import { engineNamed } from '../engines.ts'
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
  const own = await kilobytes(oursWith(engine))
  const present = Object.entries(peerBundles()).filter(([name]) =>
    field.others.some(({ peer }) => peer.name === name),
  )
  const theirs = await Promise.all(
    present.map(
      async ([name, bundle]): Promise<Outcome> => comparison(name, own, await kilobytes(bundle)),
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
    body: `Gzipped kB, minified by esbuild. Ours: the trainer, engine-${engine}, the dense layer, every loss and every optimizer. Theirs: what training W2 needs, WebAssembly files included.\n\n${outcomeTable(outcomes)}`,
    outcomes,
    pictures: [],
  }
}

export const kilobytes = async (bundle: Bundle): Promise<number> =>
  (await gzippedBytes(bundle)) / kilobyte

function comparison(peer: string, ours: number, theirs: number): Result {
  const names = { workload: 'size', peer, threads: 1, theirThreads: 1 }
  return { ...names, ours, theirs, unit: 'kB', ratio: theirs / ours, spread: 0, rounds: 1 }
}

/**
 * What a page imports that makes a graph of layers, losses and optimizers by their names, compiles and trains it. Of
 * `program` it names nothing: what it needs of it comes with the others.
 */
const ourImports = (engine: string): Readonly<Record<string, string>> => ({
  core: 'Registry, Session, configure, fit, inferShapes',
  [`engine-${engine}`]: engine === 'js' ? 'engineJs' : 'engineWasm',
  'layer-dense': 'dense',
  losses: 'losses',
  optimizers: 'optimizers, schedules',
})

export function ourPackages(engine: string): string[] {
  return Object.keys(ourImports(engine))
}

/** `chainrule` depends on each of the packages, so they are found from there. */
export function oursWith(engine: string, names: readonly string[] = ourPackages(engine)): Bundle {
  const imports = ourImports(engine)
  const entry = names.map((name) => `export { ${imports[name]} } from '@chainrule/${name}'`)
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
