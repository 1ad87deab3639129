/** The simple recurrent layer: each state is a dense layer of the input and the state before it. */
import { activation, defineLayer, type Tensor } from '@chainrule/core'
import { inputs, joined, options, outputShape, parametersOf, units } from './parameters.ts'
import {
  at,
  productsWith,
  sizesOf,
  stacked,
  throughTime,
  total,
  unroll,
  zeros,
} from './sequence.ts'

/**
 * A simple (Elman) recurrent layer over [B, T, C]: the state after each time is made of the input and the state before.
 *
 * Equation   g_t = W_ih x_t + b_ih + W_hh h_(t−1) + b_hh,  h_t = σ(g_t),  h_0 = 0
 * Shapes     x [B, T, C], mask [B, T], weight_ih [H, C], weight_hh [H, H], bias_ih [H], bias_hh [H]
 *            -> h_T [B, H], or with `sequences` all h_t [B, T, H]; `state` is h_T
 * Gradient   d_t = ∂L/∂h_t + W_hhᵀ dg_(t+1), dg_t = d_t ⊙ σ'(g_t);  over all t at once: ∂L/∂W_ih = dgᵀ x,
 *            ∂L/∂W_hh = dgᵀ h_(t−1), ∂L/∂b = Σ dg, ∂L/∂x = dg W_ih
 * Saved      x, mask; of each step h_(t−1), g_t, h_t
 * Errors     shape-mismatch
 * Source     Elman 1990; Werbos 1990 for the gradient. Matches PyTorch 1.13 `nn.RNN` of one layer and one direction, rows
 *            first, except that any activation is taken and that weights are drawn from `glorot-uniform` and biases are 0
 *            (PyTorch draws all from ±1/√H). PyTorch has no mask: where it is false the state stays, as in Keras.
 */
export const rnn = defineLayer({
  name: 'rnn',
  summary:
    'Reads a series step by step: each state is a dense layer of the input and the last state.',
  arguments: { units, activation: activation({ default: 'tanh' }) },
  options,
  inputs,
  outputs: ['state'],
  shape: ({ units, sequences }, [h, mask]) =>
    outputShape(sizesOf('rnn', h, mask), units, sequences),
  init: (config, [h]) => parametersOf(sizesOf('rnn', h), config, 1),
  joined,
  forward: (ops, { W, U }, [x, mask], { units, activation, sequences }) => {
    const { rows, times } = sizesOf('rnn', x.shape)
    const { projected, ofState, biases } = productsWith(ops, W, U, x)
    const first = { h: zeros(ops, rows, units) }
    const { saved, after, last } = unroll(ops, times, mask, first, (t, { h: before }) => {
      const g = total(ops, at(ops, projected, t), ofState(before), biases)
      const h = activation.forward(ops, g)
      return { states: { h }, saved: { before, g, h } }
    })
    const all = after.map(({ h }) => h)
    return {
      h: sequences ? stacked(ops, all) : last.h,
      outputs: { state: last.h },
      saved: { x, mask, steps: saved },
    }
  },
  backward: (ops, { W, U }, saved, { dh, outputs }, { activation, sequences }) => {
    const { x, mask, steps } = saved
    const arriving = { h: sequences ? outputs.state : ops.add(outputs.state, dh) }
    const gradients: Tensor[] = []
    throughTime(ops, steps.length, mask, arriving, sequences ? dh : undefined, (t, d) => {
      const step = steps[t]
      if (step === undefined) return d
      const dg = activation.backward(ops, step, d.h)
      gradients.unshift(dg)
      return { h: ops.affineInputGradient(dg, U) }
    })
    const dg = stacked(ops, gradients)
    const before = stacked(
      ops,
      steps.map((step) => step.before),
    )
    return {
      dh: [ops.affineInputGradient(dg, W), undefined],
      gradients: {
        W: ops.affineWeightGradient(dg, x, W),
        U: ops.affineWeightGradient(dg, before, U),
      },
    }
  },
})
