/** The columns of a table that a text names: all of them, and also where something else is wrong with the text. */
import { ChainruleError } from '@chainrule/core'
import { describe, type Loaded, labelTable, loadData } from '@chainrule/data'
import { type DataRequest, type Directive, dataRequest, parse, walk } from '@chainrule/language'
import type { ColumnInfo } from '@chainrule/language-services'
import { type Opened, specification } from 'chainrule/workbench'
import type { Home } from './home.ts'

export class Columns {
  readonly #home: Home
  /** Those of the last table. */
  #known: readonly ColumnInfo[] | undefined
  #key: string | undefined
  readonly #stamps = new Map<string, string>()

  constructor(home: Home) {
    this.#home = home
  }

  /** Of the table that is asked for; of a text from which that cannot be told, those of the last. */
  async of(opened: Opened): Promise<readonly ColumnInfo[] | undefined> {
    const request = opened.request ?? requestOfHead(opened)
    const kind = request?.source.kind
    if (request === undefined) return this.#known
    const key = JSON.stringify(kind === 'csv' || kind === 'json' ? specification(request) : kind)
    if (key === this.#key && this.#isFresh()) return this.#known
    this.#key = key
    this.#stamps.clear()
    this.#known = kind === 'csv' || kind === 'json' ? await this.#read(request) : undefined
    return this.#known
  }

  async #read(request: DataRequest): Promise<readonly ColumnInfo[] | undefined> {
    const { source } = this.#home
    if (source === undefined) return undefined
    const stop = this.#home.listen((path) => this.#stamps.set(path, this.#home.stampOf(path)))
    try {
      return columnsIn(await loadData(source, specification(request)))
    } catch (error) {
      // What is wrong with the data is said by the look at the text.
      if (error instanceof ChainruleError) return undefined
      throw error
    } finally {
      stop()
    }
  }

  /** A file that was not there has no stamp, and may come. */
  #isFresh(): boolean {
    const stamps = [...this.#stamps]
    if (stamps.length === 0) return this.#key?.startsWith('{') === false
    return stamps.every(([path, stamp]) => this.#home.stampOf(path) === stamp)
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
