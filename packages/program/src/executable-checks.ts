/** What every executable requires of those who use it, and the error where they do otherwise. */
import {
  bindStep,
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

/**
 * How a data set is divided: `width` elements a row, `step` elements from one to the next, of which it has `rows`: any
 * number where a row has no elements.
 */
export interface DataRows {
  readonly width: number
  readonly step: number
  readonly rows: number
}

/**
 * The rows of a data set for an input of type `type`, whose own elements are `target`.
 * Errors: values-type, bind-without-rows, bind-step, values-length.
 */
export function requireDataRows(
  input: string,
  type: TensorType,
  target: Values,
  values: Values,
  step?: number,
): DataRows {
  // The tag, not the class: Node's `Buffer` is a Uint8Array too.
  if (values[Symbol.toStringTag] !== target[Symbol.toStringTag]) {
    throw valuesType(input, type, values)
  }
  if (!countsRows(type)) throw bindWithoutRows(input, type)
  const width = sizeAt(type.shape, 1)
  if (step !== undefined && !(Number.isInteger(step) && step >= 1)) throw bindStep(input, step)
  const apart = step ?? width
  if (width === 0) return { width, step: apart, rows: Number.POSITIVE_INFINITY }
  const { length } = values
  if (length === 0) return { width, step: apart, rows: 0 }
  if (length < width || (length - width) % apart !== 0)
    throw valuesLength(input, width, apart, length)
  return { width, step: apart, rows: (length - width) / apart + 1 }
}

/** Throws `order-index` for an index that is no row of one of the data sets, which are named by their inputs. */
export function requireOrder(
  order: Int32Array,
  data: readonly { readonly name: string; readonly rows: number }[],
): void {
  // Everything that a step reads comes by here: one pass, of integers, without a branch. The sign of `outside` is set by an
  // index below 0 or above the last row.
  const lastRow = Math.min(0x7fff_ffff, ...data.map(({ rows }) => rows - 1))
  const { length } = order
  let outside = 0
  for (let i = 0; i < length; i++) {
    const index = order[i] as number
    outside |= index | (lastRow - index)
  }
  if (outside >= 0) return
  for (const { name, rows } of data) {
    const index = order.find((each) => each < 0 || each >= rows)
    if (index !== undefined) throw orderIndex(index, name, rows)
  }
}
