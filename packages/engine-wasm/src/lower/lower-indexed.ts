/** Rows by index: reading them (`gather`) and adding to them (`scatterAdd`). */
import type { Dimension, Instruction, Shape } from '@chainrule/program'
import { elementCount, needed } from '../layout.ts'
import type { Place } from './kernels.ts'
import type { LoweringSite } from './lower.ts'

const count = (sizes: Shape): Dimension => needed(elementCount(sizes))

export function lowerGather(site: LoweringSite, { operands, type }: Instruction<'gather'>): Place {
  const [tableId = 0, indicesId = 0] = operands
  const table = site.packedPlace(tableId)
  const indices = site.packedPlace(indicesId)
  const out = site.temporary(type.dtype, type.shape)
  const [size = 0, ...rest] = table.layout.sizes
  site.add({
    kind: 'gather',
    dtype: type.dtype,
    table,
    indices,
    out,
    count: count(indices.layout.sizes),
    size: typeof size === 'number' ? size : 0,
    width: count(rest),
  })
  return out
}

export function lowerScatter(
  site: LoweringSite,
  { operands, type, attributes: { size } }: Instruction<'scatterAdd'>,
): Place {
  const [indicesId = 0, updatesId = 0] = operands
  const indices = site.packedPlace(indicesId)
  const updates = site.packedPlace(updatesId)
  const out = site.temporary(type.dtype, type.shape)
  site.add({
    kind: 'scatter',
    dtype: type.dtype as 'f32' | 'f64',
    indices,
    updates,
    out,
    count: count(indices.layout.sizes),
    size,
    width: count(type.shape.slice(1)),
  })
  return out
}
