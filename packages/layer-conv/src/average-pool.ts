/** Average pooling: of each window, the mean. */
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

function sumOfPlaces(ops: Ops, views: Tensor, windows: Windows): Tensor {
  const space = windows.windows.length
  if (placeCount(windows) > fewPlaces) {
    return ops.sum(
      views,
      windows.windows.map((_, i) => 1 + space + i),
    )
  }
  return placesOf(ops, views, windows).reduce((sum, place) => ops.add(sum, place))
}

/** How many places of the window at each position along an axis are part of the image. */
function countsAlong({ sizes, before, windows, strides, positions }: Windows, i: number): number[] {
  return Array.from({ length: positions[i] ?? 1 }, (_, position) => {
    const from = position * (strides[i] ?? 1) - (before[i] ?? 0)
    return Math.min(from + (windows[i] ?? 1), sizes[i] ?? 1) - Math.max(from, 0)
  })
}

/** 1 / n: one number where nothing is put round the edge, else one for each position, [...P, 1]. */
function shares(ops: Ops, windows: Windows): Tensor | number {
  const { before, after, positions } = windows
  if ([...before, ...after].every((places) => places === 0)) return 1 / placeCount(windows)
  const counts = positions.reduce<number[]>(
    (all, _, i) => all.flatMap((count) => countsAlong(windows, i).map((n) => count * n)),
    [1],
  )
  return ops.constant(
    counts.map((count) => 1 / count),
    { shape: [...positions, 1] },
  )
}

/**
 * Average pooling over images and series.
 *
 * Equation   h'[b, p, c] = 1/n(p) Σ_k h[b, s·p + k, c]; n(p) places of the window are part of the image
 * Shapes     h [B, …S, C] -> h' [B, …P, C], P = ⌊(S + pad − K) / s⌋ + 1; the stride s is the window where left out
 * Gradient   dh[b, x, c] = Σ_{p, k: s·p + k = x} dh'[b, p, c] / n(p)
 * Errors     shape-mismatch
 * Source     Matches PyTorch 1.13 `nn.AvgPool1d` and `nn.AvgPool2d` with `count_include_pad=False` (theirs is True), which
 *            is what Keras does, except that channels come last.
 */
export const averagePool = defineLayer({
  name: 'average-pool',
  summary: 'The mean of each window, channel by channel.',
  arguments: poolArguments,
  options: poolOptions,
  shape: (config, [h]) => poolShape(poolWindows('average-pool', config, h), h),
  forward: (ops, _, [input], config) => {
    const windows = poolWindows('average-pool', config, input.shape)
    const views = windowsIn(ops, padAround(ops, input, windows), windows)
    const h = ops.mul(sumOfPlaces(ops, views, windows), shares(ops, windows))
    return { h, saved: { windows } }
  },
  backward: (ops, _, { windows }, { dh }) => {
    const places = placesOn(ops, windows, dh)
    const share = ops.mul(dh, shares(ops, windows))
    return { dh: [places.back(places.all(places.perWindow(share)))], gradients: {} }
  },
})
