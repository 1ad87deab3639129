/** Long short-term memory. */
import { defineLayer, type Initializer, type LayerOps, type Tensor } from '@chainrule/core'
import { inputs, joined, options, outputShape, parametersOf, units } from './parameters.ts'
import {
  at,
  gate,
  productsWith,
  sizesOf,
  slope,
  stacked,
  throughTime,
  total,
  unroll,
  zeros,
} from './sequence.ts'

/** 1 for the forget gate, which is the second of four, so that at first the cell keeps what it has; 0 for the others. */
const openForget: Initializer = {
  name: 'open-forget-gate',
  config: {},
  sample: (ops, { shape }) => {
    const units = (shape[0] ?? 0) / 4
    const row = ops.iota(shape, 0)
    const forget = ops.and(ops.greaterEqual(row, units), ops.less(row, 2 * units))
    return ops.cast(forget, ops.trace.float)
  },
}

/** What a step saved. */
interface Step {
  readonly before: Tensor
  /** c_(t−1) */
  readonly cell: Tensor
  readonly i: Tensor
  readonly f: Tensor
  readonly g: Tensor
  readonly o: Tensor
  /** tanh c_t */
  readonly bounded: Tensor
}

/**
 * The gradients of one step. With c = f c_(t−1) + i g, h = o tanh c and d = ∂L/∂h, what arrives at c is
 *
 *     dc = ∂L/∂c + d o (1 − tanh² c),
 *
 * and the gradients of what stands inside of the gates are
 *
 *     di = dc g i (1 − i),   df = dc c_(t−1) f (1 − f),   dg = dc i (1 − g²),   do = d tanh(c) o (1 − o).
 */
function cellGradient(
  ops: LayerOps,
  { cell, i, f, g, o, bounded }: Step,
  d: { readonly h: Tensor; readonly c: Tensor },
) {
  const bend = ops.sub(1, ops.square(bounded))
  const dc = ops.add(d.c, ops.mul(ops.mul(d.h, o), bend))
  const gates = ops.concat(
    [
      ops.mul(ops.mul(dc, g), slope(ops, i)),
      ops.mul(ops.mul(dc, cell), slope(ops, f)),
      ops.mul(ops.mul(dc, i), ops.sub(1, ops.square(g))),
      ops.mul(ops.mul(d.h, bounded), slope(ops, o)),
    ],
    1,
  )
  return { gates, cell: ops.mul(dc, f) }
}

/**
 * Long short-term memory over [B, T, C]: beside the state a cell goes from step to step, which gates write, keep and read.
 *
 * Equation   i, f, o = σ(W_i· x_t + b_i· + W_h· h + b_h·),  g = tanh(W_ig x_t + b_ig + W_hg h + b_hg),
 *            c_t = f ⊙ c + i ⊙ g,  h_t = o ⊙ tanh(c_t);  h = h_(t−1), c = c_(t−1), h_0 = c_0 = 0
 * Shapes     x [B, T, C], mask [B, T], weight_ih [4H, C], weight_hh [4H, H], bias_ih [4H], bias_hh [4H], in the order
 *            i, f, g, o -> h_T [B, H], or with `sequences` all h_t [B, T, H]; `state` is h_T, `cell` is c_T
 * Gradient   of one step at `cellGradient`; over all t at once: ∂L/∂W_ih = dGᵀ x, ∂L/∂W_hh = dGᵀ h_(t−1), ∂L/∂x = dG W_ih
 * Saved      x, mask; of each step h_(t−1), c_(t−1), i, f, g, o and tanh c_t
 * Errors     shape-mismatch
 * Source     Hochreiter, Schmidhuber 1997; Gers et al. 2000 for the forget gate. Matches PyTorch 1.13 `nn.LSTM` of one layer
 *            and one direction, rows first, except for the mask and the first weights: see `rnn`; the forget gate's
 *            `bias_ih` begins at 1 (Jozefowicz et al. 2015), as in Keras.
 */
export const lstm = defineLayer({
  name: 'lstm',
  summary: 'Reads a series step by step; gates write, keep and read a cell beside the state.',
  arguments: { units },
  options,
  inputs,
  outputs: ['state', 'cell'],
  shape: ({ units, sequences }, [h, mask]) => {
    const shapes = outputShape(sizesOf('lstm', h, mask), units, sequences)
    return { ...shapes, cell: shapes.state }
  },
  init: (config, [h]) => parametersOf(sizesOf('lstm', h), config, 4, openForget),
  joined,
  forward: (ops, { W, U }, [x, mask], { units, sequences }) => {
    const { rows, times } = sizesOf('lstm', x.shape)
    const { projected, ofState, biases } = productsWith(ops, W, U, x)
    const nothing = zeros(ops, rows, units)
    const first = { h: nothing, c: nothing }
    const { saved, after, last } = unroll(ops, times, mask, first, (t, { h: before, c: cell }) => {
      const [x, h] = [at(ops, projected, t), ofState(before)]
      const part = (index: number): Tensor =>
        total(
          ops,
          gate(ops, x, index, units),
          gate(ops, h, index, units),
          gate(ops, biases, index, units),
        )
      const [i, f, o] = [ops.sigmoid(part(0)), ops.sigmoid(part(1)), ops.sigmoid(part(3))]
      const g = ops.tanh(part(2))
      const c = ops.add(ops.mul(f, cell), ops.mul(i, g))
      const bounded = ops.tanh(c)
      return {
        states: { h: ops.mul(o, bounded), c },
        saved: { before, cell, i, f, g, o, bounded },
      }
    })
    const all = after.map(({ h }) => h)
    return {
      h: sequences ? stacked(ops, all) : last.h,
      outputs: { state: last.h, cell: last.c },
      saved: { x, mask, steps: saved },
    }
  },
  backward: (ops, { W, U }, saved, { dh, outputs }, { sequences }) => {
    const { x, mask, steps } = saved
    const last = sequences ? outputs.state : ops.add(outputs.state, dh)
    const arriving = { h: last, c: outputs.cell }
    const gradients: Tensor[] = []
    throughTime(ops, steps.length, mask, arriving, sequences ? dh : undefined, (t, d) => {
      const step = steps[t]
      if (step === undefined) return d
      const { gates, cell } = cellGradient(ops, step, d)
      gradients.unshift(gates)
      return { h: ops.affineInputGradient(gates, U), c: cell }
    })
    const dGates = stacked(ops, gradients)
    const before = stacked(
      ops,
      steps.map((step) => step.before),
    )
    return {
      dh: [ops.affineInputGradient(dGates, W), undefined],
      gradients: {
        W: ops.affineWeightGradient(dGates, x, W),
        U: ops.affineWeightGradient(dGates, before, U),
      },
    }
  },
})
