/** Max pooling: of each window, the largest. */
import { defineLayer, type Ops, type Tensor } from '@chainrule/core'
import {
  fewPlaces,
  placeCount,
  placesOn,
  poolArguments,
  poolOptions,
  poolShape,
  poolWindows,
} from './pool.ts'
import { padAround, placesOf, type Windows, windowsIn } from './windows.ts'

/** The largest of each window, and the number of the first place that holds it: [B, …P, …K, C] -> [B, …P, C] twice. */
function firstLargest(ops: Ops, views: Tensor, windows: Windows): { h: Tensor; at: Tensor } {
  const space = windows.windows.length
  if (placeCount(windows) > fewPlaces) {
    const [before, channels] = [views.shape.slice(0, 1 + space), views.shape.slice(-1)]
    const inLine = ops.reshape(views, [...before, placeCount(windows), ...channels])
    return { h: ops.max(inLine, 1 + space), at: ops.argmax(inLine, 1 + space) }
  }
  const [first, ...others] = placesOf(ops, views, windows)
  if (first === undefined) throw new Error('internal: a window without places')
  let h = first
  let at = ops.constant(0, { shape: first.shape, dtype: 'i32' })
  others.forEach((place, i) => {
    at = ops.select(ops.greater(place, h), i + 1, at)
    h = ops.maximum(h, place)
  })
  return { h, at }
}

/**
 * Max pooling over images and series.
 *
 * Equation   h'[b, p, c] = max_k h[b, s·p + k, c]
 * Shapes     h [B, …S, C] -> h' [B, …P, C], P = ⌊(S + pad − K) / s⌋ + 1; the stride s is the window where left out
 * Gradient   dh[b, x, c] = Σ_{p: s·p + k*(p) = x} dh'[b, p, c], where k* is the first place that holds the maximum
 * Saved      k*
 * Errors     shape-mismatch
 * Source     Matches PyTorch 1.13 `nn.MaxPool1d` and `nn.MaxPool2d` except that channels come last; what is put round the
 *            edge is −∞, so that it is never chosen. `pad=same` is Keras's.
 */
export const maxPool = defineLayer({
  name: 'max-pool',
  summary: 'The largest number of each window, channel by channel.',
  arguments: poolArguments,
  options: poolOptions,
  shape: (config, [h]) => poolShape(poolWindows('max-pool', config, h), h),
  forward: (ops, _, [input], config) => {
    const windows = poolWindows('max-pool', config, input.shape)
    const padded = padAround(ops, input, windows, Number.NEGATIVE_INFINITY)
    const { h, at } = firstLargest(ops, windowsIn(ops, padded, windows), windows)
    return { h, saved: { at, windows } }
  },
  backward: (ops, _, { at, windows }, { dh }) => {
    const places = placesOn(ops, windows, dh)
    const isLargest = ops.equal(places.perWindow(at), places.numbers)
    const gradients = ops.select(isLargest, places.perWindow(dh), 0)
    return { dh: [places.back(gradients)], gradients: {} }
  },
})
