import { defineLayer, formatShape, isRows, ones, type Shape, shapeMismatch } from '@chainrule/core'

/** Scales begin at 1, so that a new layer changes nothing. */
const one = ones.with({})

function featuresOf(h: Shape): number {
  const features = h.at(-1)
  if (h.length >= 2 && features !== undefined && !isRows(features)) return features
  throw shapeMismatch(
    `\`__name__\` needs rows with a last axis of features, [B, …, features], but got ${formatShape(h)}`,
  )
}

/**
 * Multiplies each feature by a number of its own. Put your layer in its place.
 *
 * Equation   h' = h ⊙ s
 * Shapes     h [B, …, F], scale s [F] -> h' [B, …, F]
 * Gradient   ∂L/∂h = ∂L/∂h' ⊙ s;  ∂L/∂s = Σ ∂L/∂h' ⊙ h over all leading axes
 * Saved      h
 * Errors     shape-mismatch
 * Source     where the equation comes from
 */
export const __identifier__ = defineLayer({
  name: '__name__',
  summary: 'Multiplies each feature by a number of its own.',
  shape: (_, [h]) => {
    featuresOf(h)
    return h
  },
  init: (_, [h]) => ({
    scale: { shape: [featuresOf(h)], initializer: one, role: 'scale' },
  }),
  forward: (ops, { scale }, [h]) => ({ h: ops.mul(h, scale), saved: { h } }),
  // Left out, it is derived from `forward`. Written by hand, the tests hold it against that.
  backward: (ops, { scale }, { h }, { dh }) => {
    const leading = h.shape.slice(0, -1).map((_, axis) => axis)
    return { dh: [ops.mul(dh, scale)], gradients: { scale: ops.sum(ops.mul(dh, h), leading) } }
  },
})
