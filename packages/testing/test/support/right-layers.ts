/** Layers that are right, for wrong ones to be made of: each has what a family of layers has. */
import {
  defineInitializer,
  defineLayer,
  type Joined,
  type Layer,
  number,
  positiveInteger,
} from '@chainrule/core'

const small = defineInitializer({
  name: 'small',
  summary: 'Between -1/2 and 1/2.',
  sample: (ops, { shape, random }) => ops.sub(random.uniform(shape), 0.5),
}).with({})

/** h = tanh(W h + b): weights, a bias, and a backward by hand. */
export const affine = defineLayer({
  name: 'affine',
  summary: 'tanh of W h.',
  arguments: { units: positiveInteger() },
  shape: ({ units }, [h]) => [...h.slice(0, -1), units],
  init: ({ units }, [h]) => ({
    weight: { shape: [units, Number(h.at(-1))], initializer: small, role: 'weight' },
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
  shape: (_, [a]) => ({ h: a, difference: a }),
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
    scale: { shape: [Number(h.at(-1))], initializer: small, role: 'scale' },
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
