/** The scale and the shift that follow a normalisation. */
import {
  formatShape,
  isRows,
  ones,
  type ParameterSpec,
  type Shape,
  shapeMismatch,
  zeros,
} from '@chainrule/core'

/** The size of the last axis. */
export function featuresOf(name: string, h: Shape): number {
  const features = h.at(-1)
  if (h.length >= 2 && features !== undefined && !isRows(features)) return features
  throw shapeMismatch(
    `\`${name}\` needs rows with a last axis of features, [B, …, features], but got ${formatShape(h)}`,
    'give each row at least one number, for instance `input x 1`',
  )
}

/** γ, called `weight` as in PyTorch: 1 at first. It is no weight that decays. */
export const scaleOf = (features: number): ParameterSpec => ({
  shape: [features],
  initializer: ones.with({}),
  role: 'scale',
  decays: false,
})

/** β: 0 at first. */
export const shiftOf = (features: number): ParameterSpec => ({
  shape: [features],
  initializer: zeros.with({}),
  role: 'bias',
  decays: false,
})
