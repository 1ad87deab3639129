/**
 * The three products of a convolution. The windows on the image are the rows of a matrix that is never written down
 * (`unfold` only looks), so that each is one matrix product.
 *
 * Letters: B rows, S sizes of space, P positions of the window, K places within it, C channels, O filters, G groups of
 * each; Cg = C / G, Og = O / G. All of space stands for one axis (series) or two (images).
 */
import type { Ops, Tensor } from '@chainrule/core'
import { aroundGradient, foldWindows, padAround, type Windows, windowsIn } from './windows.ts'

/** What the products of one layer have in common. */
export interface Convolution extends Windows {
  readonly groups: number
}

const range = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i)

/** The last axis as groups: […, N] -> […, G, N / G]. */
function grouped(ops: Ops, x: Tensor, groups: number): Tensor {
  const channels = Number(x.shape.at(-1))
  return ops.reshape(x, [...x.shape.slice(0, -1), groups, channels / groups])
}

/** [G, B, …, N / G], as a product with groups gives it -> [B, …, N]. */
function ungrouped(ops: Ops, x: Tensor): Tensor {
  const axes = x.shape.length
  const moved = ops.transpose(x, [...range(1, axes - 2), 0, axes - 1])
  const [groups = 1, size = 1] = moved.shape.slice(-2).map(Number)
  return ops.reshape(moved, [...moved.shape.slice(0, -2), groups * size])
}

/** [O, Cg, …K] -> [G, Og, Cg, …K] */
function groupedWeight(ops: Ops, weight: Tensor, groups: number): Tensor {
  const [filters = 1, ...rest] = weight.shape
  return ops.reshape(weight, [groups, Number(filters) / groups, ...rest])
}

/**
 * Each filter against each window.
 *
 * Equation   g[b, p, o] = Σ_{k, c} h[b, s·p + d·k, c] W[o, c, k]
 * Shapes     padded h [B, …S, C], weight [O, Cg, …K] -> g [B, …P, O]
 */
export function convolve(ops: Ops, padded: Tensor, weight: Tensor, c: Convolution): Tensor {
  const space = c.windows.length
  const views = windowsIn(ops, grouped(ops, padded, c.groups), c) // [B, …P, …K, G, Cg]
  const filters = groupedWeight(ops, weight, c.groups)
  const places = range(1 + space, space)
  const g = ops.dot(views, filters, {
    batch: [[1 + 2 * space], [0]],
    contract: [
      [...places, 2 + 2 * space],
      [...range(3, space), 2],
    ],
  })
  return ungrouped(ops, g)
}

/**
 * ∂L/∂W: each place of each window meets the gradients of all positions.
 *
 * Equation   ∂L/∂W[o, c, k] = Σ_{b, p} ∂L/∂g[b, p, o] h[b, s·p + d·k, c]
 * Shapes     dg [B, …P, O], padded h [B, …S, C] -> dW [O, Cg, …K]
 */
export function weightGradient(ops: Ops, dg: Tensor, padded: Tensor, c: Convolution): Tensor {
  const space = c.windows.length
  const views = windowsIn(ops, grouped(ops, padded, c.groups), c) // [B, …P, …K, G, Cg]
  const everywhere = range(0, 1 + space)
  const dW = ops.dot(views, grouped(ops, dg, c.groups), {
    batch: [[1 + 2 * space], [1 + space]],
    contract: [everywhere, everywhere],
  }) // [G, …K, Cg, Og]
  const ordered = ops.transpose(dW, [0, 2 + space, 1 + space, ...range(1, space)])
  const [groups = 1, filters = 1, ...rest] = ordered.shape
  return ops.reshape(ordered, [Number(groups) * Number(filters), ...rest])
}

/**
 * ∂L/∂h: each gradient goes back to every place of its window.
 *
 * Equation   ∂L/∂h[b, x, c] = Σ_{p, k: s·p + d·k = x} Σ_o ∂L/∂g[b, p, o] W[o, c, k]
 * Shapes     dg [B, …P, O], weight [O, Cg, …K] -> dh [B, …S, C], the padding taken away
 *
 * With steps of 1 the sum is a convolution of ∂L/∂g with the filters turned round, and one product (see
 * `aroundGradient`). With longer steps the products are added up in `fold`.
 */
export function inputGradient(ops: Ops, dg: Tensor, weight: Tensor, c: Convolution): Tensor {
  const around = aroundGradient(c)
  if (around === undefined) return foldedGradient(ops, dg, weight, c)

  const space = c.windows.length
  const padded = padAround(ops, grouped(ops, dg, c.groups), around)
  const views = windowsIn(ops, padded, c) // [B, …S, …K, G, Og]
  const filters = placesFirst(ops, groupedWeight(ops, weight, c.groups))
  const turned = inOrder(ops, filters, space, 'last')
  const dh = ops.dot(views, turned, {
    batch: [[1 + 2 * space], [space]],
    contract: [
      [...range(1 + space, space), 2 + 2 * space],
      [...range(0, space), 1 + space],
    ],
  })
  return ungrouped(ops, dh)
}

function foldedGradient(ops: Ops, dg: Tensor, weight: Tensor, c: Convolution): Tensor {
  const space = c.windows.length
  const filters = groupedWeight(ops, weight, c.groups)
  const channelsLast = ops.transpose(filters, [0, 1, ...range(3, space), 2]) // [G, Og, …K, Cg]
  const views = ops.dot(grouped(ops, dg, c.groups), channelsLast, {
    batch: [[1 + space], [0]],
    contract: [[2 + space], [1]],
  })
  return foldWindows(ops, ungrouped(ops, views), c)
}

/** [G, Og, Cg, …K] -> [...K, G, Og, Cg] */
function placesFirst(ops: Ops, filters: Tensor): Tensor {
  return ops.transpose(filters, [...range(3, filters.shape.length - 3), 0, 1, 2])
}

/** [...K, …] with the places of the window in another order, each behind the one before. */
export function inOrder(ops: Ops, x: Tensor, space: number, from: 'first' | 'last'): Tensor {
  const [sizes, rest] = [x.shape.slice(0, space), x.shape.slice(space)]
  const places = sizes.reduce<number>((all, size) => all * Number(size), 1)
  const order = from === 'first' ? range(0, places) : range(0, places).reverse()
  const ordered = ops.gather(
    ops.reshape(x, [places, ...rest]),
    ops.constant(order, { dtype: 'i32' }),
  )
  return ops.reshape(ordered, x.shape)
}
