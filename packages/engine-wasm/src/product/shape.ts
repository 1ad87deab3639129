/**
 * What a matrix product is told when its code is made.
 *
 * Letters: M rows and N columns of the result, K terms of each of its sums.
 */
import type { FunctionWriter, Local, ValueType } from '../assembler/function.ts'

/** A number known when the module is made, or one given at run time as an i32 parameter. */
export type Size = number | 'dynamic'

/** Where an operand's elements lie, in elements and not negative. */
export interface Strides {
  /** From one row of the left operand, or one column of the right, to the next. */
  readonly side: number
  /** From one term of the sums to the next. */
  readonly inner: number
}

/** How often something comes, and how many elements of the left operand lie between one and the next. */
export interface Level {
  readonly size: Size
  readonly stride: number
}

/**
 * A left operand whose rows, or whose steps of k, do not follow each other at one distance: windows on an image. So many
 * of them do, and lie within levels, outermost first, of which only the first may be given at run time.
 *
 * Example    windows of 3 × 3 on [B, 16, 16, C]: rows (B, 14 around 14), steps (3 around 3 · C)
 */
export interface Levels {
  /** Rows at the distance `left.side`; where nothing is around them, all rows. */
  readonly rows: Size
  readonly aroundRows: readonly Level[]
  /** Steps of k at the distance `left.inner`. */
  readonly steps: number
  readonly aroundSteps: readonly Level[]
}

/**
 * One kind of product.
 *
 * Equation   out[m, n] = Σ_k left[m, k] · right[k, n], or the same added to out
 */
export interface ProductShape {
  readonly dtype: 'f32' | 'f64'
  /** All rows of the product; a call may do a share of them. */
  readonly m: Size
  readonly n: Size
  readonly k: Size
  readonly left: Strides
  readonly levels?: Levels | undefined
  readonly right: Strides
  /** Elements from one row of the result to the next; its columns are neighbours. */
  readonly outStride: number
  /** out += instead of out =: the sums start from what is there. */
  readonly accumulate?: boolean
}

/** A number within a function: known, or held by a local. */
export type Count = number | { readonly local: Local }

/** Puts `count` × `factor` on the stack. */
export function pushScaled(f: FunctionWriter, count: Count, factor: number): void {
  if (typeof count === 'number') f.i32(count * factor)
  else if (factor === 1) f.get(count.local)
  else f.get(count.local).i32(factor).op('i32.mul')
}

/** Moves an address by `count` × `bytes`. */
export function advanceBy(f: FunctionWriter, pointer: Local, count: Count, bytes: number): void {
  if (typeof count === 'number') {
    f.advance(pointer, count * bytes)
  } else if (bytes !== 0) {
    f.get(pointer)
    pushScaled(f, count, bytes)
    f.op('i32.add').set(pointer)
  }
}

/** The parameters of a function: `fixed` ones, then those of N and K that are given at run time. */
export function withSizes(
  fixed: number,
  n: Size,
  k: Size,
): { readonly parameters: readonly ValueType[]; readonly n: Count; readonly k: Count } {
  let count = fixed
  const counted = (size: Size): Count => (size === 'dynamic' ? { local: count++ } : size)
  const counts = { n: counted(n), k: counted(k) }
  return { parameters: Array.from({ length: count }, (): ValueType => 'i32'), ...counts }
}
