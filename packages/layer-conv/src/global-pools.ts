/** Pools over all of space: one number a channel is left. */
import { defineLayer, type Ops, type Shape, sizeOf, type Tensor } from '@chainrule/core'
import { splitImage } from './windows.ts'

/** [B, …S, C] -> [B, S, C], all of space in one axis. */
function inLine(ops: Ops, layer: string, h: Tensor): Tensor {
  const [rows = 1] = h.shape
  const { sizes, channels } = splitImage(layer, h.shape)
  return ops.reshape(h, [rows, sizeOf(sizes), channels])
}

function shapeOf(layer: string, h: Shape): Shape {
  return [h[0] ?? 1, splitImage(layer, h).channels]
}

/**
 * The largest number of each channel.
 *
 * Equation   h'[b, c] = max_x h[b, x, c]
 * Shapes     h [B, …S, C] -> h' [B, C]
 * Gradient   dh[b, x, c] = dh'[b, c] at the first maximum, 0 elsewhere; derived
 * Errors     shape-mismatch
 * Source     Matches PyTorch 1.13 `nn.AdaptiveMaxPool2d(1)` and Keras `GlobalMaxPooling2D`, channels last.
 */
export const globalMaxPool = defineLayer({
  name: 'global-max-pool',
  summary: 'The largest number of each channel, over all of an image or a series.',
  shape: (_, [h]) => shapeOf('global-max-pool', h),
  forward: (ops, _, [h]) => ({ h: ops.max(inLine(ops, 'global-max-pool', h), 1), saved: {} }),
})

/**
 * The mean of each channel.
 *
 * Equation   h'[b, c] = 1/|S| Σ_x h[b, x, c]
 * Shapes     h [B, …S, C] -> h' [B, C]
 * Gradient   dh[b, x, c] = dh'[b, c] / |S|; derived
 * Errors     shape-mismatch
 * Source     Lin, Chen and Yan 2013. Matches PyTorch 1.13 `nn.AdaptiveAvgPool2d(1)` and Keras `GlobalAveragePooling2D`,
 *            channels last.
 */
export const globalAveragePool = defineLayer({
  name: 'global-average-pool',
  summary: 'The mean of each channel, over all of an image or a series.',
  shape: (_, [h]) => shapeOf('global-average-pool', h),
  forward: (ops, _, [h]) => ({ h: ops.mean(inLine(ops, 'global-average-pool', h), 1), saved: {} }),
})
