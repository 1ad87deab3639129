/**
 * Products: axes are taken together to batch, M, N and K. A left operand of windows is read where it lies; where axes
 * cannot be walked otherwise, elements are moved first.
 */
import { type Dimension, type Instruction, isRows, type TensorType } from '@chainrule/program'
import { elementCount, packed, selectAxes, uniformStride } from '../layout.ts'
import type { Factor, KernelLevels, Place } from './kernels.ts'
import { levelsOf } from './left-levels.ts'
import { LoopBuilder } from './loop-builder.ts'
import type { LoweringSite } from './lower.ts'

/** The axes of one operand: those of the batch, its own, and those that are summed over. */
type AxisGroups = readonly [
  batch: readonly number[],
  side: readonly number[],
  inner: readonly number[],
]

/** One side of a product: where it is, and how its axes are grouped. */
interface Operand {
  readonly place: Place
  readonly groups: AxisGroups
}

function operandOf(place: Place, batch: readonly number[], inner: readonly number[]): Operand {
  const side = place.layout.sizes.flatMap((_, axis) =>
    batch.includes(axis) || inner.includes(axis) ? [] : [axis],
  )
  return { place, groups: [batch, side, inner] }
}

function sizesOf({ place, groups }: Operand): (Dimension | undefined)[] {
  return groups.map((axes) => elementCount(selectAxes(place.layout, axes).sizes))
}

/** Where the operand's axes can be walked with one stride a group. */
function uniformFactor({ place, groups }: Operand): Factor | undefined {
  const strides = groups.map((axes) => uniformStride(selectAxes(place.layout, axes)))
  const [batch, side, inner] = strides
  if (batch === undefined || side === undefined || inner === undefined) return undefined
  return { place, batch, side, inner }
}

/** The operand moved together, where it is not walked with one stride a group. */
function movedFactor(site: LoweringSite, operand: Operand): Factor | undefined {
  const found = uniformFactor(operand)
  if (found !== undefined) return found
  const { place, groups } = operand
  const [b, s, i] = sizesOf(operand)
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

/** The left operand, in levels where it is not uniform and that is better than to move it. */
function leftFactor(
  site: LoweringSite,
  operand: Operand,
): { readonly factor: Factor; readonly levels?: KernelLevels } | undefined {
  const found = uniformFactor(operand) === undefined ? inLevels(operand) : undefined
  if (found !== undefined) return found
  const factor = movedFactor(site, operand)
  return factor && { factor }
}

function inLevels({ place, groups: [batchAxes, side, inner] }: Operand) {
  const batch = uniformStride(selectAxes(place.layout, batchAxes))
  const found = levelsOf(place, side, inner)
  if (batch === undefined || found === undefined) return undefined
  const { levels, ...strides } = found
  return { factor: { place, batch, ...strides }, levels }
}

export function lowerDot(
  site: LoweringSite,
  { operands, attributes, type }: Instruction<'dot'>,
): Place {
  const { batch, contract } = attributes
  const [leftId = 0, rightId = 0] = operands
  const left = operandOf(site.place(leftId), batch[0], contract[0])
  const right = operandOf(site.place(rightId), batch[1], contract[1])
  const turned = isBetterTurned(left, right)
    ? turnedProduct(site, left, right, type, batch[0].length)
    : undefined
  if (turned !== undefined) return turned
  const out = site.temporary(type.dtype, type.shape)
  if (addProduct(site, left, right, out)) return out
  return summedProduct(site, [left.place, left.groups], [right.place, right.groups], out)
}

/**
 * Whether the transposed product is the better one: where the rows of the batch would be its columns, and where windows
 * are on the right, which are read in place on the left alone.
 */
function isBetterTurned(left: Operand, right: Operand): boolean {
  const [, m] = sizesOf(left)
  const [, n] = sizesOf(right)
  if (m === undefined || n === undefined || isRows(m)) return false
  if (isRows(n)) return true
  const isUniform = uniformFactor(left) !== undefined
  return isUniform && uniformFactor(right) === undefined && inLevels(right) !== undefined
}

/** The result seen through its transpose, which is what is computed. */
function turnedProduct(
  site: LoweringSite,
  left: Operand,
  right: Operand,
  { dtype, shape }: TensorType,
  batch: number,
): Place | undefined {
  const rows = left.groups[1].length
  const axes = shape.map((_, axis) => axis)
  const [shared, own, other] = [
    axes.slice(0, batch),
    axes.slice(batch, batch + rows),
    axes.slice(batch + rows),
  ]
  const order = [...shared, ...other, ...own]
  const out = site.temporary(
    dtype,
    order.map((axis) => shape[axis] ?? 1),
  )
  if (!addProduct(site, right, left, out)) return undefined
  const back = axes.map((axis) => order.indexOf(axis))
  return { ...out, layout: selectAxes(out.layout, back) }
}

/** Adds the product's kernel, if there is one for such sizes and strides. */
function addProduct(site: LoweringSite, left: Operand, right: Operand, out: Place): boolean {
  const [batch, m, k] = sizesOf(left)
  const [, n] = sizesOf(right)
  const known = batch !== undefined && m !== undefined && k !== undefined && n !== undefined
  // A row of the result whose length depends on B has no fixed stride, and of no elements there is nothing to tile: a
  // plain loop does these.
  if (!known || isRows(n) || elementCount(out.layout.sizes) === 0) return false
  const x = leftFactor(site, left)
  const y = movedFactor(site, right)
  if (x === undefined || y === undefined) return false
  if (!constantStrides(x.factor) || !constantStrides(y)) return false
  const { factor, levels } = x
  const dtype = out.dtype === 'f64' ? 'f64' : 'f32'
  site.add({ kind: 'product', dtype, batch, m, n, k, left: factor, levels, right: y, out })
  return true
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
