/** What every executable requires of those who use it, and the error where they do otherwise. */
import {
  bindWithoutRows,
  type NameKind,
  orderIndex,
  rowsRange,
  unknownName,
  valuesLength,
  valuesType,
} from './engine-errors.ts'
import { isRows, sizeAt, type TensorType, type Values } from './types.ts'

/** What was found under a name; throws `unknown-…` with the names of `all` where nothing was. */
export function requireKnown<T>(
  kind: NameKind,
  name: string,
  found: T | undefined,
  all: Readonly<Record<string, unknown>>,
): T {
  if (found === undefined) throw unknownName(kind, name, Object.keys(all))
  return found
}

/** Throws `rows-range` for what is no whole number of rows from `least` to `most`. */
export function requireRows(rows: number, least: number, most: number): void {
  if (!Number.isInteger(rows) || rows < least || rows > most) {
    throw rowsRange(least, most, rows)
  }
}

/** Whether the first axis, and no other, counts rows. */
export function countsRows({ shape: [first, ...rest] }: TensorType): boolean {
  return first !== undefined && isRows(first) && !rest.some(isRows)
}

/** How a data set is divided: `width` elements a row, of which it has `rows`: any number where a row has no elements. */
export interface DataRows {
  readonly width: number
  readonly rows: number
}

/**
 * The rows of a data set for an input of type `type`, whose own elements are `target`.
 * Errors: values-type, bind-without-rows, values-length.
 */
export function requireDataRows(
  input: string,
  type: TensorType,
  target: Values,
  values: Values,
): DataRows {
  // The tag, not the class: Node's `Buffer` is a Uint8Array too.
  if (values[Symbol.toStringTag] !== target[Symbol.toStringTag]) {
    throw valuesType(input, type, values)
  }
  if (!countsRows(type)) throw bindWithoutRows(input, type)
  const width = sizeAt(type.shape, 1)
  if (width === 0) return { width, rows: Number.POSITIVE_INFINITY }
  if (values.length % width !== 0) throw valuesLength(input, width, values.length)
  return { width, rows: values.length / width }
}

/** Throws `order-index` for an index that is no row of the data set of `input`. */
export function requireOrder(order: Int32Array, input: string, rows: number): void {
  for (let i = 0; i < order.length; i++) {
    const index = order[i] as number
    if (index < 0 || index >= rows) throw orderIndex(index, input, rows)
  }
}
