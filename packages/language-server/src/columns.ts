/** The columns of a table that a text names: all of them, and also where something else is wrong with the text. */
import { ChainruleError } from '@chainrule/core'
import {
  type DataSpecification,
  describe,
  type FileSource,
  type Loaded,
  labelTable,
  loadData,
} from '@chainrule/data'
import { type DataRequest, type Directive, dataRequest, parse, walk } from '@chainrule/language'
import type { ColumnInfo } from '@chainrule/language-services'
import { type Opened, specification } from 'chainrule/workbench'
import type { Home } from './home.ts'
import { Stamps } from './stamps.ts'

/** The columns of a table, and what they were read from. */
interface Known {
  readonly key: string
  readonly stamps: Stamps
  readonly columns: Promise<readonly ColumnInfo[] | undefined>
}

export class Columns {
  readonly #home: Home
  #known: Known | undefined

  constructor(home: Home) {
    this.#home = home
  }

  /** Of the table that is asked for; of a text from which that cannot be told, those of the last. */
  of(opened: Opened): Promise<readonly ColumnInfo[] | undefined> {
    const request = opened.request ?? requestOfHead(opened)
    if (request === undefined) return this.#known?.columns ?? Promise.resolve(undefined)
    const table = tableOf(request)
    const key = JSON.stringify(table)
    const { key: before, stamps } = this.#known ?? {}
    // A file that was not there has no stamp, and may come.
    const isKnown = key === before && stamps !== undefined && !stamps.isEmpty && stamps.hold
    if (!isKnown) this.#known = this.#read(key, table)
    return this.#known?.columns ?? Promise.resolve(undefined)
  }

  #read(key: string, table: DataSpecification | undefined): Known {
    const { source } = this.#home
    const stamps = new Stamps(this.#home)
    const columns =
      table === undefined || source === undefined
        ? Promise.resolve(undefined)
        : stamps.during(() => columnsOf(table, source))
    return { key, stamps, columns }
  }
}

const tableOf = (request: DataRequest): DataSpecification | undefined =>
  ['csv', 'json'].includes(request.source.kind) ? specification(request) : undefined

async function columnsOf(
  table: DataSpecification,
  source: FileSource,
): Promise<readonly ColumnInfo[] | undefined> {
  try {
    return columnsIn(await loadData(source, table))
  } catch (error) {
    // What is wrong with the data is said by the look at the text.
    if (error instanceof ChainruleError) return undefined
    throw error
  }
}

/** What the first `data` asks for by its head alone: what stands in its braces may be wrong, or not be finished. */
function requestOfHead({ ast, text, registry }: Opened): DataRequest | undefined {
  const found: Directive[] = []
  walk(ast, (node) => {
    if (node.kind === 'directive' && node.name.text === 'data') found.push(node)
  })
  const [data] = found
  if (data === undefined) return undefined
  const head = text.slice(data.span.start, data.body?.span.start ?? data.span.end)
  return dataRequest(parse(`${head} { target any }`).ast, { registry }).request
}

const columnsIn = ({ data }: Loaded): ColumnInfo[] =>
  describe(labelTable(data)).columns.map(({ name, type }) => ({ name, about: type }))
