/** What the shape rules ask of operands and attributes, and the arithmetic of dimensions. */
import { attributeInvalid, shapeMismatch } from './errors.ts'
import type { WindowAttributes } from './primitives.ts'
import { type Dimension, type DType, isRows, type Shape, type TensorType } from './types.ts'

export type Operands = readonly TensorType[]

/** Exactly as many operands as `Tuple` names; `concat` counts its own. */
export function take<Tuple extends readonly TensorType[]>(
  name: string,
  operands: Operands,
  count: Tuple['length'],
): Tuple {
  if (operands.length !== count) {
    throw attributeInvalid(name, `${count} operands`, operands.length)
  }
  return operands as unknown as Tuple
}

export function one(name: string, operands: Operands): TensorType {
  return take<[TensorType]>(name, operands, 1)[0]
}

export function two(name: string, operands: Operands): [TensorType, TensorType] {
  return take<[TensorType, TensorType]>(name, operands, 2)
}

/** Checks an axis and returns the dimension that stands there. */
export function dimensionOf(name: string, shape: Shape, axis: number): Dimension {
  const dimension = shape[axis]
  if (!Number.isInteger(axis) || dimension === undefined) {
    throw attributeInvalid(name, `an axis from 0 to ${shape.length - 1}`, axis)
  }
  return dimension
}

export function distinct(name: string, axes: readonly number[]): void {
  if (new Set(axes).size !== axes.length) throw attributeInvalid(name, 'different axes', axes)
}

export function without(shape: Shape, axes: readonly number[]): Dimension[] {
  return shape.filter((_, axis) => !axes.includes(axis))
}

export function plain(name: string, dimension: Dimension): number {
  if (isRows(dimension))
    throw attributeInvalid(name, 'a plain size, not a multiple of the rows', dimension)
  return dimension
}

export function checkSizes(name: string, sizes: readonly Dimension[]): void {
  for (const size of sizes) {
    const count = isRows(size) ? size.rows : size
    if (!Number.isSafeInteger(count) || count < 0)
      throw attributeInvalid(name, 'sizes that are whole numbers from 0', sizes)
  }
}

/** a + b, where both are plain, both are rows, or one is 0. */
export function addDimensions(name: string, a: Dimension, b: Dimension): Dimension {
  if (isRows(a) && isRows(b)) return { rows: a.rows + b.rows }
  if (!isRows(a) && !isRows(b)) return a + b
  if (a === 0) return b
  if (b === 0) return a
  throw shapeMismatch(name, 'sizes that add up: numbers with numbers, rows with rows', [[a], [b]])
}

/** a - b for a part b of a: of one kind, or b is 0. */
export function subtractDimensions(name: string, a: Dimension, b: Dimension): Dimension {
  return addDimensions(name, a, isRows(b) ? { rows: -b.rows } : -b)
}

/** What an array of `dtype` can hold without changing it, up to the rounding of floats. */
function holds(dtype: DType, value: number): boolean {
  switch (dtype) {
    case 'f32':
    case 'f64':
      return true
    case 'i32':
      return value === (value | 0)
    case 'bool':
      return value === 0 || value === 1
    case 'u8':
      return value === (value & 255)
  }
}

export function checkHolds(name: string, dtype: DType, values: number | readonly number[]): void {
  const list = typeof values === 'number' ? [values] : values
  const wrong = list.find((value) => !holds(dtype, value))
  if (wrong !== undefined) throw attributeInvalid(name, `numbers that ${dtype} can hold`, wrong)
}

/** The number of positions of a window along an axis of `size`. */
export function windowPositions(
  size: number,
  window: number,
  stride: number,
  dilation: number,
): number {
  return Math.max(0, Math.floor((size - (window - 1) * dilation - 1) / stride) + 1)
}

export function checkWindows(name: string, attributes: WindowAttributes): void {
  const { axes, windows, strides, dilations } = attributes
  const lengths = [windows, strides, dilations].map((list) => list.length)
  if (axes.length === 0) throw attributeInvalid(name, 'at least one axis', axes)
  if (lengths.some((length) => length !== axes.length)) {
    throw attributeInvalid(name, 'as many windows, strides and dilations as axes', attributes)
  }
  if (axes.some((axis, i) => i > 0 && axis !== (axes[i - 1] ?? 0) + 1)) {
    throw attributeInvalid(name, 'neighbouring axes in order', axes)
  }
  if ([...windows, ...strides, ...dilations].some((n) => !Number.isInteger(n) || n < 1)) {
    throw attributeInvalid(name, 'windows, strides and dilations from 1', attributes)
  }
}

/** The positions along each windowed axis of the given sizes. */
export function positionsOf(
  { windows, strides, dilations }: WindowAttributes,
  sizes: readonly number[],
): number[] {
  return sizes.map((size, i) =>
    windowPositions(size, windows[i] ?? 1, strides[i] ?? 1, dilations[i] ?? 1),
  )
}
