/**
 * Where the elements of a tensor stand in memory, for every number of rows at once: sizes and strides are numbers or
 * multiples of B, as dimensions are.
 */

import type { Attributes, Instruction } from '@chainrule/program'
import {
  type Dimension,
  isRows,
  type Shape,
  sameDimension,
  sameShape,
  windowPositions,
} from '@chainrule/program'

/** `fixed` + `perRow`·B elements. */
export interface Offset {
  readonly fixed: number
  readonly perRow: number
}

/** Element (i, j, …) stands at `offset` + i·strides[0] + j·strides[1] + … elements of its buffer. */
export interface Layout {
  readonly offset: Offset
  readonly sizes: Shape
  readonly strides: readonly Dimension[]
}

/** The product of two dimensions; undefined where it would be a multiple of B². */
export function multiply(a: Dimension, b: Dimension): Dimension | undefined {
  if (a === 0 || b === 0) return 0
  if (isRows(a)) return isRows(b) ? undefined : { rows: a.rows * b }
  return isRows(b) ? { rows: a * b.rows } : a * b
}

/** How many elements there are; undefined where that would be a multiple of B². */
export function elementCount(sizes: Shape): Dimension | undefined {
  return sizes.reduce<Dimension | undefined>(
    (product, size) => (product === undefined ? undefined : multiply(product, size)),
    1,
  )
}

/** a / b where that is a whole number or a whole multiple of B. */
function divide(a: Dimension, b: Dimension): Dimension | undefined {
  if (isRows(a)) {
    if (isRows(b)) return a.rows % b.rows === 0 ? a.rows / b.rows : undefined
    return a.rows % b === 0 ? { rows: a.rows / b } : undefined
  }
  return isRows(b) || a % b !== 0 ? undefined : a / b
}

/** What cannot be said for every number of rows at once: distances that grow as B². */
export class NeedsRows extends Error {
  constructor() {
    super('internal: distances that grow with the square of the number of rows')
  }
}

export function needed(dimension: Dimension | undefined): Dimension {
  if (dimension === undefined) throw new NeedsRows()
  return dimension
}

const nowhere: Offset = { fixed: 0, perRow: 0 }

/** All elements in row-major order, from the buffer's first, nothing between them whatever the number of rows. */
export function packed(sizes: Shape): Layout {
  const strides = new Array<Dimension>(sizes.length)
  let stride: Dimension = 1
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    if (axis > 0) stride = needed(multiply(stride, sizes[axis] ?? 1))
  }
  return { offset: nowhere, sizes, strides }
}

/** All elements in row-major order with room for `maxBatch` rows: where each stands does not depend on B. */
export function roomy(sizes: Shape, maxBatch: number): Layout {
  const strides = new Array<Dimension>(sizes.length)
  let stride = 1
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    const size = sizes[axis] ?? 1
    strides[axis] = stride
    stride *= isRows(size) ? size.rows * maxBatch : size
  }
  return { offset: nowhere, sizes, strides }
}

/** Axes that are walked with one stride. */
export interface Run {
  readonly size: Dimension
  readonly stride: Dimension
}

/** The runs that a layout consists of, outermost first; axes of one element are left out. */
export function runsOf({ sizes, strides }: Pick<Layout, 'sizes' | 'strides'>): Run[] {
  const runs: Run[] = []
  sizes.forEach((size, axis) => {
    const stride = strides[axis] ?? 0
    const outer = runs.at(-1)
    if (size === 1) return
    const joined = outer && multiply(outer.size, size)
    const step = multiply(stride, size)
    if (outer && joined !== undefined && step !== undefined && sameDimension(outer.stride, step)) {
      runs[runs.length - 1] = { size: joined, stride }
    } else {
      runs.push({ size, stride })
    }
  })
  return runs
}

/** The one stride at which all elements follow each other, if there is one; 1 for a single element. */
export function uniformStride(layout: Pick<Layout, 'sizes' | 'strides'>): Dimension | undefined {
  const [run, more] = runsOf(layout)
  if (run === undefined) return 1
  return more === undefined ? run.stride : undefined
}

/** Whether there are no elements, whatever the number of rows. */
function isEmpty(sizes: Shape): boolean {
  return sizes.some((size) => (isRows(size) ? size.rows : size) === 0)
}

/** Whether the elements stand in row-major order with nothing between them, whatever the number of rows. */
export function isPacked(layout: Layout): boolean {
  return isEmpty(layout.sizes) || uniformStride(layout) === 1
}

/** Some of the axes, in that order, at index 0 of the others. */
export function selectAxes({ offset, sizes, strides }: Layout, axes: readonly number[]): Layout {
  return {
    offset,
    sizes: axes.map((axis) => sizes[axis] ?? 1),
    strides: axes.map((axis) => strides[axis] ?? 0),
  }
}

