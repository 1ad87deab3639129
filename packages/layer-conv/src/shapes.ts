/** Layers that change the shape alone: flatten and reshape move nothing, upsample repeats. */
import { defineLayer, isRows, type Shape, sizeOf } from '@chainrule/core'
import { differentSize, notFlat, wrongAxes } from './errors.ts'
import { type Extent, extent, rowShape } from './extent.ts'
import { splitImage } from './windows.ts'

/** The sizes of a row. */
function rowSizes(layer: string, h: Shape): number[] {
  const [, ...rest] = h
  const plain = rest.filter((size): size is number => !isRows(size))
  if (h.length === 0 || plain.length !== rest.length) throw notFlat(layer, h)
  return plain
}

/**
 * All numbers of a row in one axis.
 *
 * Shapes     h [B, …S] -> h' [B, ∏S], row-major: the channels of a place stay together
 * Gradient   the same seen in the other shape
 * Source     PyTorch 1.13 `nn.Flatten`, whose images have channels first: weights of a dense layer behind it have their
 *            columns in another order there. Matches Keras `Flatten`.
 */
export const flatten = defineLayer({
  name: 'flatten',
  summary: 'All numbers of a row in one axis.',
  shape: (_, [h]) => [h[0] ?? 1, sizeOf(rowSizes('flatten', h))],
  forward: (ops, _, [h]) => ({
    h: ops.reshape(h, [h.shape[0] ?? 1, sizeOf(rowSizes('flatten', h.shape))]),
    saved: { h },
  }),
  backward: (ops, _, { h }, { dh }) => ({ dh: [ops.reshape(dh, h.shape)], gradients: {} }),
})

function newSizes(to: Extent, h: Shape): readonly number[] {
  const sizes = typeof to === 'number' ? [to] : to
  if (sizeOf(sizes) !== sizeOf(rowSizes('reshape', h))) throw differentSize(h, sizes)
  return sizes
}

/**
 * The numbers of a row with other sizes, in the same order.
 *
 * Shapes     h [B, …S] -> h' [B, …T], where ∏S = ∏T
 * Gradient   the same seen in the other shape
 * Errors     shape-mismatch
 * Source     Matches Keras `Reshape` and PyTorch 1.13 `nn.Unflatten`, which keep the order too.
 */
export const reshape = defineLayer({
  name: 'reshape',
  summary: 'The numbers of a row with other sizes, in the same order.',
  arguments: { sizes: rowShape() },
  shape: ({ sizes }, [h]) => [h[0] ?? 1, ...newSizes(sizes, h)],
  forward: (ops, _, [h], { sizes }) => ({
    h: ops.reshape(h, [h.shape[0] ?? 1, ...newSizes(sizes, h.shape)]),
    saved: { h },
  }),
  backward: (ops, _, { h }, { dh }) => ({ dh: [ops.reshape(dh, h.shape)], gradients: {} }),
})

/** The sizes of space, each with how often its places are repeated. */
function repeats(factor: Extent, h: Shape): { size: number; times: number }[] {
  const { sizes } = splitImage('upsample', h)
  const list = typeof factor === 'number' ? sizes.map(() => factor) : factor
  if (list.length !== sizes.length) throw wrongAxes('upsample', 'factor', list, h)
  return sizes.map((size, i) => ({ size, times: list[i] ?? 1 }))
}

/**
 * Every place of an image or a series several times: the nearest neighbour.
 *
 * Equation   h'[b, f·x + i, c] = h[b, x, c] for 0 ≤ i < f
 * Shapes     h [B, …S, C] -> h' [B, …f·S, C]
 * Gradient   dh[b, x, c] = Σ_i dh'[b, f·x + i, c]
 * Errors     shape-mismatch
 * Source     Matches PyTorch 1.13 `nn.Upsample(mode='nearest')` and Keras `UpSampling2D`, channels last.
 */
export const upsample = defineLayer({
  name: 'upsample',
  summary: 'Every place of an image or a series several times.',
  arguments: { factor: extent() },
  shape: ({ factor }, [h]) => [
    h[0] ?? 1,
    ...repeats(factor, h).map(({ size, times }) => size * times),
    h.at(-1) ?? 1,
  ],
  forward: (ops, _, [h], { factor }) => {
    const space = repeats(factor, h.shape)
    const [rows = 1, channels = 1] = [h.shape[0], h.shape.at(-1)]
    const apart = ops.reshape(h, [rows, ...space.flatMap(({ size }) => [size, 1]), channels])
    const repeated = [rows, ...space.flatMap(({ size, times }) => [size, times]), channels]
    const grown = space.map(({ size, times }) => size * times)
    return {
      h: ops.reshape(ops.broadcastTo(apart, repeated), [rows, ...grown, channels]),
      saved: { repeated, space },
    }
  },
  backward: (ops, _, { repeated, space }, { dh }) => {
    const copies = ops.reshape(dh, repeated)
    const places = space.map((_, i) => 2 * i + 2)
    return { dh: [ops.sum(copies, places)], gradients: {} }
  },
})
