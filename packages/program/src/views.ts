/**
 * Which instructions only look at their operand's elements in another order, and how: nothing is copied for them. The
 * others (`pad` and `concat`, and a `reshape` across strides that do not fit) move data.
 */
import type { Attributes } from './primitives.ts'
import type { Instruction } from './program.ts'
import { windowPositions } from './shape-checks.ts'
import { dimensionAt, shapeAt, sizeOf } from './types.ts'

/** Element (i, j, …) stands at `offset` + i·strides[0] + j·strides[1] + … of its storage. */
export interface View {
  readonly offset: number
  readonly sizes: readonly number[]
  readonly strides: readonly number[]
}

type ViewPrimitive = 'reshape' | 'transpose' | 'broadcast' | 'slice' | 'unfold'
type ViewRule<P extends ViewPrimitive> = (
  view: View,
  attributes: Attributes[P],
  rows: number,
) => View | undefined

/** Axes that are walked with one stride, those of size 1 left out. */
interface Run {
  readonly size: number
  readonly stride: number
}

/** All elements in row-major order, from the storage's first. */
export function denseView(sizes: readonly number[]): View {
  const strides = new Array<number>(sizes.length)
  let stride = 1
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= sizes[axis] ?? 1
  }
  return { offset: 0, sizes, strides }
}

/** The number of elements that a view shows, repetitions counted. */
export function viewSize(view: View): number {
  return sizeOf(view.sizes)
}

/** The runs that a view consists of, outermost first; none where it shows one element. */
function runsOf(view: View): Run[] {
  const runs: Run[] = []
  view.sizes.forEach((size, axis) => {
    const stride = view.strides[axis] ?? 0
    const outer = runs.at(-1)
    if (size === 1) return
    if (outer !== undefined && outer.stride === stride * size) {
      runs[runs.length - 1] = { size: outer.size * size, stride }
    } else {
      runs.push({ size, stride })
    }
  })
  return runs
}

/**
 * The distance in the storage from each element to the next in row-major order, where it is the same everywhere: 1 for
 * dense elements, 0 for one repeated number. A view of fewer than two elements counts as dense.
 */
export function uniformStep(view: View): number | undefined {
  if (viewSize(view) < 2) return 1
  const [run, more] = runsOf(view)
  return more === undefined ? run?.stride : undefined
}

/** Splits each run, from the innermost, into the new sizes; undefined where a size would reach across two runs. */
function reshaped(view: View, sizes: readonly number[]): View | undefined {
  if (viewSize(view) === 0) return denseView(sizes)
  const runs = runsOf(view)
  const strides = new Array<number>(sizes.length)
  let { size: left, stride } = runs.pop() ?? { size: 1, stride: 1 }
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    const size = sizes[axis] ?? 1
    if (left === 1 && size > 1) ({ size: left, stride } = runs.pop() ?? { size: 1, stride: 1 })
    if (left % size !== 0) return undefined
    strides[axis] = stride
    stride *= size
    left /= size
  }
  return { offset: view.offset, sizes, strides }
}

const unfolded: ViewRule<'unfold'> = (view, { axes, windows, strides, dilations }) => {
  const first = axes[0] ?? 0
  const end = first + axes.length
  const along = view.strides.slice(first, end)
  const positions = axes.map((axis, i) =>
    windowPositions(view.sizes[axis] ?? 0, windows[i] ?? 1, strides[i] ?? 1, dilations[i] ?? 1),
  )
  const between = along.map((stride, i) => stride * (strides[i] ?? 1))
  const within = along.map((stride, i) => stride * (dilations[i] ?? 1))
  const around = (list: readonly number[], inside: readonly number[]): number[] => [
    ...list.slice(0, first),
    ...inside,
    ...list.slice(end),
  ]
  return {
    offset: view.offset,
    sizes: around(view.sizes, [...positions, ...windows]),
    strides: around(view.strides, [...between, ...within]),
  }
}

/** For each primitive that looks: the view of its result, or undefined where its elements must move after all. */
export const viewRules: { readonly [P in ViewPrimitive]: ViewRule<P> } = {
  reshape: (view, { shape }, rows) => reshaped(view, shapeAt(shape, rows)),
  transpose: (view, { permutation }) => ({
    offset: view.offset,
    sizes: permutation.map((axis) => view.sizes[axis] ?? 1),
    strides: permutation.map((axis) => view.strides[axis] ?? 0),
  }),
  broadcast: (view, { shape, axes }, rows) => ({
    offset: view.offset,
    sizes: shapeAt(shape, rows),
    // An axis that the operand does not have is walked without moving.
    strides: shape.map((_, axis) => view.strides[axes.indexOf(axis)] ?? 0),
  }),
  slice: (view, { start, size }, rows) => ({
    offset: start.reduce<number>(
      (offset, from, axis) => offset + dimensionAt(from, rows) * (view.strides[axis] ?? 0),
      view.offset,
    ),
    sizes: shapeAt(size, rows),
    strides: view.strides,
  }),
  unfold: unfolded,
}

/** How an instruction's result looks at its operand, for a batch of `rows`; undefined where it computes or moves. */
export function viewOf(instruction: Instruction, operand: View, rows: number): View | undefined {
  switch (instruction.primitive) {
    case 'reshape':
      return viewRules.reshape(operand, instruction.attributes, rows)
    case 'transpose':
      return viewRules.transpose(operand, instruction.attributes, rows)
    case 'broadcast':
      return viewRules.broadcast(operand, instruction.attributes, rows)
    case 'slice':
      return viewRules.slice(operand, instruction.attributes, rows)
    case 'unfold':
      return viewRules.unfold(operand, instruction.attributes, rows)
    default:
      return undefined
  }
}
