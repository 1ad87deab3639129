import { defineInitializer, number } from '@chainrule/core'

/**
 * Normal, with a deviation that suits how many numbers an output is a sum of. Put your initializer in its place.
 *
 * Equation   W ~ N(0, σ²),  σ = gain / √fanIn
 * Source     where the equation comes from
 */
export const __identifier__ = defineInitializer({
  name: '__name__',
  summary: 'Normal, with the deviation gain / √fanIn.',
  arguments: { gain: number({ above: 0, default: 1 }) },
  // A layer without inputs has no weights, and fanIn 0.
  sample: (ops, { shape, fanIn, random }, { gain }) =>
    ops.mul(random.normal(shape), gain / Math.sqrt(Math.max(fanIn, 1))),
})
