/**
 * Where windows lie on an image or a series.
 *
 * Letters: B rows, S sizes of space (height and width, or times), P positions of the window, K places within it,
 * C channels.
 */
import { isRows, type Ops, type Shape, type Tensor } from '@chainrule/core'
import { causalImage, notSpatial, windowTooLarge, wrongAxes } from './errors.ts'
import type { Extent, Padding } from './extent.ts'

/** What a layer's arguments ask for. */
export interface Asked {
  /** What the layer calls its window. */
  readonly argument: 'kernel' | 'window'
  readonly window: Extent
  readonly stride: Extent
  readonly dilation: Extent
  readonly pad: Padding
}

/** One number for each axis of space. */
type PerAxis = readonly number[]

export interface Windows {
  /** S. */
  readonly sizes: PerAxis
  readonly channels: number
  readonly windows: PerAxis
  readonly strides: PerAxis
  readonly dilations: PerAxis
  /** Places that are put before the first and behind the last. */
  readonly before: PerAxis
  readonly after: PerAxis
  /** P. */
  readonly positions: PerAxis
}

/** The sizes of space and the channels of [B, …S, C]. */
export function splitImage(layer: string, h: Shape): { sizes: PerAxis; channels: number } {
  const [, ...rest] = h
  const plain = rest.filter((size): size is number => !isRows(size))
  if (plain.length !== rest.length || plain.length < 2 || plain.length > 3)
    throw notSpatial(layer, h)
  return { sizes: plain.slice(0, -1), channels: plain.at(-1) ?? 1 }
}

function perAxis(layer: string, option: string, extent: Extent, h: Shape): PerAxis {
  const axes = h.length - 2
  if (typeof extent === 'number') return Array.from({ length: axes }, () => extent)
  if (extent.length !== axes) throw wrongAxes(layer, option, extent, h)
  return extent
}

/** From a window's first place to its last, both counted. */
function reachOf({ windows, dilations }: Pick<Windows, 'windows' | 'dilations'>): PerAxis {
  return windows.map((window, i) => (window - 1) * (dilations[i] ?? 1) + 1)
}

/** Errors: shape-mismatch */
export function windowsOn(layer: string, asked: Asked, h: Shape): Windows {
  const { sizes, channels } = splitImage(layer, h)
  const windows = perAxis(layer, asked.argument, asked.window, h)
  const strides = perAxis(layer, 'stride', asked.stride, h)
  const dilations = perAxis(layer, 'dilation', asked.dilation, h)
  const reach = reachOf({ windows, dilations })
  const [before, after] = around(layer, asked.pad, { sizes, strides, reach }, h)
  const padded = sizes.map((size, i) => size + (before[i] ?? 0) + (after[i] ?? 0))
  const positions = padded.map((size, i) => {
    return Math.floor((size - (reach[i] ?? 1)) / (strides[i] ?? 1)) + 1
  })
  if (positions.some((count) => count < 1)) throw windowTooLarge(layer, reach, padded, h)
  return { sizes, channels, windows, strides, dilations, before, after, positions }
}

function around(
  layer: string,
  pad: Padding,
  { sizes, strides, reach }: { sizes: PerAxis; strides: PerAxis; reach: PerAxis },
  h: Shape,
): [before: PerAxis, after: PerAxis] {
  if (pad === 'same') {
    const total = sizes.map((size, i) => {
      const stride = strides[i] ?? 1
      return Math.max((Math.ceil(size / stride) - 1) * stride + (reach[i] ?? 1) - size, 0)
    })
    const before = total.map((places) => Math.floor(places / 2))
    return [before, total.map((places, i) => places - (before[i] ?? 0))]
  }
  if (pad === 'causal') {
    if (sizes.length > 1) throw causalImage(layer, h)
    return [reach.map((places) => places - 1), [0]]
  }
  const places = perAxis(layer, 'pad', pad === 'valid' ? 0 : pad, h)
  return [places, places]
}

/** Puts `value` round [B, …S, …]. */
export function padAround(
  ops: Ops,
  x: Tensor,
  { before, after }: Pick<Windows, 'before' | 'after'>,
  value = 0,
): Tensor {
  if ([...before, ...after].every((places) => places === 0)) return x
  const rest = Array.from({ length: x.shape.length - 1 - before.length }, () => 0)
  return ops.pad(x, [0, ...before, ...rest], [0, ...after, ...rest], value)
}

/** Takes away what `padAround` put there: its transpose. */
export function cutAround(ops: Ops, padded: Tensor, { before, sizes }: Windows): Tensor {
  const rest = padded.shape.slice(1 + sizes.length)
  const [rows = 1] = padded.shape
  return ops.slice(padded, [0, ...before, ...rest.map(() => 0)], [rows, ...sizes, ...rest])
}

/**
 * What is put round ∂L/∂g so that ∂L/∂h is a convolution of it with the filters turned round: with steps of 1 there is one
 * position p for each place k, p = x − d·k. Nothing where steps are longer, or more was put round h than a filter reaches.
 */
export function aroundGradient(windows: Windows): Pick<Windows, 'before' | 'after'> | undefined {
  const reach = reachOf(windows)
  const before = reach.map((places, i) => places - 1 - (windows.before[i] ?? 0))
  const after = reach.map((places, i) => places - 1 - (windows.after[i] ?? 0))
  const isDense = windows.strides.every((stride) => stride === 1)
  const fits = [...before, ...after].every((places) => places >= 0)
  return isDense && fits ? { before, after } : undefined
}

/** What `ops.unfold` and `ops.fold` are told: the axes of space follow the rows. */
function attributesOf({ windows, strides, dilations }: Windows) {
  return { axes: windows.map((_, i) => i + 1), windows, strides, dilations }
}

/** The windows on a padded [B, …S, …]: [B, …P, …K, …]. Nothing is copied for it. */
export function windowsIn(ops: Ops, padded: Tensor, windows: Windows): Tensor {
  return ops.unfold(padded, attributesOf(windows))
}

/** One place of every window: [B, …P, …K, …] at one index of K -> [B, …P, …]. */
function placeOf(ops: Ops, views: Tensor, at: readonly number[]): Tensor {
  const space = at.length
  const [before, behind] = [views.shape.slice(0, 1 + space), views.shape.slice(1 + 2 * space)]
  const start = [...before.map(() => 0), ...at, ...behind.map(() => 0)]
  const one = ops.slice(views, start, [...before, ...at.map(() => 1), ...behind])
  return ops.reshape(one, [...before, ...behind])
}

/** All places of the windows one by one, in row-major order. */
export function placesOf(ops: Ops, views: Tensor, { windows }: Pick<Windows, 'windows'>): Tensor[] {
  const indices = windows.reduce<number[][]>(
    (all, size) => all.flatMap((at) => Array.from({ length: size }, (_, i) => [...at, i])),
    [[]],
  )
  return indices.map((at) => placeOf(ops, views, at))
}

/** Windows added back to where they came from, the padding taken away: [B, …P, …K, …] -> [B, …S, …]. */
export function foldWindows(ops: Ops, views: Tensor, windows: Windows): Tensor {
  const { before, after, sizes } = windows
  const padded = sizes.map((size, i) => size + (before[i] ?? 0) + (after[i] ?? 0))
  return cutAround(ops, ops.fold(views, { ...attributesOf(windows), sizes: padded }), windows)
}
