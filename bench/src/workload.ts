/** What is measured: a network that is trained or asked, or one matrix product. Plain data, the same for every peer. */
import { type Family, familyFlop, familyText } from './family.ts'

export type Unit = 'steps/s' | 'samples/s' | 'µs' | 'GFLOP/s'

export interface NetworkWorkload {
  readonly kind: 'training' | 'inference'
  readonly name: string
  /** Numbers of an input row, units of each layer; where there is a family, of an input row and of an output row. */
  readonly sizes: readonly number[]
  /** The layers, where they are not dense ones alone. */
  readonly family?: Family
  /** The activation of every layer but the last, which is linear. */
  readonly hidden: 'tanh' | 'relu'
  readonly loss: 'mse' | 'cross-entropy'
  readonly optimizer: 'sgd' | 'adam'
  readonly learningRate: number
  readonly batch: number
  /** Rows of the data set, a multiple of the batch. */
  readonly rows: number
  readonly unit: Unit
}

/** The three products that a dense layer needs: h Wᵀ, ∂L/∂g W and (∂L/∂g)ᵀ h. */
export type Orientation = 'forward' | 'input-gradient' | 'weight-gradient'

/** A product of a dense layer alone: `rows` × `inputs` → `outputs`. */
export interface ProductWorkload {
  readonly kind: 'product'
  readonly name: string
  readonly rows: number
  readonly inputs: number
  readonly outputs: number
  readonly orientation: Orientation
  readonly unit: 'GFLOP/s'
}

export type Workload = NetworkWorkload | ProductWorkload

/** What a peer did in a slice of time: updates, predictions of a batch, or products. */
export interface Slice {
  readonly calls: number
  readonly seconds: number
}

/** The speed of a slice in the workload's unit. */
export function figure(workload: Workload, { calls, seconds }: Slice): number {
  switch (workload.unit) {
    case 'steps/s':
      return calls / seconds
    case 'samples/s':
      return (calls * workload.batch) / seconds
    case 'µs':
      return (seconds * 1e6) / calls
    case 'GFLOP/s':
      return (calls * flop(workload)) / seconds / 1e9
  }
}

/** How many times faster ours is, whatever the unit. */
export function timesFaster(ours: Slice, theirs: Slice): number {
  return ours.calls / ours.seconds / (theirs.calls / theirs.seconds)
}

/** Floating-point operations of a call that are matrix products; a training step has no ∂L/∂h of its input. */
export function flop(workload: Workload): number {
  if (workload.kind === 'product') return 2 * workload.rows * workload.inputs * workload.outputs
  const { sizes, batch, kind, family } = workload
  const ofRow =
    family === undefined
      ? sizes.slice(1).map((size, i) => 2 * size * (sizes[i] ?? 0))
      : familyFlop(family)
  const products = ofRow.map((row) => batch * row)
  const forward = products.reduce((sum, product) => sum + product, 0)
  return kind === 'inference' ? forward : 3 * forward - (products[0] ?? 0)
}

/** The workload as a person reads it: `784-128-10 relu, cross-entropy, adam, batch 64`. */
export function describe(workload: Workload): string {
  if (workload.kind === 'product') return `${productShape(workload)}, ${workload.orientation}`
  const { kind, loss, optimizer, batch } = workload
  const training = kind === 'training' ? [loss, optimizer] : ['inference']
  return [networkOf(workload), ...training, `batch ${batch}`].join(', ')
}

function networkOf({ sizes, hidden, family }: NetworkWorkload): string {
  if (family !== undefined) return `${family.input.join('×')} -> ${familyText(family)}`
  const layers = sizes.length > 8 ? `${sizes.length - 1} layers of ${sizes[1]}` : sizes.join('-')
  return `${layers} ${hidden}`
}

/** `256³`, or `64×784→128`. */
export function productShape({
  rows,
  inputs,
  outputs,
}: Pick<ProductWorkload, 'rows' | 'inputs' | 'outputs'>): string {
  const isCube = rows === inputs && inputs === outputs
  return isCube ? `${rows}³` : `${rows}×${inputs}→${outputs}`
}

/** The experiment as an `.mlp` text. The data are named and never opened: the caller binds them. */
export function modelText(workload: NetworkWorkload): string {
  const { loss, optimizer, learningRate, batch } = workload
  return `data json "made" {
  target y
  split train=100%
  scale none
}

${layersText(workload)}

loss ${loss}
optimizer ${optimizer} lr=${learningRate}
train epochs=1 batch=${batch} shuffle=false
metrics []
`
}

function layersText({ sizes, hidden, family }: NetworkWorkload): string {
  if (family !== undefined) return familyText(family)
  const units = sizes.slice(1)
  return units.map((n, i) => `dense ${n}${i < units.length - 1 ? ` ${hidden}` : ''}`).join(' -> ')
}
