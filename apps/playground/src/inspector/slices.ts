/** Tensors as matrices: the last two axes are shown, one slice of the others at a time. */
import type { ExplainedValue } from '../worker/inspect-protocol.ts'

export interface Slice {
  readonly rows: number
  readonly columns: number
  /** Where the slice begins among the elements. */
  readonly offset: number
}

/** A tensor with the constant 1 behind each row. */
export function withOnes({ shape, values }: ExplainedValue): ExplainedValue {
  const width = shape.at(-1) ?? 0
  const wider = shape.with(-1, width + 1)
  if (values === undefined) return { shape: wider, values }
  const all = new Float32Array(wider.reduce((size, each) => size * each, 1)).fill(1)
  for (let from = 0, to = 0; to < all.length; from += width, to += width + 1)
    all.set(values.subarray(from, from + width), to)
  return { shape: wider, values: all }
}

/** How many slices a tensor has. */
export const slicesOf = (shape: readonly number[]): number =>
  shape.slice(0, -2).reduce((count, size) => count * size, 1)

export function sliceOf(shape: readonly number[], slice: number): Slice {
  const columns = shape.at(-1) ?? 1
  const rows = shape.length < 2 ? 1 : (shape.at(-2) ?? 1)
  return { rows, columns, offset: slice * rows * columns }
}

/** The slice that an element is in, its row and its column. */
export function placeOf(
  flat: number,
  shape: readonly number[],
): { readonly slice: number; readonly row: number; readonly column: number } {
  const { rows, columns } = sliceOf(shape, 0)
  const size = Math.max(1, rows * columns)
  const within = flat % size
  return {
    slice: Math.floor(flat / size),
    row: Math.floor(within / columns),
    column: within % columns,
  }
}

export function indexOf(flat: number, shape: readonly number[]): number[] {
  let rest = flat
  return shape
    .toReversed()
    .map((size) => {
      const index = rest % size
      rest = Math.floor(rest / size)
      return index
    })
    .toReversed()
}

export const flatOf = (index: readonly number[], shape: readonly number[]): number =>
  index.reduce((flat, i, axis) => flat * (shape[axis] ?? 1) + i, 0)

/** The indices of one slice, of the axes that are not shown. */
export const leadOf = (slice: number, shape: readonly number[]): number[] =>
  indexOf(slice, shape.slice(0, -2))
