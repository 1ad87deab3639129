/** Loops that make one number of many. Sums are kept in float64, added in index order and rounded once. */
import type { Values } from '@chainrule/program'
import type { Walk } from '../walk.ts'

/** Sums over the elements of `walk`, once from each of the `kept` places. */
export function sum(out: Values, x: Values, kept: Int32Array, walk: Walk): void {
  const { rows, length } = walk
  const starts = walk.starts[0] as Int32Array
  const step = walk.steps[0] as number
  for (let k = 0; k < kept.length; k++) {
    const base = kept[k] as number
    let total = 0
    for (let row = 0; row < rows; row++) {
      const from = base + (starts[row] as number)
      for (let i = 0; i < length; i++) total += x[from + i * step] as number
    }
    out[k] = total
  }
}

/** The largest of `count` elements from each of the `kept` places; NaN where one is, `lowest` where there is none. */
export function max(
  out: Values,
  x: Values,
  kept: Int32Array,
  count: number,
  step: number,
  lowest: number,
): void {
  for (let k = 0; k < kept.length; k++) {
    const base = kept[k] as number
    let largest = lowest
    for (let i = 0; i < count; i++) largest = Math.max(largest, x[base + i * step] as number)
    out[k] = largest
  }
}

/** The index of the first of the largest; the first NaN where there is one, 0 where there are no elements. */
export function argmax(
  out: Values,
  x: Values,
  kept: Int32Array,
  count: number,
  step: number,
): void {
  for (let k = 0; k < kept.length; k++) {
    const base = kept[k] as number
    let best = 0
    let largest = count > 0 ? (x[base] as number) : 0
    for (let i = 1; i < count && !Number.isNaN(largest); i++) {
      const value = x[base + i * step] as number
      if (value > largest || Number.isNaN(value)) {
        largest = value
        best = i
      }
    }
    out[k] = best
  }
}
