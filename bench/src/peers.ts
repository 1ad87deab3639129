/** Every peer: what it can do of the work, and how its process is started. */

import type { FamilyLayer } from './family.ts'
import { findFann, findPeak, fromNpm, fromPython, node } from './find.ts'
import { none, other, type Peer, same } from './peer.ts'
import type { NetworkWorkload } from './workload.ts'

/** A peer that does every network of dense layers as we do, and of the others those with only these layers. */
const networksWith =
  (...layers: FamilyLayer['kind'][]): Peer['doing'] =>
  (workload) => {
    if (workload.kind === 'product') return none
    const needed = workload.family?.layers.map(({ kind }) => kind) ?? []
    return needed.every((kind) => layers.includes(kind)) ? same : none
  }

/** Of dense layers alone. */
const networks =
  (doing: (workload: NetworkWorkload) => ReturnType<Peer['doing']>): Peer['doing'] =>
  (workload) =>
    workload.kind === 'product' || workload.family !== undefined ? none : doing(workload)

/** Ours, of which another process with fewer threads can be a peer. */
export const ours: Peer = {
  name: 'ours',
  title: 'Chainrule',
  threaded: true,
  doing: () => same,
  find: async () => ({ launch: node('ours.ts'), version: '' }),
}

/** The processor's limit for products, one thread. */
export const peak: Peer = {
  name: 'fma-peak',
  title: '128-bit FMA peak',
  threaded: false,
  doing: ({ kind }) => (kind === 'product' ? other('the peak, no product') : none),
  find: findPeak,
}

/** In the order of the results. */
export const peers: readonly Peer[] = [
  {
    name: 'tfjs',
    title: 'TensorFlow.js, wasm',
    threaded: false,
    slowOn: ['W3', 'R1'],
    // Its wasm backend has no gradient of a convolution's weights.
    doing: networksWith('gru', 'dense'),
    find: fromNpm('@tensorflow/tfjs-core', 'tfjs.ts'),
  },
  {
    name: 'jax',
    title: 'jax-js, wasm',
    threaded: false,
    slowOn: ['L1'],
    doing: networksWith('conv', 'max-pool', 'flatten', 'dense'),
    find: fromNpm('@jax-js/jax', 'jax.ts'),
  },
  {
    name: 'brain',
    title: 'brain.js',
    threaded: false,
    slowOn: ['W3'],
    doing: networks(({ kind, hidden }) =>
      kind === 'training'
        ? other(`updates after every row; ${hidden} on the output too, squared error`)
        : other(`a row at a time; ${hidden} instead of softmax`),
    ),
    find: fromNpm('brain.js', 'brain.ts'),
  },
  {
    name: 'onnx',
    title: 'onnxruntime-node',
    threaded: true,
    doing: networks(({ kind }) => (kind === 'inference' ? same : none)),
    find: fromNpm('onnxruntime-node', 'onnx.ts'),
  },
  {
    name: 'torch',
    title: 'PyTorch, eager',
    threaded: true,
    doing: networksWith('conv', 'max-pool', 'flatten', 'gru', 'dense', 'embed', 'transformer'),
    find: fromPython('torch', 'torch', 'torch_peer.py'),
  },
  {
    name: 'sklearn',
    title: 'scikit-learn',
    threaded: true,
    doing: networksWith(),
    find: fromPython('sklearn', 'scikit-learn', 'sklearn_peer.py'),
  },
  {
    name: 'fann',
    title: 'FANN, C',
    threaded: false,
    doing: networks(({ kind, hidden, loss }) => {
      if (kind === 'inference') return other('a row at a time; sigmoid instead of relu, no softmax')
      if (loss === 'cross-entropy') return other('sigmoid instead of relu, squared error, sgd')
      return hidden === 'tanh' ? same : none
    }),
    find: findFann,
  },
]

/** The peers of these names in the order of the table; all of them where none is named. */
export function peersNamed(names?: readonly string[]): readonly Peer[] {
  const all = [ours, ...peers, peak]
  const unknown = names?.find((name) => !all.some((peer) => peer.name === name))
  if (unknown !== undefined)
    throw new Error(
      `there is no peer \`${unknown}\`; there is ${all.map(({ name }) => name).join(', ')}`,
    )
  return names === undefined ? [...peers, peak] : all.filter(({ name }) => names.includes(name))
}
