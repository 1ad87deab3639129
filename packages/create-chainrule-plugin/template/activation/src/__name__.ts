import { defineActivation } from '@chainrule/core'

/**
 * Softsign, which nears ±1 more slowly than tanh. Put your activation in its place.
 *
 * Equation   h = g / (1 + |g|)
 * Shapes     g [B, …] -> h [B, …]
 * Gradient   ∂h/∂g = 1 / (1 + |g|)²
 * Source     where the equation comes from
 */
export const __identifier__ = defineActivation({
  name: '__name__',
  summary: 'Nears 1 and −1 more slowly than tanh.',
  forward: (ops, g) => ops.div(g, ops.add(1, ops.abs(g))),
  // Left out, it is derived from `forward`. Written by hand, the tests hold it against that.
  derivative: (ops, { g }) => {
    const spread = ops.add(1, ops.abs(g))
    return ops.div(1, ops.mul(spread, spread))
  },
})
