/** In which order a loop visits its elements: axes joined where they can be, and one that is walked by fours. */
import { type Dimension, isRows, type Shape, sameDimension } from '@chainrule/program'
import { multiply } from '../layout.ts'
import type { Access, LoopKernel } from '../lower/kernels.ts'

export interface Level {
  readonly size: Dimension
  /** For each access, the distance in elements (or counts) from one index to the next. */
  readonly strides: readonly Dimension[]
  /** Whether the axis disappears from the results. */
  readonly reduced: boolean
  /** Whether four indices are done at once. */
  readonly vector: boolean
}

type Axis = Omit<Level, 'vector'>

export function stridesOf(access: Access): readonly Dimension[] {
  return access.kind === 'index' ? access.strides : access.layout.strides
}

function axesOf({ shape, accesses, reduced }: LoopKernel): Axis[] {
  return shape.map((size, axis) => {
    const strides = accesses.map((access) => stridesOf(access)[axis] ?? 0)
    return { size, strides, reduced: reduced.includes(axis) }
  })
}

/** The axis that two neighbours make together, if every access walks them with one stride. */
function joined(outer: Axis, inner: Axis): Axis | undefined {
  const size = multiply(outer.size, inner.size)
  if (size === undefined || outer.reduced !== inner.reduced) return undefined
  const fits = outer.strides.every((stride, i) => {
    const step = multiply(inner.strides[i] ?? 0, inner.size)
    return step !== undefined && sameDimension(stride, step)
  })
  return fits ? { ...inner, size } : undefined
}

function joinNeighbours(axes: readonly Axis[]): Axis[] {
  const result: Axis[] = []
  for (const axis of axes) {
    const last = result.at(-1)
    const both = last && joined(last, axis)
    if (both === undefined) result.push(axis)
    else result[result.length - 1] = both
  }
  return result
}

/** How good it is to walk an axis by fours: many accesses with neighbouring elements, few that need gathering. */
function merit(axis: Axis, stores: ReadonlySet<number>): number {
  let sum = 0
  axis.strides.forEach((stride, access) => {
    const weight = stores.has(access) ? 3 : 2
    if (stride === 1) sum += weight
    else if (stride !== 0) sum -= weight
  })
  const short = !isRows(axis.size) && axis.size < 4
  return short ? sum - 3 : sum
}

/** The index of the best axis to walk by fours; of equals the innermost. */
function vectorAxis(axes: readonly Axis[], stores: ReadonlySet<number>): number {
  let best = axes.length - 1
  let most = Number.NEGATIVE_INFINITY
  axes.forEach((axis, i) => {
    const found = merit(axis, stores)
    if (found >= most) {
      most = found
      best = i
    }
  })
  return best
}

/** Levels from the outermost: kept axes, reduced axes; the one by fours is the last of its kind. */
export function nestOf(kernel: LoopKernel): Level[] {
  const stores = new Set(kernel.stores.map(({ access }) => access))
  const all = axesOf(kernel)
  const axes = [
    ...joinNeighbours(all.filter(({ reduced }) => !reduced)),
    ...joinNeighbours(all.filter(({ reduced }) => reduced)),
  ]
  const vector = vectorAxis(axes, stores)
  const rest = (reduced: boolean) =>
    axes.filter((axis, i) => axis.reduced === reduced && i !== vector)
  const chosen = axes.filter((_, i) => i === vector)
  const kept = [...rest(false), ...chosen.filter(({ reduced }) => !reduced)]
  const summed = [...rest(true), ...chosen.filter(({ reduced }) => reduced)]
  return [...kept, ...summed].map((axis) => ({ ...axis, vector: chosen.includes(axis) }))
}

export function isEmpty(shape: Shape): boolean {
  return shape.includes(0)
}
