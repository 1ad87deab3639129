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

export class Columns {
  readonly #home: Home
  /** Those of the last table, and what was asked for it. */
  #known: readonly ColumnInfo[] | undefined
  #key: string | undefined
  #stamps: Stamps

  constructor(home: Home) {
    this.#home = home
    this.#stamps = new Stamps(home)
  }

  /** Of the table that is asked for; of a text from which that cannot be told, those of the last. */
  async of(opened: Opened): Promise<readonly ColumnInfo[] | undefined> {
    const request = opened.request ?? requestOfHead(opened)
    if (request === undefined) return this.#known
    const table = tableOf(request)
    const key = JSON.stringify(table)
    // A file that was not there has no stamp, and may come.
    if (key === this.#key && !this.#stamps.isEmpty && this.#stamps.hold) return this.#known
    this.#key = key
    this.#stamps = new Stamps(this.#home)
    const { source } = this.#home
    this.#known =
      table === undefined || source === undefined
        ? undefined
        : await this.#stamps.during(() => columnsOf(table, source))
    return this.#known
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
