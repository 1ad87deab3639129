/** Products: axes are taken together to batch, M, N and K; where that is not possible, elements are moved first. */
import { type Dimension, type Instruction, isRows } from '@chainrule/program'
import { type Layout, multiply, packed, selectAxes, uniformStride } from '../layout.ts'
import type { Factor, Place } from './kernels.ts'
import { LoopBuilder } from './loop-builder.ts'
import type { LoweringSite } from './lower.ts'

/** The axes of one operand: those of the batch, its own, and those that are summed over. */
type AxisGroups = readonly [
  batch: readonly number[],
  side: readonly number[],
  inner: readonly number[],
]

function sizeOf(sizes: readonly Dimension[]): Dimension | undefined {
  return sizes.reduce<Dimension | undefined>(
    (product, size) => (product === undefined ? undefined : multiply(product, size)),
    1,
  )
}

function groupsOf(layout: Layout, batch: readonly number[], inner: readonly number[]): AxisGroups {
  const side = layout.sizes.flatMap((_, axis) =>
    batch.includes(axis) || inner.includes(axis) ? [] : [axis],
  )
  return [batch, side, inner]
}

/** Where the operand's axes can be walked with one stride a group; moved together first where they cannot. */
function factorOf(site: LoweringSite, place: Place, groups: AxisGroups): Factor | undefined {
  const strides = groups.map((axes) => uniformStride(selectAxes(place.layout, axes)))
  const [batch, side, inner] = strides
  if (batch !== undefined && side !== undefined && inner !== undefined) {
    return { place, batch, side, inner }
  }
  const sizes = groups.map((axes) => sizeOf(selectAxes(place.layout, axes).sizes))
  const [b, s, i] = sizes
  if (b === undefined || s === undefined || i === undefined) return undefined
  // A sum over the rows comes before the side, whose distances would otherwise depend on B.
  const innerFirst = isRows(i)
  const [batchAxes, sideAxes, innerAxes] = groups
  const axes = innerFirst ? [batchAxes, innerAxes, sideAxes] : groups
  const order = selectAxes(place.layout, axes.flat())
  const moved = site.temporary(place.dtype, order.sizes)
  site.copy({ ...place, layout: order }, moved)
  const [outer = 0, middle = 0, last = 0] = packed(innerFirst ? [b, i, s] : [b, s, i]).strides
  return innerFirst
    ? { place: moved, batch: outer, side: last, inner: middle }
    : { place: moved, batch: outer, side: middle, inner: last }
}

export function lowerDot(
  site: LoweringSite,
  { operands, attributes, type }: Instruction<'dot'>,
): Place {
  const { batch, contract } = attributes
  const [leftId = 0, rightId = 0] = operands
  const [left, right] = [site.place(leftId), site.place(rightId)]
  const leftGroups = groupsOf(left.layout, batch[0], contract[0])
  const rightGroups = groupsOf(right.layout, batch[1], contract[1])
  const out = site.temporary(type.dtype, type.shape)
  const size = (place: Place, axes: readonly number[]): Dimension | undefined =>
    sizeOf(selectAxes(place.layout, axes).sizes)
  const b = size(left, leftGroups[0])
  const m = size(left, leftGroups[1])
  const k = size(left, leftGroups[2])
  const n = size(right, rightGroups[1])
  const fits = b !== undefined && m !== undefined && k !== undefined && n !== undefined
  // A row of the result whose length depends on B has no fixed stride, and of no elements there is nothing to tile: a
  // plain loop does these.
  if (fits && !isRows(n) && sizeOf(type.shape) !== 0) {
    const [x, y] = [factorOf(site, left, leftGroups), factorOf(site, right, rightGroups)]
    if (x !== undefined && y !== undefined && constantStrides(x) && constantStrides(y)) {
      const dtype = type.dtype === 'f64' ? 'f64' : 'f32'
      site.add({ kind: 'product', dtype, batch: b, m, n, k, left: x, right: y, out })
      return out
    }
  }
  return summedProduct(site, [left, leftGroups], [right, rightGroups], out)
}

function constantStrides({ side, inner }: Factor): boolean {
  return !isRows(side) && !isRows(inner)
}

/** The product as a loop over batch, M, N and K that sums over the last: for any strides and dtype. */
function summedProduct(
  site: LoweringSite,
  [left, leftGroups]: readonly [Place, AxisGroups],
  [right, rightGroups]: readonly [Place, AxisGroups],
  out: Place,
): Place {
  const sizes = (place: Place, axes: readonly number[]): readonly Dimension[] =>
    selectAxes(place.layout, axes).sizes
  const [batch, m, k] = leftGroups
  const n = rightGroups[1]
  const shape = [...sizes(left, batch), ...sizes(left, m), ...sizes(right, n), ...sizes(left, k)]
  const first = shape.length - k.length
  const loop = new LoopBuilder(
    shape,
    k.map((_, i) => first + i),
  )
  const spread = (place: Place, groups: AxisGroups, isLeft: boolean): Place => {
    const strides = (axes: readonly number[]): readonly Dimension[] =>
      selectAxes(place.layout, axes).strides
    const none = (axes: readonly number[]): Dimension[] => axes.map(() => 0)
    const sides = isLeft ? [...strides(groups[1]), ...none(n)] : [...none(m), ...strides(groups[1])]
    const all = [...strides(groups[0]), ...sides, ...strides(groups[2])]
    return { ...place, layout: { offset: place.layout.offset, sizes: shape, strides: all } }
  }
  const operands = [
    loop.load(spread(left, leftGroups, true)),
    loop.load(spread(right, rightGroups, false)),
  ]
  const product = loop.node({ op: 'compute', primitive: 'mul', operands, dtype: out.dtype })
  loop.reduce('sum', product, out)
  site.add(loop.build())
  return out
}
