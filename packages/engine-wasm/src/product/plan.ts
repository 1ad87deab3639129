/** Which kernels a product gets. The numbers are measured: `bench/products.ts`. */
import { type Element, elements } from './element.ts'
import type { ProductShape, Size, Strides } from './shape.ts'

/** Steps of k in one pass: a panel of them (16 KiB) stays in the first-level cache while the rows pass by. */
export const depthBlock = 512
/** A last pass may be this long, rather than be followed by a short one. */
export const longestDepth = 640
/** Rows in one pass: with `depthBlock` steps of k they stay in the second-level cache while the panels pass by. */
export const rowBlock = 96

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
  const right = scale(single(shape.n) ? { ...shape.right, side: 1 } : shape.right)
  const inPlace = placeOf(right, element)
  const swapped = isSwapped(shape)
  return {
    element,
    left: scale(shape.left),
    right,
    outSide: shape.outStride * element.bytes,
    inPlace,
    packFrom: swapped ? Number.POSITIVE_INFINITY : packFrom(shape, inPlace),
    packLeft:
      shape.left.inner !== 1 &&
      atLeast(shape.m, 64) &&
      atLeast(shape.n, 64) &&
      atLeast(shape.k, 64),
    swapped,
  }
}

const single = (size: Size): boolean => size === 1

const atLeast = (size: Size, bound: number): boolean => size === 'dynamic' || size >= bound

function placeOf({ side, inner }: Strides, { bytes, lanes }: Element): InPlace {
  if (side === bytes) return 'columns'
  return inner === bytes && lanes === 4 ? 'along k' : undefined
}

function isSwapped({ dtype, n, left, outStride }: ProductShape): boolean {
  const ordered = left.inner === 1 || left.side === 1
  return dtype === 'f32' && single(n) && outStride === 1 && ordered
}

function packFrom({ n, k }: ProductShape, inPlace: InPlace): number {
  if (inPlace === undefined) return 0
  if (inPlace === 'along k') return 4
  return atLeast(n, 64) && atLeast(k, 64) ? 48 : Number.POSITIVE_INFINITY
}
