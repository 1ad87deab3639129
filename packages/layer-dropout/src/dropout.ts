/** Noise that a network trains against: features left out, or moved. Evaluation and prediction go by as they are. */
import {
  defineLayer,
  formatShape,
  type LayerOps,
  number,
  rate,
  type Shape,
  shapeMismatch,
  type Tensor,
} from '@chainrule/core'

/** What is kept, where anything is left out. */
interface Mask {
  readonly kept: Tensor | undefined
}

/** The elements that are kept, enlarged so that the mean stays; the same of a gradient. */
function applied(ops: LayerOps, { kept }: Mask, x: Tensor, p: number): Tensor {
  return kept === undefined ? x : ops.select(kept, ops.mul(x, 1 / (1 - p)), 0)
}

/**
 * Dropout: while training, each element is left out with a probability, and the others are enlarged so that the mean stays.
 *
 * Equation   h' = h ⊙ m / (1 − p), m = 1 with probability 1 − p, else 0; h' = h in evaluation
 * Shapes     h [B, …] -> h' [B, …]
 * Gradient   ∂L/∂h = ∂L/∂h' ⊙ m / (1 − p)
 * Saved      m
 * Source     Srivastava et al. 2014, inverted; matches PyTorch 1.13 `nn.Dropout` for the same m, and Keras. m is drawn by counter: the same on every
 *            engine and with any number of threads, another for each step and each row.
 */
export const dropout = defineLayer({
  name: 'dropout',
  summary: 'Leaves out each element with a probability while training.',
  arguments: { rate: rate({ default: 0.5 }) },
  randomSlots: ['mask'],
  shape: (_, [h]) => h,
  forward: (ops, _, [h], { rate: p }, { training, random }) => {
    const drops = training && p > 0
    const saved: Mask = { kept: drops ? random.mask.bernoulli(1 - p, h.shape) : undefined }
    return { h: applied(ops, saved, h, p), saved }
  },
  backward: (ops, _parameters, saved, { dh }, { rate: p }) => ({
    dh: [applied(ops, saved, dh, p)],
    gradients: {},
  }),
})

function channels(h: Shape): Shape {
  if (h.length >= 3) return [h[0] ?? 1, ...h.slice(1, -1).map(() => 1), h.at(-1) ?? 1]
  throw shapeMismatch(
    `\`spatial-dropout\` needs places and channels, [B, …, channels], but got ${formatShape(h)}`,
    'for rows of features write `dropout`',
  )
}

/**
 * Spatial dropout: while training, whole channels are left out, at all places of a row together.
 *
 * Equation   h' = h ⊙ m / (1 − p), one m for each row and channel
 * Shapes     h [B, …, C] -> h' [B, …, C], m [B, 1, …, C]
 * Gradient   ∂L/∂h = ∂L/∂h' ⊙ m / (1 − p)
 * Saved      m
 * Errors     shape-mismatch
 * Source     Tompson et al. 2015. Matches PyTorch 1.13 `nn.Dropout1d` and `nn.Dropout2d` for the same m, except that
 *            channels come last.
 */
export const spatialDropout = defineLayer({
  name: 'spatial-dropout',
  summary: 'Leaves out whole channels with a probability while training.',
  arguments: { rate: rate({ default: 0.5 }) },
  randomSlots: ['mask'],
  shape: (_, [h]) => {
    channels(h)
    return h
  },
  forward: (ops, _, [h], { rate: p }, { training, random }) => {
    const drops = training && p > 0
    const drawn = (): Tensor => random.mask.bernoulli(1 - p, channels(h.shape))
    const saved: Mask = { kept: drops ? ops.broadcastTo(drawn(), h.shape) : undefined }
    return { h: applied(ops, saved, h, p), saved }
  },
  backward: (ops, _parameters, saved, { dh }, { rate: p }) => ({
    dh: [applied(ops, saved, dh, p)],
    gradients: {},
  }),
})

/**
 * Gaussian noise: while training, each element is moved by a normal number.
 *
 * Equation   h' = h + s ε, ε ~ N(0, 1); h' = h in evaluation
 * Shapes     h [B, …] -> h' [B, …]
 * Gradient   ∂L/∂h = ∂L/∂h'
 * Units      s in the units of h
 * Source     Keras `GaussianNoise`; PyTorch has none, and h + s ε there gives the same for the same ε
 */
export const gaussianNoise = defineLayer({
  name: 'gaussian-noise',
  summary: 'Adds normal noise while training.',
  arguments: { deviation: number({ from: 0, default: 0.1 }) },
  randomSlots: ['noise'],
  shape: (_, [h]) => h,
  forward: (ops, _, [h], { deviation }, { training, random }) => {
    if (!training || deviation === 0) return { h, saved: {} }
    return { h: ops.add(h, ops.mul(random.noise.normal(h.shape), deviation)), saved: {} }
  },
  backward: (_ops, _parameters, _saved, { dh }) => ({ dh: [dh], gradients: {} }),
})
