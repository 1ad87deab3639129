/** Strided views as plain loops: the places at which rows start, worked out once, and one step within a row. */
import type { View } from '@chainrule/program'

/** Views of one shape, walked together in row-major order. */
export interface Walk {
  /** The number of rows; all are `length` long. */
  readonly rows: number
  readonly length: number
  /** For each view, where in its storage each row starts. */
  readonly starts: readonly Int32Array[]
  /** For each view, the distance from an element of a row to the next. */
  readonly steps: readonly number[]
}

/** An axis with the stride of each view along it. */
interface Axis {
  readonly size: number
  readonly strides: readonly number[]
}

/** The axes that remain when neighbours that every view walks with one stride are taken together. */
function merged(views: readonly View[]): Axis[] {
  const axes: Axis[] = []
  views[0]?.sizes.forEach((size, axis) => {
    if (size === 1) return
    const strides = views.map((view) => view.strides[axis] ?? 0)
    const outer = axes.at(-1)
    if (outer?.strides.every((stride, v) => stride === (strides[v] ?? 0) * size)) {
      axes[axes.length - 1] = { size: outer.size * size, strides }
    } else {
      axes.push({ size, strides })
    }
  })
  return axes
}

/** Where each combination of the axes' indices stands, in row-major order. */
function places(axes: readonly Axis[], view: number, offset: number): Int32Array {
  let starts = Int32Array.of(offset)
  for (const { size, strides } of axes) {
    const stride = strides[view] ?? 0
    const outer = starts
    starts = new Int32Array(outer.length * size)
    for (let i = 0; i < starts.length; i++) {
      starts[i] = (outer[Math.floor(i / size)] ?? 0) + (i % size) * stride
    }
  }
  return starts
}

/** How to visit the elements of all views, which have one shape, in row-major order. */
export function walkOf(...views: readonly View[]): Walk {
  const axes = merged(views)
  const inner = axes.pop() ?? { size: 1, strides: views.map(() => 0) }
  const starts = views.map(({ offset }, view) => places(axes, view, offset))
  return { rows: starts[0]?.length ?? 0, length: inner.size, starts, steps: inner.strides }
}

/** Where each element stands. */
export function placesOf(view: View): Int32Array {
  const axes = view.sizes.map((size, axis) => ({ size, strides: [view.strides[axis] ?? 0] }))
  return places(axes, 0, view.offset)
}

/** The view of some of the axes, in that order, at index 0 of the others. */
export function selectAxes(view: View, axes: readonly number[]): View {
  return {
    offset: view.offset,
    sizes: axes.map((axis) => view.sizes[axis] ?? 1),
    strides: axes.map((axis) => view.strides[axis] ?? 0),
  }
}
