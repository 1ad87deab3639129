/** Columns of texts that a person reads as numbers or dates: their spelling is not the one that is read here. */
import { numberOf } from './cells.ts'
import { columnStatement } from './column-errors.ts'
import type { DataWarning } from './errors.ts'
import { type Cell, columnText, placeOf, type Table, valueText } from './table.ts'

interface Spelling {
  readonly what: string
  readonly pattern: RegExp
  readonly help: string
}

/** Of several that fit the first. */
const spellings: readonly Spelling[] = [
  {
    what: 'numbers with separators of thousands',
    pattern: /^[-+]?\d{1,3}(?:[,'’ ]\d{3})+(?:\.\d+)?$|^[-+]?\d{1,3}(?:\.\d{3})+,\d+$/,
    help: 'write `1234.5` for `1,234.5`',
  },
  {
    what: 'numbers with a decimal comma',
    pattern: /^[-+]?\d*,\d+$/,
    help: 'write `1.5` for `1,5`',
  },
  { what: 'percentages', pattern: /^[-+]?[\d.,]+\s*%$/, help: 'leave out `%`' },
  {
    what: 'amounts of money',
    pattern: /^[-+]?\p{Sc}\s*[-+]?[\d.,]*\d$|^[-+]?\d[\d.,]*\s*\p{Sc}$/u,
    help: 'leave out the currency',
  },
  {
    what: 'numbers with a unit',
    pattern: /^[-+]?\d+(?:\.\d+)?\s*(?:[a-zµ°]{1,2}|[a-z]+\/[a-z]+|kcal|mph|lbs|min|sec)[²³]?$/i,
    help: 'leave out the unit',
  },
  {
    what: 'dates',
    pattern: /^(?:\d{1,2}([./-])\d{1,2}\1\d{2,4}|\d{4}([./])\d{1,2}\2\d{1,2})(?:[ T].*)?$/,
    help: 'write `2024-12-31`',
  },
]

export interface NumberLike {
  readonly what: string
  readonly help: string
  readonly count: number
  readonly example: Cell
}

/** How many texts are looked at before all are. */
const looked = 100

/** What more than half of the texts look like; nothing where most are texts indeed, or numbers. */
export function numberLike(cells: readonly Cell[]): NumberLike | undefined {
  const present = cells.filter((cell) => cell !== null)
  const texts = present.filter((cell) => typeof cell === 'string' && numberOf(cell) === undefined)
  const first = texts.slice(0, looked)
  for (const { what, pattern, help } of spellings) {
    // Most columns of texts are texts: a few of them say so.
    if (!first.some((cell) => pattern.test(String(cell).trim()))) continue
    const fitting = texts.filter((cell) => pattern.test(String(cell).trim()))
    const [example] = fitting
    const numbers = present.length - texts.length
    if (example !== undefined && (fitting.length + numbers) * 2 > present.length)
      return { what, help, count: fitting.length, example }
  }
  return undefined
}

/** `12 of 40 values look like percentages, such as `3 %`, and are read as texts`. */
export function numberLikeText(table: Table, { what, count, example }: NumberLike): string {
  return `${count} of ${table.rows} values look like ${what}, such as ${valueText(table, example)}, and are read as texts`
}

/** For a column of texts that nobody called one. */
export function numbersAsText(table: Table, name: string, like: NumberLike): DataWarning {
  return {
    code: 'numbers-as-text',
    message: `${columnText(table, name)}: ${numberLikeText(table, like)}`,
    help: `${like.help}, or say that they are texts: \`${columnStatement(table, name)} category\``,
    data: placeOf(table, undefined, name),
  }
}

/** A first line that holds values was taken for names; years may be names, so whole numbers alone say nothing. */
export function headerOfValues(table: Table): DataWarning | undefined {
  const names = table.columns.map(({ name }) => name)
  const numbers = names.filter((name) => numberOf(name) !== undefined)
  const decimals = numbers.filter((name) => !Number.isInteger(numberOf(name)))
  if (decimals.length === 0 && numbers.length < names.length) return undefined
  const [first = ''] = decimals.length > 0 ? decimals : numbers
  const { file } = table.origin
  const example = table.origin.quotable ? `, such as \`${first}\`` : ''
  return {
    code: 'header-of-values',
    message: `the first line of ${file} is read as the names of the columns, but holds numbers${example}`,
    help: 'where it is a row, write `data csv "…" header=false { target column2 }`; the columns are then `column1`, `column2` …',
    data: { file },
  }
}
