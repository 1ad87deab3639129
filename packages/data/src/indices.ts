/** Whole numbers that something is looked up by: how far they reach, and that none lies outside of its table. */
import type { DataError } from './errors.ts'
import { cellError, placeText, type Table } from './table.ts'

/** A number of the data and where it stands, as messages say it: `words.csv:5, column `word``. */
export interface PlacedNumber {
  readonly value: number
  readonly place: string
}

/** The smallest and the largest of some whole numbers. */
export interface Reach {
  readonly least: PlacedNumber
  readonly greatest: PlacedNumber
}

/** Follows the numbers of a table as they are encoded. */
export class ReachOf {
  readonly #table: Table
  #least: { value: number; row: number; column: string } | undefined
  #greatest: { value: number; row: number; column: string } | undefined

  constructor(table: Table) {
    this.#table = table
  }

  see(value: number, row: number, column: string): void {
    if (this.#least === undefined || value < this.#least.value) this.#least = { value, row, column }
    if (this.#greatest === undefined || value > this.#greatest.value)
      this.#greatest = { value, row, column }
  }

  /** `undefined` where there were none. */
  get found(): Reach | undefined {
    const [least, greatest] = [this.#least, this.#greatest].map((each) =>
      each === undefined
        ? undefined
        : { value: each.value, place: placeText(this.#table, each.row, each.column) },
    )
    return least === undefined || greatest === undefined ? undefined : { least, greatest }
  }
}

/** Of both. */
export function widest(one: Reach | undefined, other: Reach | undefined): Reach | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return {
    least: other.least.value < one.least.value ? other.least : one.least,
    greatest: other.greatest.value > one.greatest.value ? other.greatest : one.greatest,
  }
}

/** A number for which the model has nothing to look up. */
export function indexRange(
  table: Table,
  row: number,
  column: string,
  { value, below }: { readonly value: number; readonly below: number },
): DataError {
  const message = `${value} lies outside of the model's table, which has the indices 0 to ${below - 1}`
  const help = 'leave the row out, or train the model again with a larger table'
  return cellError('index-range', table, row, column, message, help)
}
