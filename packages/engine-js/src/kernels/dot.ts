/**
 * Matrix products over any strides: out[b, m, n] = Σₖ left[b, m, k] right[b, k, n].
 *
 * B batch, M rows of the left, N columns of the right, K summed. Every sum is kept in float64, added in the order of k
 * and rounded once, so that the result does not depend on how the loops are cut.
 */
import type { Values } from '@chainrule/program'

/** A factor, seen as [B, side, K] where side is M or N. */
export interface Factor {
  readonly values: Values
  readonly offset: number
  readonly batchStride: number
  readonly sideStride: number
  readonly innerStride: number
}

export interface ProductSizes {
  readonly batch: number
  readonly rows: number
  readonly columns: number
  readonly inner: number
}

/** Tiles of 4 × 4, in which each element that is read is used four times, and single elements at the edges. */
export function product(out: Values, left: Factor, right: Factor, sizes: ProductSizes): void {
  const { batch, rows, columns, inner } = sizes
  const tiledRows = rows - (rows % 4)
  const tiledColumns = columns - (columns % 4)
  for (let b = 0; b < batch; b++) {
    const l = left.offset + b * left.batchStride
    const r = right.offset + b * right.batchStride
    const o = b * rows * columns
    for (let n = 0; n < tiledColumns; n += 4) {
      for (let m = 0; m < tiledRows; m += 4) {
        const lm = l + m * left.sideStride
        const rn = r + n * right.sideStride
        tile(out, o + m * columns + n, columns, left, lm, right, rn, inner)
      }
    }
    edge(out, o, columns, left, l, right, r, inner, 0, tiledRows, tiledColumns, columns)
    edge(out, o, columns, left, l, right, r, inner, tiledRows, rows, 0, columns)
  }
}

/** The elements of rows m0…m1 and columns n0…n1, one after the other. */
function edge(
  out: Values,
  to: number,
  columns: number,
  left: Factor,
  leftFrom: number,
  right: Factor,
  rightFrom: number,
  inner: number,
  m0: number,
  m1: number,
  n0: number,
  n1: number,
): void {
  const { values: x, sideStride: xSide, innerStride: xStep } = left
  const { values: y, sideStride: ySide, innerStride: yStep } = right
  for (let m = m0; m < m1; m++) {
    for (let n = n0; n < n1; n++) {
      let i = leftFrom + m * xSide
      let j = rightFrom + n * ySide
      let total = 0
      for (let k = 0; k < inner; k++, i += xStep, j += yStep) {
        total += (x[i] as number) * (y[j] as number)
      }
      out[to + m * columns + n] = total
    }
  }
}

/** 4 × 4 elements at once; `sRC` is the sum of row R and column C. */
function tile(
  out: Values,
  to: number,
  columns: number,
  left: Factor,
  leftFrom: number,
  right: Factor,
  rightFrom: number,
  inner: number,
): void {
  const { values: x, sideStride: xSide, innerStride: xStep } = left
  const { values: y, sideStride: ySide, innerStride: yStep } = right
  let s00 = 0
  let s01 = 0
  let s02 = 0
  let s03 = 0
  let s10 = 0
  let s11 = 0
  let s12 = 0
  let s13 = 0
  let s20 = 0
  let s21 = 0
  let s22 = 0
  let s23 = 0
  let s30 = 0
  let s31 = 0
  let s32 = 0
  let s33 = 0
  let i = leftFrom
  let j = rightFrom
  for (let k = 0; k < inner; k++, i += xStep, j += yStep) {
    const y0 = y[j] as number
    const y1 = y[j + ySide] as number
    const y2 = y[j + 2 * ySide] as number
    const y3 = y[j + 3 * ySide] as number
    const x0 = x[i] as number
    s00 += x0 * y0
    s01 += x0 * y1
    s02 += x0 * y2
    s03 += x0 * y3
    const x1 = x[i + xSide] as number
    s10 += x1 * y0
    s11 += x1 * y1
    s12 += x1 * y2
    s13 += x1 * y3
    const x2 = x[i + 2 * xSide] as number
    s20 += x2 * y0
    s21 += x2 * y1
    s22 += x2 * y2
    s23 += x2 * y3
    const x3 = x[i + 3 * xSide] as number
    s30 += x3 * y0
    s31 += x3 * y1
    s32 += x3 * y2
    s33 += x3 * y3
  }
  store(out, to, s00, s01, s02, s03)
  store(out, to + columns, s10, s11, s12, s13)
  store(out, to + 2 * columns, s20, s21, s22, s23)
  store(out, to + 3 * columns, s30, s31, s32, s33)
}

function store(out: Values, to: number, a: number, b: number, c: number, d: number): void {
  out[to] = a
  out[to + 1] = b
  out[to + 2] = c
  out[to + 3] = d
}
