/** Which kernels a product gets. The numbers are measured: `bench/products.ts`. */
import { type Element, elements } from './element.ts'
import type { ProductShape, Size, Strides } from './shape.ts'

/** Steps of k in one pass: a panel of them (16 KiB) stays in the first-level cache while the rows pass by. */
export const depthBlock = 512
/** A last pass may be this long, rather than be followed by a short one. */
export const longestDepth = 640
/** Rows in one pass: with `depthBlock` steps of k they stay in the second-level cache while the panels pass by. */
export const rowBlock = 192
/** With fewer steps of k than this, a product mostly stores its result. */
export const shallowDepth = 24

/** Bytes after which addresses fall into the same set of the first-level cache again, and lines that a set holds. */
const cachePeriod = 4096
const cacheWays = 8
/** Rows of the largest tile. */
const tileRows = 6

/** Rows in one pass of a shallow product: as many as can be stored side by side without pushing each other out. */
export function shallowRowBlock(outSide: number): number {
  const distance = Math.min(outSide & -outSide || cachePeriod, cachePeriod)
  const rows = (cacheWays * cachePeriod) / distance
  return Math.min(rowBlock, rows - (rows % tileRows))
}

/**
 * An operand whose steps of k are at least so many bytes apart is packed: each lies in a line of the cache of its own,
 * most of which is gone when the next tile or panel wants the rest of it. A panel of the right operand uses half a line.
 */
const farLeftBytes = 1536
const farRightBytes = 3584
/** With fewer rows, or columns, packing costs more than it saves. */
const fewestRows = 32
const fewestColumns = { left: 64, right: 16 }
/** Rows below which dot products in place are faster than packing and tiles. */
const dotRows = 12

/** How the right operand is read where it is not packed. */
export type InPlace = 'columns' | 'along k' | undefined

export interface Plan {
  readonly element: Element
  /** Strides in bytes. */
  readonly left: Strides
  readonly right: Strides
  readonly outSide: number
  readonly inPlace: InPlace
  /** The whole number of rows from which the right operand is packed. */
  readonly packFrom: number
  readonly packLeft: boolean
  /** A single column is the single row of the transposed product: out[m] = Σ_k right[k] · left[m, k]. */
  readonly swapped: boolean
}

export function planProduct(shape: ProductShape): Plan {
  const element = elements[shape.dtype]
  const scale = ({ side, inner }: Strides): Strides => ({
    side: side * element.bytes,
    inner: inner * element.bytes,
  })
  const right = shape.n === 1 ? { ...shape.right, side: 1 } : shape.right
  const inLevels = shape.levels !== undefined
  const found = placeOf(shape.dtype, right, shape.left.inner)
  // Dot products along k are for operands that lie along k from end to end.
  const inPlace = inLevels && found === 'along k' ? undefined : found
  const swapped =
    !inLevels &&
    shape.n === 1 &&
    shape.outStride === 1 &&
    placeOf(shape.dtype, shape.left, right.inner) !== undefined
  return {
    element,
    left: scale(shape.left),
    right: scale(right),
    outSide: shape.outStride * element.bytes,
    inPlace,
    packFrom: swapped ? Number.POSITIVE_INFINITY : packFrom(shape, inPlace, element.bytes),
    packLeft:
      !inLevels &&
      shape.left.inner * element.bytes >= farLeftBytes &&
      atLeast(shape.m, fewestRows) &&
      atLeast(shape.n, fewestColumns.left),
    swapped,
  }
}

const atLeast = (size: Size, bound: number): boolean => size === 'dynamic' || size >= bound

/** How an operand with these strides is read where it lies; `otherInner` is the stride of k in the other one. */
function placeOf(dtype: 'f32' | 'f64', { side, inner }: Strides, otherInner: number): InPlace {
  if (side === 1) return 'columns'
  return inner === 1 && otherInner === 1 && dtype === 'f32' ? 'along k' : undefined
}

function packFrom({ n, k, right }: ProductShape, inPlace: InPlace, bytes: number): number {
  if (inPlace === undefined) return 0
  if (inPlace === 'along k') return dotRows
  const far = right.inner * bytes >= farRightBytes
  const pays = far && atLeast(n, fewestColumns.right) && atLeast(k, shallowDepth)
  return pays ? fewestRows : Number.POSITIVE_INFINITY
}
