/**
 * A text that a table begins with opens with that very table, whatever stands in it, or the table is refused with a reason.
 * `CHAINRULE_SEED` tries other tables.
 */
import { DataError, describe, loadData, type Table } from '@chainrule/data'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { open } from '../src/open.ts'
import { startingText } from '../src/starting-text.ts'

const seed = Number(process.env['CHAINRULE_SEED'] ?? 20261128)
const runs = 600
const registry = builtInRegistry()

type Value = string | number | boolean | null | readonly number[]

// The cells of a column

const kinds: readonly fc.Arbitrary<Value>[] = [
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: 0, max: 2 }),
  fc.double({ min: -1000, max: 1000, noNaN: true }),
  fc.constantFrom('a', 'b', 'a "quoted" word', 'two\nlines', 'x, y', "it's", 'NA', '', '?'),
  fc.constantFrom('red', 'blue'),
  fc.string({ maxLength: 4 }),
  fc.constantFrom<Value>(true, false, 'yes', 'no'),
  fc
    .date({ min: new Date(0), max: new Date(2e12), noInvalidDate: true })
    .map((d) => d.toISOString().slice(0, 10)),
  fc.constantFrom<Value>('1,5', '3 %', '$ 4', '1e400', 'inf', 'abc', '-', 1e39, 1e300, -1e300),
  fc.constantFrom<Value>(null, 'NA', ''),
]

/** Of one kind for the most part, with gaps and slips as often as not. */
const cells = (rows: number): fc.Arbitrary<Value[]> =>
  fc
    .tuple(
      fc.constantFrom(...kinds),
      fc.constantFrom(...kinds),
      fc.constantFrom(0, 0, 1, 3, 20),
      fc.boolean(),
    )
    .chain(([main, other, slips, isConstant]) =>
      fc.tuple(
        isConstant
          ? main.map((value) => Array<Value>(rows).fill(value))
          : fc.array(main, { minLength: rows, maxLength: rows, size: 'max' }),
        fc.array(fc.tuple(fc.nat(), other), { maxLength: slips }),
      ),
    )
    .map(([values, slips]) => {
      const column = [...values]
      for (const [at, value] of slips) column[at % rows] = value
      return column
    })

const lists = (rows: number): fc.Arbitrary<Value[]> =>
  fc.array(
    fc.oneof(
      { weight: 30, arbitrary: fc.constant<Value>([1, 2]) },
      { weight: 30, arbitrary: fc.constant<Value>([3, 1e3]) },
      { weight: 1, arbitrary: fc.constantFrom<Value>(null, [1], [1e300, -1e300]) },
    ),
    { minLength: rows, maxLength: rows, size: 'max' },
  )

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'y', 'label', 'class', 'price', 'true', 'x-', 'é', 'two words'),
  fc.string({ maxLength: 5 }),
)

interface Made {
  readonly kind: 'csv' | 'json' | 'tsv'
  /** Whether the first line of a table of lines names its columns. */
  readonly header: boolean
  readonly names: readonly string[]
  readonly columns: readonly (readonly Value[])[]
  readonly asked: number | undefined
}

const tables: fc.Arbitrary<Made> = fc
  .tuple(
    fc.constantFrom(1, 3, 4, 8, 20, 20, 40, 40, 60, 60, 120),
    fc.integer({ min: 1, max: 5 }),
    fc.constantFrom<Made['kind']>('csv', 'json', 'tsv'),
  )
  .chain(([rows, width, kind]) =>
    fc.record({
      kind: fc.constant(kind),
      header: kind === 'json' ? fc.constant(true) : fc.constantFrom(true, true, false),
      names: fc.uniqueArray(name, {
        minLength: width,
        maxLength: width,
        selector: (each) => each.trim(),
      }),
      columns: fc.array(
        kind === 'json'
          ? fc.oneof({ weight: 5, arbitrary: cells(rows) }, { weight: 1, arbitrary: lists(rows) })
          : cells(rows),
        { minLength: width, maxLength: width },
      ),
      asked: fc.option(fc.nat({ max: width - 1 }), { nil: undefined, freq: 3 }),
    }),
  )

// Files

const quoted = (value: Value, delimiter: string): string => {
  const text = value === null ? '' : String(value)
  return /["\r\n]/.test(text) || text.includes(delimiter) || text.trim() !== text || text === ''
    ? `"${text.replaceAll('"', '""')}"`
    : text
}

function fileOf({ kind, header, names, columns }: Made): string {
  const rows = (columns[0] ?? []).map((_, row) => columns.map((column) => column[row] ?? null))
  if (kind === 'json')
    return JSON.stringify(
      rows.map((row) => Object.fromEntries(names.map((each, i) => [each, row[i]]))),
    )
  const delimiter = kind === 'csv' ? ',' : '\t'
  return [...(header ? [names] : []), ...rows]
    .map((row) => row.map((each) => quoted(each, delimiter)).join(delimiter))
    .join('\n')
}

const sourceOf = (content: string) => ({
  read: (file: string) => ({
    bytes: new TextEncoder().encode(content),
    name: file,
    quotable: true,
  }),
})

async function read({ kind, header }: Made, content: string): Promise<Table | DataError> {
  const path = `d.${kind}`
  try {
    const { data } = await loadData(
      sourceOf(content),
      kind === 'json'
        ? { kind, path }
        : { kind: 'csv', path, header, ...(kind === 'tsv' ? { delimiter: '\t' } : {}) },
    )
    if (data.kind !== 'table') throw new Error('a table was written')
    return data
  } catch (error) {
    if (error instanceof DataError) return error
    throw error
  }
}

/** What became of a table: the errors of its text, or why it has none. */
async function outcome(made: Made): Promise<{ text: string; errors: string[] } | { why: string }> {
  const content = fileOf(made)
  const table = await read(made, content)
  if (table instanceof DataError) return { why: table.code }
  const description = describe(
    table,
    made.asked === undefined ? undefined : table.columns[made.asked]?.name,
  )
  if (description.target === undefined) return { why: 'no target' }
  try {
    const file = { path: `d.${made.kind}`, kind: made.kind, header: made.header }
    const text = startingText(file, description, table.lists ?? [], description.target)
    const opened = await open(text, { registry, source: sourceOf(content), requireShapes: true })
    const errors = opened.diagnostics.filter(({ severity }) => severity === 'error')
    const isWhole = opened.experiment !== undefined
    return { text, errors: isWhole ? [] : errors.map(({ code, message }) => `${code}: ${message}`) }
  } catch (error) {
    if (error instanceof DataError && error.help !== undefined) return { why: error.code }
    throw error
  }
}

test('a table is refused with a reason and a repair, or has a text that opens with it', async () => {
  const counts = { opened: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(tables, async (made) => {
      const found = await outcome(made)
      if ('why' in found) counts.refused++
      else {
        counts.opened++
        expect(found.errors, found.text).toEqual([])
      }
    }),
    { seed, numRuns: runs },
  )
  // Else the tables say little: many have to be some that can be learned from.
  expect(counts.opened, `${JSON.stringify(counts)}, seed ${seed}`).toBeGreaterThan(runs / 3)
})
