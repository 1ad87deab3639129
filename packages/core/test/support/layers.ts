/** Small layers, one for each thing that the contract settles, through the public entry alone. */
import {
  defineCollectingMetric,
  defineDrivenOptimizer,
  defineInitializer,
  defineLayer,
  defineLoss,
  defineMetric,
  defineOptimizer,
  defineSchedule,
  number,
  positiveInteger,
  rate,
} from '../../src/index.ts'

const uniform = defineInitializer({
  name: 'uniform',
  summary: 'Between -limit and limit.',
  arguments: { limit: number({ default: 0.5 }) },
  sample: (ops, { shape, random }, { limit }) =>
    ops.mul(ops.sub(random.uniform(shape), 0.5), 2 * limit),
})
export const small = uniform.with({ limit: 0.5 })

/** g = W h with a hand-written backward. */
export const affine = defineLayer({
  name: 'affine',
  summary: 'W h.',
  arguments: { units: positiveInteger() },
  shape: ({ units }, [h]) => [...h.slice(0, -1), units],
  init: ({ units }, [h]) => ({
    weight: { shape: [units, Number(h.at(-1))], initializer: small, role: 'weight' },
    bias: { shape: [units], initializer: small, role: 'bias' },
  }),
  joined: { W: ['weight', 'bias'] },
  forward: (ops, { W }, [h]) => {
    const g = ops.affine(W, h)
    return { h: g, g, saved: { h } }
  },
  backward: (ops, { W }, { h }, { dh }) => ({
    dg: dh,
    dh: [ops.affineInputGradient(dh, W)],
    gradients: { W: ops.affineWeightGradient(dh, h, W) },
  }),
})

/** The same with the derived backward. */
export const affineDerived = defineLayer({
  name: 'affine-derived',
  summary: 'W h.',
  arguments: { units: positiveInteger() },
  shape: ({ units }, [h]) => [...h.slice(0, -1), units],
  init: ({ units }, [h]) => ({
    weight: { shape: [units, Number(h.at(-1))], initializer: small, role: 'weight' },
    bias: { shape: [units], initializer: small, role: 'bias' },
  }),
  joined: { W: ['weight', 'bias'] },
  forward: (ops, { W }, [h]) => {
    const g = ops.affine(W, h)
    return { h: g, g, saved: {} }
  },
})

export const squash = defineLayer({
  name: 'squash',
  summary: 'tanh, derived.',
  shape: (_, [h]) => h,
  forward: (ops, _, [g]) => ({ h: ops.tanh(g), g, saved: {} }),
})

/** Integer input. */
export const lookup = defineLayer({
  name: 'lookup',
  summary: 'Rows of a table.',
  arguments: { size: positiveInteger(), width: positiveInteger() },
  inputs: [{ name: 'index', dtype: 'integer' }],
  shape: ({ width }, [index]) => [...index, width],
  init: ({ size, width }) => ({
    table: { shape: [size, width], initializer: small, role: 'embedding' },
  }),
  forward: (ops, { table }, [index]) => ({ h: ops.gather(table, index), saved: {} }),
})

/** Two inputs and two outputs. */
export const crossing = defineLayer({
  name: 'crossing',
  summary: 'Sum and difference.',
  inputs: [{ name: 'a' }, { name: 'b' }],
  outputs: ['difference'],
  shape: (_, [a]) => ({ h: a, difference: a }),
  forward: (ops, _, [a, b]) => ({
    h: ops.add(a, b),
    outputs: { difference: ops.sub(a, b) },
    saved: {},
  }),
  backward: (ops, _, _saved, { dh, outputs }) => ({
    dh: [ops.add(dh, outputs.difference), ops.sub(dh, outputs.difference)],
    gradients: {},
  }),
})

/** An optional mask over the features. */
export const maskedSum = defineLayer({
  name: 'masked-sum',
  summary: 'The sum of the features that the mask leaves.',
  inputs: [{ name: 'h' }, { name: 'mask', dtype: 'boolean', optional: true }],
  shape: (_, [h]) => [...h.slice(0, -1), 1],
  forward: (ops, _, [h, mask]) => {
    const kept = mask === undefined ? h : ops.select(mask, h, 0)
    return { h: ops.sum(kept, -1, { keep: true }), saved: {} }
  },
})

