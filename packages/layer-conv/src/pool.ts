/**
 * What max-pool and average-pool share: their arguments, and how gradients go back to the places of windows.
 *
 * Letters: B rows, S sizes of space, P positions of the window, K places within it, C channels.
 */
import { type Ops, optional, type Shape, sizeOf, type Tensor } from '@chainrule/core'
import { paddingTooLarge } from './errors.ts'
import { type Extent, extent, type Padding, padding } from './extent.ts'
import { cutAround, foldWindows, type Windows, windowsOn } from './windows.ts'

export const poolArguments = { window: extent() }

export const poolOptions = {
  /** The window itself where left out: windows that touch. */
  stride: optional(extent()),
  pad: padding({ words: ['valid', 'same'] }),
}

interface PoolConfig {
  readonly window: Extent
  readonly stride: Extent | undefined
  readonly pad: Padding
}

export function poolWindows(layer: string, { window, stride, pad }: PoolConfig, h: Shape): Windows {
  const asked = { argument: 'window', window, stride: stride ?? window, dilation: 1, pad } as const
  const found = windowsOn(layer, asked, h)
  const { before, after, windows } = found
  const isEmpty = windows.some((size, i) => Math.max(before[i] ?? 0, after[i] ?? 0) >= size)
  if (isEmpty) throw paddingTooLarge(layer, before, windows)
  return found
}

/** [B, …P, C] */
export function poolShape({ positions, channels }: Windows, h: Shape): Shape {
  return [h[0] ?? 1, ...positions, channels]
}

/** The number of places in a window. */
export function placeCount({ windows }: Windows): number {
  return sizeOf(windows)
}

/** Up to so many places are written out term by term, in one loop; a larger window is reduced along an axis. */
export const fewPlaces = 32

/** Whether every place lies in exactly one window. */
function windowsTouch({ sizes, before, after, positions, windows, strides }: Windows): boolean {
  return sizes.every((size, i) => {
    const padded = size + (before[i] ?? 0) + (after[i] ?? 0)
    return strides[i] === windows[i] && padded === (positions[i] ?? 1) * (windows[i] ?? 1)
  })
}

/** A tensor for each place of each window, made from one for each window. */
export interface Places {
  /** [B, …P, C] seen with axes of size 1 where the places will be. */
  perWindow(x: Tensor): Tensor
  /** The number of a place in its window, row-major. */
  readonly numbers: Tensor
  /** Repeats what has sizes of 1 at the places. */
  all(x: Tensor): Tensor
  /** Gradients of all places -> those of h, [B, …S, C]. */
  back(gradients: Tensor): Tensor
}

/**
 * The places of the windows: as [B, …P, …K, C], or, where windows touch, as [B, P, K, P, K, C], which is the image itself
 * in its own order, so that nothing is added up or moved.
 */
export function placesOn(ops: Ops, windows: Windows, dh: Tensor): Places {
  const { positions, windows: sizes, channels } = windows
  const touch = windowsTouch(windows)
  const pairs = (size: (i: number) => number, place: (i: number) => number): number[] =>
    touch
      ? sizes.flatMap((_, i) => [size(i), place(i)])
      : [...sizes.map((_, i) => size(i)), ...sizes.map((_, i) => place(i))]
  const at = (list: readonly number[]) => (i: number) => list[i] ?? 1
  const one = () => 1
  const [rows = 1] = dh.shape
  const shape = [rows, ...pairs(at(positions), at(sizes)), channels]
  const image = positions.map((count, i) => count * at(sizes)(i))
  return {
    perWindow: (x) => ops.reshape(x, [rows, ...pairs(at(positions), one), channels]),
    numbers: ops.constant(
      Array.from({ length: placeCount(windows) }, (_, i) => i),
      { shape: [1, ...pairs(one, at(sizes)), 1], dtype: 'i32' },
    ),
    all: (x) => ops.broadcastTo(x, shape),
    back: (gradients) =>
      touch
        ? cutAround(ops, ops.reshape(gradients, [rows, ...image, channels]), windows)
        : foldWindows(ops, gradients, windows),
  }
}
