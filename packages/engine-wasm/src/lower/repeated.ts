/** Operands of a loop that are repeated: one that would be gathered again and again is put in order once. */
import { isRows } from '@chainrule/program'
import { packed, selectAxes } from '../layout.ts'
import type { Place } from './kernels.ts'
import type { LoweringSite } from './lower.ts'

/** Repeated less often than this, an operand is read where it is. */
const fewestTimes = 8

/**
 * The place of an operand for a loop. A filter [C, K] that is read as [B, …, C] has its elements K apart along the axis that
 * is walked by fours, and each four would be put together anew for every row.
 */
export function inOrder(site: LoweringSite, place: Place): Place {
  const { layout } = place
  const axes = layout.sizes.flatMap((size, axis) => (size === 1 ? [] : [axis]))
  const kept = axes.filter((axis) => layout.strides[axis] !== 0)
  const innermost = axes.at(-1)
  if (innermost === undefined || kept.at(-1) !== innermost) return place
  if (layout.strides[innermost] === 1 || kept.some((axis) => isRows(layout.sizes[axis] ?? 1)))
    return place
  const repeated = axes.filter((axis) => !kept.includes(axis))
  const times = repeated.reduce((product, axis) => {
    const size = layout.sizes[axis] ?? 1
    return product * (isRows(size) ? fewestTimes : size)
  }, 1)
  if (times < fewestTimes) return place
  const from = selectAxes(layout, kept)
  const once = site.temporary(place.dtype, from.sizes)
  site.copy({ ...place, layout: from }, once)
  const { strides } = packed(from.sizes)
  const all = layout.sizes.map((_, axis) => strides[kept.indexOf(axis)] ?? 0)
  return { ...once, layout: { offset: once.layout.offset, sizes: layout.sizes, strides: all } }
}
