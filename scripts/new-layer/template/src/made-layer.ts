/** The made-layer layer. */
import {
  defineLayer,
  formatShape,
  type Initializer,
  isRows,
  type Shape,
  shapeMismatch,
} from '@chainrule/core'

const ones: Initializer = {
  name: 'ones',
  config: {},
  sample: (ops, { shape }) => ops.constant(1, { shape }),
}

function featuresOf(h: Shape): number {
  const features = h.at(-1)
  if (h.length < 2 || features === undefined || isRows(features)) {
    throw shapeMismatch(
      `\`made-layer\` needs rows with a last axis of features, [B, …, features], but got ${formatShape(h)}`,
      'give each row at least one number, for instance `input x 1`',
    )
  }
  return features
}

/**
 * Multiplies each feature by a number of its own. (Say here what yours does, in the field's terms.)
 *
 * Equation   h^n = h^(n-1) ⊙ s
 * Shapes     h^(n-1) [B, …, features], scale s [features] -> h^n [B, …, features]
 * Gradient   derived from `forward`; `backward` may be written by hand, as `dense` does
 * Errors     shape-mismatch
 */
export const madeLayer = defineLayer({
  name: 'made-layer',
  summary: 'Multiplies each feature by a number of its own.',
  shape: (_, [h]) => h,
  init: (_, [h]) => ({ scale: { shape: [featuresOf(h)], initializer: ones, role: 'scale' } }),
  forward: (ops, { scale }, [h]) => ({ h: ops.mul(h, scale), saved: {} }),
})
