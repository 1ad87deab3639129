/** Activations that are one thing above 0 and another below. */
import { defineActivation, number } from '@chainrule/core'

/**
 * The identity: a layer without an activation.
 *
 * Equation   h = g
 * Gradient   dg = dh
 * Source     the paper's last layer (eq. 41)
 */
export const linear = defineActivation({
  name: 'linear',
  summary: 'The identity, h = g.',
  forward: (_, g) => g,
  backward: (_, __, dh) => dh,
})

/**
 * The rectifier.
 *
 * Equation   h = max(g, 0)
 * Gradient   σ'(g) = 1 where g > 0, else 0 (also at 0)
 * Source     Nair and Hinton 2010. Matches PyTorch 1.13 `relu`.
 */
export const relu = defineActivation({
  name: 'relu',
  summary: 'max(g, 0): keeps what is positive.',
  range: () => [0, Number.POSITIVE_INFINITY],
  forward: (ops, g) => ops.maximum(g, 0),
  derivative: (ops, { g }) => ops.cast(ops.greater(g, 0), g.dtype),
})

/**
 * The rectifier with a small slope below 0, so that no unit stops learning.
 *
 * Equation   h = g where g > 0, else slope · g
 * Gradient   σ'(g) = 1 where g > 0, else slope (also at 0)
 * Source     Maas, Hannun and Ng 2013. Matches PyTorch 1.13 `leaky_relu` (Keras's slope is 0.3).
 */
export const leakyRelu = defineActivation({
  name: 'leaky-relu',
  summary: 'g where it is positive, else slope · g.',
  arguments: { slope: number({ from: 0, default: 0.01 }) },
  forward: (ops, g, { slope }) => ops.select(ops.greater(g, 0), g, ops.mul(g, slope)),
  derivative: (ops, { g }, { slope }) => ops.select(ops.greater(g, 0), 1, slope),
})

/**
 * The exponential linear unit, which falls smoothly to −alpha.
 *
 * Equation   h = g where g > 0, else alpha (eᵍ − 1)
 * Gradient   σ'(g) = 1 where g > 0, else alpha eᵍ
 * Source     Clevert, Unterthiner and Hochreiter 2016. Matches PyTorch 1.13 `elu`.
 */
export const elu = defineActivation({
  name: 'elu',
  summary: 'g where it is positive, else alpha (e^g − 1).',
  arguments: { alpha: number({ from: 0, default: 1 }) },
  range: ({ alpha }) => [-alpha, Number.POSITIVE_INFINITY],
  // The exponentials see no positive g: they would overflow there, and ∞ · 0 is not a number.
  forward: (ops, g, { alpha }) =>
    ops.select(ops.greater(g, 0), g, ops.mul(ops.expm1(ops.minimum(g, 0)), alpha)),
  derivative: (ops, { g }, { alpha }) =>
    ops.select(ops.greater(g, 0), 1, ops.mul(ops.exp(ops.minimum(g, 0)), alpha)),
})
