import { defineActivation } from '@chainrule/core'

/**
 * Turns the numbers of the last axis into shares that add up to 1.
 *
 * Equation   h_i = e^(g_i) / Σ_j e^(g_j), computed after the greatest g is taken from all
 * Shapes     g [B, …, F] -> h [B, …, F]
 * Gradient   dg = h ⊙ (dh − Σ_j dh_j h_j): every output depends on every input, so eq. 76 in its general form
 * Saved      h
 * Source     Matches PyTorch 1.13 `softmax` over the last axis. Before `cross-entropy` it is a mistake: that loss takes
 *            logits.
 */
export const softmax = defineActivation({
  name: 'softmax',
  summary: 'Shares of the last axis that add up to 1.',
  range: () => [0, 1],
  forward: (ops, g) => {
    const e = ops.exp(ops.sub(g, ops.max(g, -1, { keep: true })))
    return ops.div(e, ops.sum(e, -1, { keep: true }))
  },
  backward: (ops, { h }, dh) =>
    ops.mul(h, ops.sub(dh, ops.sum(ops.mul(dh, h), -1, { keep: true }))),
})