/** Running state, coupling rows, training against evaluation. */
export const centre = defineLayer({
  name: 'centre',
  summary: 'Subtracts the mean of the batch, or the running mean.',
  arguments: { momentum: rate({ default: 0.5 }) },
  couples: 'batch',
  shape: (_, [h]) => h,
  statistics: (_, [h]) => ({ mean: { shape: [Number(h.at(-1))], initial: 0 } }),
  forward: (ops, _, [h], { momentum }, { training, statistics }) => {
    if (!training) return { h: ops.sub(h, statistics.mean), saved: {} }
    const rows = ops.sum(ops.constant(1, { shape: h.shape.slice(0, 1) }))
    const mean = ops.div(ops.sum(h, 0), rows)
    const running = ops.add(ops.mul(statistics.mean, momentum), ops.mul(mean, 1 - momentum))
    return { h: ops.sub(h, mean), saved: {}, statistics: { mean: running } }
  },
})

/** A random slot. */
export const dropHalf = defineLayer({
  name: 'drop-half',
  summary: 'Zeroes half of the features while training.',
  randomSlots: ['mask'],
  shape: (_, [h]) => h,
  forward: (ops, _, [h], _config, { training, random }) => {
    if (!training) return { h, saved: {} }
    return { h: ops.select(random.mask.bernoulli(0.5, h.shape), ops.mul(h, 2), 0), saved: {} }
  },
})

export const squaredError = defineLoss({
  name: 'squared-error',
  summary: '|y - f|².',
  target: 'number',
  forward: (ops, { f, y }) => {
    const error = ops.sub(f, y)
    return { values: ops.sum(ops.square(error), -1), saved: { error } }
  },
  backward: (ops, { saved, dvalues }) =>
    ops.mul(ops.mul(saved.error, 2), ops.reshape(dvalues, [...dvalues.shape, 1])),
})

export const descent = defineOptimizer({
  name: 'descent',
  summary: 'Eq. 78.',
  learningRate: 0.1,
  slots: () => [],
  update: (ops, { w, dw, learningRate }) => ({
    w: ops.sub(w, ops.mul(dw, learningRate)),
    slots: {},
  }),
})

export const heavyBall = defineOptimizer({
  name: 'heavy-ball',
  summary: 'Momentum.',
  learningRate: 0.1,
  slots: () => ['velocity'],
  update: (ops, { w, dw, slots, learningRate }) => {
    const velocity = ops.add(ops.mul(slots.velocity, 0.9), dw)
    return { w: ops.sub(w, ops.mul(velocity, learningRate)), slots: { velocity } }
  },
})

/** Keeps one number beside each parameter. */
export const fading = defineOptimizer({
  name: 'fading',
  summary: 'Descent by the rate over the number of updates.',
  learningRate: 1,
  slots: () => [],
  scalars: () => ['count'],
  update: (ops, { w, dw, slots, learningRate }) => {
    const count = ops.add(slots.count, 1)
    return { w: ops.sub(w, ops.mul(dw, ops.div(learningRate, count))), slots: { count } }
  },
})

/** Halves its step until the loss falls. */
export const lineSearch = defineDrivenOptimizer({
  name: 'line-search',
  summary: 'Steepest descent with backtracking.',
  learningRate: 1,
  *drive(host, { lr }) {
    for (;;) {
      const { loss, gradient } = host.gradient()
      const from = host.parameters()
      let step = lr
      for (; step > 1e-12; step /= 2) {
        const scale = step
        host.setParameters(from.map((w, i) => w - scale * (gradient[i] ?? 0)))
        if (host.evaluate() < loss) break
      }
      if (step <= 1e-12) return host.setParameters(from)
      yield host.evaluate()
    }
  },
})

export const halving = defineSchedule({
  name: 'halving',
  summary: 'Half the rate after every epoch.',
  rate: (ops, { base, epoch }) => ops.mul(base, ops.exp(ops.mul(epoch, -Math.LN2))),
})

export const meanError = defineMetric({
  name: 'mean-error',
  summary: 'The mean of f - y.',
  targets: ['number'],
  better: 'lower',
  accumulate: (ops, { prediction, target, weight }) => ({
    error: ops.sum(ops.mul(ops.sum(ops.sub(prediction, target), -1), weight)),
    count: ops.sum(weight),
  }),
  finish: ({ error, count }) => (error[0] ?? 0) / (count[0] ?? 1),
})

export const medianPrediction = defineCollectingMetric({
  name: 'median-prediction',
  summary: 'The median of all predictions.',
  targets: ['number'],
  better: 'lower',
  collect: ({ predictions }) => predictions.toSorted()[predictions.length >> 1] ?? Number.NaN,
})
