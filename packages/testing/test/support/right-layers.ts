/** Layers that are right, for wrong ones to be made of: each has what a family of layers has. */
import {
  defineInitializer,
  defineLayer,
  formatShape,
  isRows,
  type Joined,
  type Layer,
  number,
  positiveInteger,
  rate,
  repeated,
  type Shape,
  sameShape,
  shapeMismatch,
} from '@chainrule/core'

const small = defineInitializer({
  name: 'small',
  summary: 'Between -1/2 and 1/2.',
  sample: (ops, { shape, random }) => ops.sub(random.uniform(shape), 0.5),
}).with({})

/** The last axis, where there is one beside the rows. */
function featuresOf(h: Shape): number {
  const features = h.at(-1)
  if (h.length > 1 && features !== undefined && !isRows(features)) return features
  throw shapeMismatch(`needs [B, …, features], but got ${formatShape(h)}`)
}

/** h = tanh(W h + b): weights, a bias, and a backward by hand. */
export const affine = defineLayer({
  name: 'affine',
  summary: 'tanh of W h.',
  arguments: { units: positiveInteger() },
  shape: ({ units }, [h]) => {
    featuresOf(h)
    return [...h.slice(0, -1), units]
  },
  init: ({ units }, [h]) => ({
    weight: { shape: [units, featuresOf(h)], initializer: small, role: 'weight' },
    bias: { shape: [units], initializer: small, role: 'bias' },
  }),
  joined: { W: ['weight', 'bias'] },
  forward: (ops, { W }, [h]) => {
    const g = ops.affine(W, h)
    const y = ops.tanh(g)
    return { h: y, g, saved: { h, y } }
  },
  backward: (ops, { W }, { h, y }, { dh }) => {
    const dg = ops.mul(dh, ops.sub(1, ops.square(y)))
    return {
      dg,
      dh: [ops.affineInputGradient(dg, W)],
      gradients: { W: ops.affineWeightGradient(dg, h, W) },
    }
  },
})

/** Two inputs, and a second output. */
export const crossing = defineLayer({
  name: 'crossing',
  summary: 'The product of two inputs, and their difference.',
  inputs: [{ name: 'a' }, { name: 'b' }],
  outputs: ['difference'],
  shape: (_, [a, b]) => {
    if (!sameShape(a, b)) throw shapeMismatch(`needs ${formatShape(a)} twice`)
    return { h: a, difference: a }
  },
  forward: (ops, _, [a, b]) => ({
    h: ops.mul(a, b),
    outputs: { difference: ops.sub(a, b) },
    saved: { a, b },
  }),
  backward: (ops, _, { a, b }, { dh, outputs }) => ({
    dh: [ops.add(ops.mul(dh, b), outputs.difference), ops.sub(ops.mul(dh, a), outputs.difference)],
    gradients: {},
  }),
})

/** One number for every feature, its backward derived. */
export const scaled = defineLayer({
  name: 'scaled',
  summary: 'Multiplies by a number of its own.',
  options: { epsilon: number({ above: 0, default: 1e-3 }) },
  shape: (_, [h]) => h,
  init: (_, [h]) => ({
    scale: { shape: [featuresOf(h)], initializer: small, role: 'scale' },
  }),
  forward: (ops, { scale }, [h]) => ({ h: ops.mul(h, scale), saved: {} }),
})

/** The layer with some of its members replaced. */
export function changed(right: Layer, changes: Partial<Layer>): Layer {
  return { ...right, ...changes }
}

type Backward = NonNullable<Layer['backward']>

/** The layer with its backward's result changed. */
export function withBackward(
  right: Layer,
  change: (found: ReturnType<Backward>, ...given: Parameters<Backward>) => ReturnType<Backward>,
): Layer {
  return changed(right, {
    backward: (...given) => {
      if (right.backward === undefined) throw new Error(`\`${right.name}\` has no backward`)
      return change(right.backward(...given), ...given)
    },
  })
}

/** W's gradient, taken apart. */
export function joinedOf(gradients: ReturnType<Backward>['gradients']): Joined {
  const { W } = gradients
  if (W === undefined || !('matrix' in W)) throw new Error('no joined W')
  return W
}

