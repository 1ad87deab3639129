/** The workloads that `--workload` names one by one. */
import type { NetworkWorkload, Orientation, ProductWorkload } from './workload.ts'

/** Learning rates are high enough that one that is off shows in the second loss. */
const tiny = {
  kind: 'training',
  sizes: [2, 16, 16, 1],
  hidden: 'tanh',
  loss: 'mse',
  optimizer: 'sgd',
  learningRate: 0.01,
  unit: 'steps/s',
} as const

const digits = {
  sizes: [784, 128, 10],
  hidden: 'relu',
  loss: 'cross-entropy',
  optimizer: 'adam',
  learningRate: 1e-3,
} as const

/** LeNet as the language's example of a convolution has it. */
const lenet = {
  sizes: [28 * 28, 10],
  family: {
    input: [28, 28, 1],
    layers: [
      { kind: 'conv', filters: 16, kernel: 3, activation: 'relu' },
      { kind: 'max-pool', size: 2 },
      { kind: 'conv', filters: 32, kernel: 3, activation: 'relu' },
      { kind: 'max-pool', size: 2 },
      { kind: 'flatten' },
      { kind: 'dense', units: 10 },
    ],
  },
} as const

/** A gru that reads so many times of 32 numbers. */
const series = (name: string, times: number, rows: number): NetworkWorkload => ({
  kind: 'training',
  name,
  sizes: [times * 32, 1],
  family: {
    input: [times, 32],
    layers: [
      { kind: 'gru', units: 64 },
      { kind: 'dense', units: 1 },
    ],
  },
  hidden: 'tanh',
  loss: 'mse',
  optimizer: 'adam',
  learningRate: 1e-3,
  batch: 64,
  rows,
  unit: 'steps/s',
})

const block = { kind: 'transformer', heads: 4, units: 128 } as const

/** The transformer of the language's description, with gelu for its gated unit. */
const transformer = {
  sizes: [64, 256],
  family: {
    input: [64],
    tokens: 256,
    layers: [{ kind: 'embed', size: 256, dim: 64 }, block, block, { kind: 'dense', units: 256 }],
  },
} as const

/** In the order of the results. */
export const workloads: readonly NetworkWorkload[] = [
  { ...tiny, name: 'W1', learningRate: 0.05, batch: 32, rows: 32_768 },
  { ...tiny, name: 'W1b', batch: 1, rows: 4096 },
  { ...digits, kind: 'training', name: 'W2', batch: 64, rows: 4096, unit: 'samples/s' },
  {
    kind: 'training',
    name: 'W3',
    sizes: [1024, 1024, 1024, 1024],
    hidden: 'relu',
    loss: 'mse',
    optimizer: 'sgd',
    learningRate: 1,
    batch: 256,
    rows: 2048,
    unit: 'steps/s',
  },
  { ...digits, kind: 'training', name: 'L1', ...lenet, batch: 64, rows: 1024, unit: 'steps/s' },
  series('R1', 48, 1024),
  {
    ...digits,
    kind: 'training',
    name: 'T1',
    ...transformer,
    batch: 16,
    rows: 1024,
    unit: 'steps/s',
  },
  { ...digits, kind: 'inference', name: 'I1', batch: 1, rows: 1024, unit: 'µs' },
  { ...digits, kind: 'inference', name: 'I2', batch: 256, rows: 4096, unit: 'samples/s' },
]

/** Programs in which every step of a series stands by itself. */
export const unrolled = [48, 256].map((times) => series(`gru-${times}`, times, 64))

export const orientations: readonly Orientation[] = ['forward', 'input-gradient', 'weight-gradient']

/** Rows, inputs and outputs of a product. */
export type ProductShape = readonly [number, number, number]

/** The cubes from 64³ to 1024³. */
export const cubes: readonly ProductShape[] = [64, 96, 128, 192, 256, 384, 512, 768, 1024].map(
  (n) => [n, n, n],
)
/** W2's layers, tiny layers, and numbers that divide by nothing. */
export const layerShapes: readonly ProductShape[] = [
  [64, 784, 128],
  [64, 128, 10],
  [32, 64, 64],
  [32, 16, 16],
  [1, 784, 128],
  [67, 129, 131],
]

/** A product in every orientation. */
export function productWorkloads([rows, inputs, outputs]: ProductShape): ProductWorkload[] {
  return orientations.map((orientation) => ({
    kind: 'product',
    name: `product/${rows}x${inputs}x${outputs}/${orientation}`,
    rows,
    inputs,
    outputs,
    orientation,
    unit: 'GFLOP/s',
  }))
}

/** One cost curve: the same network with one of its numbers changed. */
export interface Curve {
  readonly name: 'width' | 'depth' | 'batch' | 'rows'
  readonly title: string
  readonly points: readonly { readonly x: number; readonly workload: NetworkWorkload }[]
}

const shape = { ...tiny, hidden: 'relu', unit: 'µs' } as const
const deep = (depth: number, width: number): number[] => [
  ...Array.from({ length: depth }, () => width),
  10,
]

/** Cost a step against width, depth, batch and rows; odd numbers among them. */
export const curves: readonly Curve[] = [
  {
    name: 'width',
    title: 'width: n-n-n-10, batch 64',
    points: [1, 3, 8, 17, 32, 64, 129, 256, 512, 1024].map((n) => ({
      x: n,
      workload: { ...shape, name: `width/${n}`, sizes: deep(3, n), batch: 64, rows: 1024 },
    })),
  },
  {
    name: 'depth',
    title: 'depth: n layers of 64, batch 64',
    points: [1, 2, 5, 10, 20, 50, 100].map((n) => ({
      x: n,
      workload: { ...shape, name: `depth/${n}`, sizes: deep(n, 64), batch: 64, rows: 1024 },
    })),
  },
  {
    name: 'batch',
    title: 'batch: 64-64-64-10, batches of n',
    points: [1, 2, 7, 16, 32, 64, 128, 256, 512].map((n) => ({
      x: n,
      workload: { ...shape, name: `batch/${n}`, sizes: deep(3, 64), batch: n, rows: n * 16 },
    })),
  },
  {
    name: 'rows',
    title: 'rows of the data set: 2-16-16-1, batch 32',
    points: [32, 128, 512, 2048, 8192, 32_768, 131_072].map((n) => ({
      x: n,
      workload: { ...tiny, unit: 'µs', name: `rows/${n}`, batch: 32, rows: n },
    })),
  },
]
