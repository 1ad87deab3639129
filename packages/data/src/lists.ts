/** Columns of lists of numbers, as JSON has them: images, sequences. */
import { sizeOf } from '@chainrule/program'
import { DataError } from './errors.ts'
import { columnOf, columnText, placeOf, placeText, type Table } from './table.ts'

/** A column whose every value is a list of numbers, or lists in lists, of one shape. */
export interface ListColumn {
  readonly name: string
  /** Of one row; empty where the lists are not of one shape. */
  readonly shape: readonly number[]
  /** Row after row; NaN in rows that have none. */
  readonly values: Float64Array
  /** What is wrong with the first list that does not fit, and in which row if that is here; an error once it is used. */
  readonly fault?: { readonly row: number | undefined; readonly message: string }
}

const maxAxes = 8

/** From what stands in each row: a list, nothing (`undefined`), or where values and lists are mixed, a value. */
export function listColumn(name: string, rows: readonly unknown[]): ListColumn {
  const first = rows.findIndex(Array.isArray)
  const shape = shapeOf(rows[first])
  if (shape === undefined) {
    return unusable(name, first, `a list has numbers, and at most ${maxAxes} lists in each other`)
  }
  const size = sizeOf(shape)
  const values = new Float64Array(rows.length * size).fill(Number.NaN)
  for (const [row, value] of rows.entries()) {
    if (value === undefined) continue
    if (!copyList(value, shape, 0, values, row * size))
      return unusable(name, row, differs(value, shape))
  }
  return { name, shape, values }
}

function unusable(name: string, row: number, message: string): ListColumn {
  return { name, shape: [], values: new Float64Array(0), fault: { row, message } }
}

function shapeOf(value: unknown): number[] | undefined {
  const shape: number[] = []
  for (let inner = value; Array.isArray(inner); inner = inner[0]) {
    if (inner.length === 0 || shape.length === maxAxes) return undefined
    shape.push(inner.length)
  }
  return shape
}

function differs(value: unknown, shape: readonly number[]): string {
  const required = `a list of ${shape.join('x')} numbers, as the first is`
  const came = Array.isArray(value) ? shapeOf(value)?.join('x') : undefined
  if (!Array.isArray(value)) return `this is no list, where ${required}`
  return came === undefined || came === shape.join('x')
    ? `not every element is a number, in ${required}`
    : `the list is ${came}, where ${required}`
}

/** Copies a list's numbers, row-major; false where it has another shape or something else than finite numbers. */
function copyList(
  value: unknown,
  shape: readonly number[],
  axis: number,
  values: Float64Array,
  start: number,
): boolean {
  if (axis === shape.length) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return false
    values[start] = value
    return true
  }
  if (!Array.isArray(value) || value.length !== shape[axis]) return false
  const size = sizeOf(shape.slice(axis + 1))
  return value.every((inner, i) => copyList(inner, shape, axis + 1, values, start + i * size))
}

/** Whether a column of this name holds lists. */
export function findList(table: Table, name: string): ListColumn | undefined {
  return table.lists?.find((list) => list.name === name)
}

/** The lists of a column that has them for every row. Errors: list-invalid, value-missing, column-not-found */
export function usableList(table: Table, list: ListColumn): ListColumn {
  const { name, fault, values } = list
  if (fault !== undefined) {
    const { row, message } = fault
    throw new DataError('list-invalid', `${placeText(table, row, name)}: ${message}`, {
      help: 'give every row a list of the same shape, or leave the column out of `features`',
      data: placeOf(table, row, name),
    })
  }
  const missing = values.findIndex(Number.isNaN)
  if (missing < 0) return list
  const row = Math.floor(missing / sizeOf(list.shape))
  throw new DataError('value-missing', `${placeText(table, row, name)}: the list is missing`, {
    help: 'give the row a list, or leave it out',
    data: placeOf(table, row, name),
  })
}

/** The lists that a trained model takes. Errors: list-invalid, value-missing, column-not-found */
export function listOfShape(table: Table, name: string, shape: readonly number[]): ListColumn {
  const list = findList(table, name)
  const required = `lists of ${shape.join('x')} numbers`
  const found = list === undefined ? undefined : usableList(table, list)
  if (found !== undefined && found.shape.join() === shape.join()) return found
  if (found === undefined) columnOf(table, name, ', which the model takes')
  const came = found === undefined ? 'single values' : `lists of ${found.shape.join('x')}`
  const message = `${columnText(table, name)} holds ${came}, where the model takes ${required}`
  throw new DataError('list-invalid', `${table.origin.file}: ${message}`, {
    help: 'give it data of the kind that it was trained on',
    data: placeOf(table, undefined, name),
  })
}