/** The layout seen with other sizes; undefined where an axis would reach across two runs. */
export function reshaped(layout: Layout, sizes: Shape): Layout | undefined {
  if (isEmpty(sizes)) return { ...packed(sizes), offset: layout.offset }
  const runs = runsOf(layout)
  const strides = new Array<Dimension>(sizes.length)
  let { size: left, stride }: Run = runs.pop() ?? { size: 1, stride: 1 }
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    const size = sizes[axis] ?? 1
    if (left === 1 && size !== 1) ({ size: left, stride } = runs.pop() ?? { size: 1, stride: 1 })
    strides[axis] = stride
    if (size === 1) continue
    const rest = divide(left, size)
    const next = rest === 1 ? 0 : multiply(stride, size)
    if (rest === undefined || next === undefined) return undefined
    left = rest
    stride = next
  }
  return { offset: layout.offset, sizes, strides }
}

/** The part that begins at `start`. */
export function sliced({ offset, strides }: Layout, { start, size }: Attributes['slice']): Layout {
  let { fixed, perRow } = offset
  start.forEach((from, axis) => {
    const distance = needed(multiply(from, strides[axis] ?? 0))
    if (isRows(distance)) perRow += distance.rows
    else fixed += distance
  })
  return { offset: { fixed, perRow }, sizes: size, strides }
}

/** Whether each index stands at the same place in both. */
export function areAlike({ offset: a, strides }: Layout, { offset: b, ...other }: Layout): boolean {
  return a.fixed === b.fixed && a.perRow === b.perRow && sameShape(strides, other.strides)
}

/**
 * Whether two layouts of one buffer with the same strides have no element in common, as parts of one whole have: modulo the
 * distance that both skip over, neither reaches the other. False where that cannot be said for every number of rows.
 */
export function areApart(a: Layout, b: Layout): boolean {
  if (a.offset.perRow !== b.offset.perRow || a.strides.length !== b.strides.length) return false
  const [low, high] = a.offset.fixed <= b.offset.fixed ? [a, b] : [b, a]
  const distance = high.offset.fixed - low.offset.fixed
  let [reachOfLow, reachOfHigh, period] = [0, 0, Number.POSITIVE_INFINITY]
  for (const [axis, stride] of low.strides.entries()) {
    const [one = 1, other = 1] = [low.sizes[axis], high.sizes[axis]]
    if (isRows(stride) || stride !== high.strides[axis]) return false
    if (stride === 0) continue
    if (stride > distance) {
      if (period !== Number.POSITIVE_INFINITY && period % stride > 0 && stride % period > 0)
        return false
      period = Math.min(period, stride)
    } else if (isRows(one) || isRows(other)) return false
    else {
      reachOfLow += (one - 1) * stride
      reachOfHigh += (other - 1) * stride
    }
  }
  return reachOfLow < distance && distance + reachOfHigh < period
}

/** Windows over neighbouring axes, see `unfold`. */
export function unfolded(
  { offset, sizes, strides }: Layout,
  { axes, windows, strides: steps, dilations }: Attributes['unfold'],
): Layout {
  const first = axes[0] ?? 0
  const end = first + axes.length
  const positions = axes.map((axis, i) => {
    const size = sizes[axis] ?? 0
    if (isRows(size)) throw new NeedsRows()
    return windowPositions(size, windows[i] ?? 1, steps[i] ?? 1, dilations[i] ?? 1)
  })
  const along = strides.slice(first, end)
  const scaled = (by: readonly number[]): Dimension[] =>
    along.map((stride, i) => needed(multiply(stride, by[i] ?? 1)))
  return {
    offset,
    sizes: [...sizes.slice(0, first), ...positions, ...windows, ...sizes.slice(end)],
    strides: [
      ...strides.slice(0, first),
      ...scaled(steps),
      ...scaled(dilations),
      ...strides.slice(end),
    ],
  }
}

/** How an instruction's result looks at its operand; undefined where it computes or elements must move. */
export function viewed(instruction: Instruction, layout: Layout): Layout | undefined {
  switch (instruction.primitive) {
    case 'reshape':
      return reshaped(layout, instruction.attributes.shape)
    case 'transpose':
      return selectAxes(layout, instruction.attributes.permutation)
    case 'broadcast': {
      const { shape, axes } = instruction.attributes
      const strides = shape.map((_, axis) => layout.strides[axes.indexOf(axis)] ?? 0)
      return { offset: layout.offset, sizes: shape, strides }
    }
    case 'slice':
      return sliced(layout, instruction.attributes)
    case 'unfold':
      return unfolded(layout, instruction.attributes)
    case 'allReduceSum':
      return layout
    default:
      return undefined
  }
}