/** Running values, coupled rows, and training that differs from evaluation. */
export const centred = defineLayer({
  name: 'centred',
  summary: 'Subtracts the mean of the batch, or the running mean.',
  arguments: { momentum: rate({ default: 0.5 }) },
  couples: 'batch',
  shape: (_, [h]) => {
    if (h.length !== 2) throw shapeMismatch(`needs [B, features], but got ${formatShape(h)}`)
    return h
  },
  statistics: (_, [h]) => ({ mean: { shape: [featuresOf(h)], initial: 0 } }),
  forward: (ops, _, [h], { momentum }, { training, statistics }) => {
    if (!training) return { h: ops.sub(h, statistics.mean), saved: {} }
    const rows = ops.sum(ops.constant(1, { shape: h.shape.slice(0, 1) }))
    const mean = ops.div(ops.sum(h, 0), rows)
    const running = ops.add(ops.mul(statistics.mean, momentum), ops.mul(mean, 1 - momentum))
    return { h: ops.sub(h, mean), saved: {}, statistics: { mean: running } }
  },
})

/** A random slot. */
export const dropping = defineLayer({
  name: 'dropping',
  summary: 'Zeroes a part of the features while training.',
  options: { part: rate({ default: 0.5 }) },
  randomSlots: ['mask'],
  shape: (_, [h]) => h,
  forward: (ops, _, [h], { part }, { training, random }) => {
    if (!training || part === 0) return { h, saved: {} }
    const keep = random.mask.bernoulli(1 - part, h.shape)
    return { h: ops.select(keep, ops.mul(h, 1 / (1 - part)), 0), saved: {} }
  },
})

/** A mask over the times [B, T] of h [B, T, features]. */
export const averaged = defineLayer({
  name: 'averaged',
  summary: 'The mean over the times that the mask leaves.',
  inputs: [{ name: 'h' }, { name: 'mask', dtype: 'boolean', optional: true }],
  shape: (_, [h, mask]) => {
    const fits = mask === undefined || sameShape(mask, h.slice(0, 2))
    if (h.length !== 3 || !fits) throw shapeMismatch('needs [B, T, features] and a mask [B, T]')
    if (h[1] === 0) throw shapeMismatch('needs a time')
    return [...h.slice(0, 1), ...h.slice(2)]
  },
  forward: (ops, _, [h, mask]) => {
    if (mask === undefined) return { h: ops.mean(h, 1), saved: {} }
    const kept = ops.reshape(ops.cast(mask, h.dtype), [...mask.shape, 1])
    const count = ops.maximum(ops.sum(kept, 1), 1)
    return { h: ops.div(ops.sum(ops.mul(h, kept), 1), count), saved: {} }
  },
})

/** Integers. */
export const lookedUp = defineLayer({
  name: 'looked-up',
  summary: 'Rows of a table.',
  arguments: { size: positiveInteger(), width: positiveInteger() },
  inputs: [{ name: 'index', dtype: 'integer' }],
  shape: ({ width }, [index]) => [...index, width],
  init: ({ size, width }) => ({
    table: { shape: [size, width], initializer: small, role: 'embedding' },
  }),
  forward: (ops, { table }, [index]) => ({ h: ops.gather(table, index), saved: {} }),
})

/** Any number of inputs. */
export const side = defineLayer({
  name: 'side-by-side',
  summary: 'Inputs side by side.',
  inputs: repeated({ name: 'h' }),
  minimumInputs: 2,
  shape: (_, shapes) => {
    const [first = []] = shapes
    const leads = shapes.every(
      (h) => h.length === first.length && sameShape(h.slice(0, -1), first.slice(0, -1)),
    )
    if (!leads) throw shapeMismatch(`needs the same rows: ${shapes.map(formatShape).join(', ')}`)
    return [...first.slice(0, -1), shapes.reduce((sum, h) => sum + featuresOf(h), 0)]
  },
  forward: (ops, _, inputs) => ({ h: ops.concat(inputs, -1), saved: {} }),
})
