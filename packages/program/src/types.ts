/**
 * What a value of a program is: an element type and a shape with at most one symbolic size, the number of rows B.
 */

export type DType = 'f32' | 'f64' | 'i32' | 'bool' | 'u8'

/** k·B, where B is the number of rows that the engine is given at run time. */
export interface Rows {
  readonly rows: number
}

/** A size that is known when the program is traced, or a multiple of the number of rows. */
export type Dimension = number | Rows

/** The size of each axis; the rows B, where there are some, are a symbol. */
export type Shape = readonly Dimension[]

export interface TensorType {
  readonly dtype: DType
  readonly shape: Shape
}

/** The typed array that holds a tensor's elements in row-major order; `bool` and `u8` are bytes. */
export type Values = Float32Array | Float64Array | Int32Array | Uint8Array

/** The number of rows, B. */
export const B: Rows = { rows: 1 }

/** Whether a size is a multiple of the number of rows. */
export function isRows(dimension: Dimension): dimension is Rows {
  return typeof dimension !== 'number'
}

/** Whether two sizes are equal for every number of rows. */
export function sameDimension(a: Dimension, b: Dimension): boolean {
  return isRows(a) ? isRows(b) && a.rows === b.rows : a === b
}

/** Whether two shapes have the same sizes, axis by axis. */
export function sameShape(a: Shape, b: Shape): boolean {
  return (
    a.length === b.length && a.every((dimension, axis) => sameDimension(dimension, b[axis] ?? -1))
  )
}

export function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape)
}

/** The plain number that a dimension stands for when the batch has `rows` rows. */
export function dimensionAt(dimension: Dimension, rows: number): number {
  return isRows(dimension) ? dimension.rows * rows : dimension
}

/** The plain shape when the batch has `rows` rows. */
export function shapeAt(shape: Shape, rows: number): number[] {
  return shape.map((dimension) => dimensionAt(dimension, rows))
}

/** The number of elements of a shape without the number of rows. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1)
}

/** The number of elements when the batch has `rows` rows. */
export function sizeAt(shape: Shape, rows: number): number {
  return sizeOf(shapeAt(shape, rows))
}

/** The number of elements as coefficient · B^degree. */
export function symbolicSize(shape: Shape): { coefficient: number; degree: number } {
  let coefficient = 1
  let degree = 0
  for (const dimension of shape) {
    coefficient *= isRows(dimension) ? dimension.rows : dimension
    if (isRows(dimension)) degree++
  }
  return { coefficient, degree }
}

export function isFloat(dtype: DType): dtype is 'f32' | 'f64' {
  return dtype === 'f32' || dtype === 'f64'
}

/** Bytes of one element. */
export const elementBytes: Readonly<Record<DType, number>> = {
  f32: 4,
  f64: 8,
  i32: 4,
  bool: 1,
  u8: 1,
}

export function formatDimension(dimension: Dimension): string {
  if (!isRows(dimension)) return String(dimension)
  return dimension.rows === 1 ? 'B' : `${dimension.rows}B`
}

/** `[B, 784]`, as errors and the printer show a shape. */
export function formatShape(shape: Shape): string {
  return `[${shape.map(formatDimension).join(', ')}]`
}

/** `f32[B, 784]`. */
export function formatType(type: TensorType): string {
  return `${type.dtype}${formatShape(type.shape)}`
}

/** A zeroed array for `length` elements of `dtype`. */
export function allocate(dtype: DType, length: number): Values {
  switch (dtype) {
    case 'f32':
      return new Float32Array(length)
    case 'f64':
      return new Float64Array(length)
    case 'i32':
      return new Int32Array(length)
    case 'bool':
    case 'u8':
      return new Uint8Array(length)
  }
}
