/** Loops that move elements between strided places. */
import type { Values } from '@chainrule/program'
import type { Walk } from '../walk.ts'

/** Copies; the walk's first view is of `out`, its second of `x`. */
export function copy(out: Values, x: Values, walk: Walk): void {
  const { rows, length, starts, steps } = walk
  const [toStarts, fromStarts] = starts as [Int32Array, Int32Array]
  const [toStep, fromStep] = steps as [number, number]
  for (let row = 0; row < rows; row++) {
    const to = toStarts[row] as number
    const from = fromStarts[row] as number
    for (let i = 0; i < length; i++) out[to + i * toStep] = x[from + i * fromStep] as number
  }
}

/** Adds to what is there; the walk is as for `copy`. */
export function addInto(out: Float64Array, x: Values, walk: Walk): void {
  const { rows, length, starts, steps } = walk
  const [toStarts, fromStarts] = starts as [Int32Array, Int32Array]
  const [toStep, fromStep] = steps as [number, number]
  for (let row = 0; row < rows; row++) {
    const to = toStarts[row] as number
    const from = fromStarts[row] as number
    for (let i = 0; i < length; i++) {
      out[to + i * toStep] = (out[to + i * toStep] as number) + (x[from + i * fromStep] as number)
    }
  }
}

/** Rows of `table`, `width` elements each, by index; zeros where the index is outside. */
export function gather(out: Values, table: Values, indices: Values, width: number): void {
  const rows = width === 0 ? 0 : table.length / width
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number
    const inside = index >= 0 && index < rows
    for (let j = 0; j < width; j++) {
      out[i * width + j] = inside ? (table[index * width + j] as number) : 0
    }
  }
}

/** Adds rows of `updates`, `width` elements each, to the rows of `sums` by index; drops those outside. */
export function scatterAdd(
  sums: Float64Array,
  indices: Values,
  updates: Values,
  width: number,
): void {
  const rows = width === 0 ? 0 : sums.length / width
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number
    if (index < 0 || index >= rows) continue
    for (let j = 0; j < width; j++) {
      sums[index * width + j] =
        (sums[index * width + j] as number) + (updates[i * width + j] as number)
    }
  }
}

/** Rows of `width` elements, `step` from one to the next, and where they are put. */
export interface RowSource {
  readonly values: Values
  readonly target: Values
  readonly width: number
  readonly step: number
}

/** Copies rows by `order[first]`, `order[first + 1]`, … to the start of the target. */
export function loadRows(
  { values, target, width, step }: RowSource,
  order: Int32Array,
  first: number,
  count: number,
): void {
  for (let row = 0; row < count; row++) {
    const from = (order[first + row] as number) * step
    const to = row * width
    for (let i = 0; i < width; i++) target[to + i] = values[from + i] as number
  }
}
