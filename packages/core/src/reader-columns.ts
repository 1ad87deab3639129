/** What a reader gives, and that it is columns. */
import { type Named, readerColumns } from './errors.ts'

/** A list of numbers, or of such lists. */
export type NumberList = ArrayLike<number> | readonly NumberList[]

/** What stands in a row of a column; NaN is missing too. */
export type ReadValue = number | string | boolean | null | undefined | NumberList

/** As a reader gives them: arrays, or numbers as typed arrays. */
export type GivenColumns = Readonly<Record<string, ArrayLike<ReadValue>>>

/** Lists are as the reader gave them: whoever uses the column says what is wrong in them. */
export type ReadColumnValue = number | string | boolean | null | readonly unknown[]

/** A column by itself; typed arrays are plain lists, and what is missing is `null`. */
export interface ReadColumn {
  readonly name: string
  readonly values: readonly ReadColumnValue[]
}

/** Columns of one length, each value of which is one. Throws `reader-columns`. */
export function columnsOf(reader: Named, given: unknown): readonly ReadColumn[] {
  const problem = wrongWith(given)
  if (problem !== undefined) throw readerColumns(reader, problem)
  return Object.entries(given as Readonly<Record<string, ArrayLike<unknown>>>).map(
    ([name, list]) => ({
      name: name.trim(),
      values: Array.from(list, (value, row) => {
        const read = readValue(value)
        if (read !== undefined) return read
        throw readerColumns(reader, `gives ${kindOf(value)} in \`${name}\`, row ${row + 1}`)
      }),
    }),
  )
}

/** All but what single values may be. */
function wrongWith(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null || isList(given))
    return `gives ${kindOf(given)}, and not columns by their names`
  if ('then' in given && typeof given.then === 'function')
    return 'gives a promise, and not columns by their names'
  const columns = Object.entries(given)
  const [first, longest] = columns[0] ?? []
  if (first === undefined) return 'gives no column at all'
  const names = new Set<string>()
  for (const [name, list] of columns) {
    if (name.trim() === '') return 'gives a column without a name'
    if (names.has(name.trim())) return `gives two columns \`${name.trim()}\``
    names.add(name.trim())
    if (!isList(list)) return `gives \`${name}\` as ${kindOf(list)}, and not as a list`
    if (list.length === 0) return `gives \`${name}\` without a value`
    if (list.length !== longest.length)
      return `gives ${list.length} values of \`${name}\`, and ${longest.length} of \`${first}\``
  }
  return undefined
}

/** `undefined` where it is none. */
function readValue(value: unknown): ReadColumnValue | undefined {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return Number.isNaN(value) ? null : value
  if (typeof value === 'string' || typeof value === 'boolean') return value
  return isList(value) ? plainList(value) : undefined
}

const plainList = (list: ArrayLike<unknown>): readonly unknown[] =>
  Array.from(list, (each) => (isList(each) ? plainList(each) : each))

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (isList(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return value === undefined ? 'nothing' : `a ${typeof value}`
}
