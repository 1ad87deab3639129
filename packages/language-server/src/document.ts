/** One text that is open in the editor, and what is known of it. */
import { parse } from '@chainrule/language'
import { type Analysis, analyse, type ColumnInfo } from '@chainrule/language-services'
import { checkModels } from 'chainrule/node'
import {
  builtInRegistry,
  hasErrors,
  type KnownData,
  knownGenerators,
  knownOfData,
  knownOfPlugins,
  type Opened,
  openParsed,
} from 'chainrule/workbench'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { Columns } from './columns.ts'
import { DataMemory } from './data-memory.ts'
import { Home, type HomeOptions } from './home.ts'

/** A text as it was at one version, looked at. */
export interface Look {
  /** Does not change with the text in the editor. */
  readonly document: TextDocument
  readonly home: Home
  /** What `chainrule check` finds. */
  readonly opened: Opened
  /** What the services ask. */
  readonly analysis: Analysis
}

const registry = builtInRegistry()

export class OpenDocument {
  readonly home: Home
  readonly #current: TextDocument
  readonly #memory: DataMemory
  readonly #columns: Columns
  #look: { readonly version: number; readonly promise: Promise<Look> } | undefined
  /** What the data were in the last text of which that was known. */
  #known: KnownData | undefined
  #isNew = true

  /** `current` is the one that changes with the editor's. */
  constructor(current: TextDocument, options: HomeOptions) {
    this.#current = current
    this.home = new Home(current.uri, options)
    this.#memory = new DataMemory(this.home)
    this.#columns = new Columns(this.home)
  }

  get version(): number {
    return this.#current.version
  }

  /** Whether it was never looked at. */
  get isNew(): boolean {
    return this.#isNew
  }

  /** The text as it is now; each version is looked at once. */
  look(): Promise<Look> {
    const { version } = this
    this.#isNew = false
    if (this.#look?.version !== version) this.#look = { version, promise: this.#lookAt() }
    return this.#look.promise
  }

  /** Files have changed: what is known of the text holds no longer. */
  forget(): void {
    this.#look = undefined
  }

  /** Opens a text in the place of this one. */
  open(text: string): Promise<Opened> {
    const { file, source, plugins } = this.home
    const parsed = parse(text, { file })
    const remember = this.#memory.forLook()
    return checkModels(undefined, (model) =>
      openParsed(parsed, {
        ...{ registry, remember, requireModel: false },
        ...(source === undefined ? {} : { source }),
        ...(plugins === undefined ? {} : { plugins }),
        ...(model === undefined ? {} : { model }),
      }),
    )
  }

  async #lookAt(): Promise<Look> {
    const { uri, languageId, version } = this.#current
    const text = this.#current.getText()
    const document = TextDocument.create(uri, languageId, version, text)
    const opened = await this.open(text)
    if (opened.data !== undefined) this.#known = knownOfData(opened.data)
    else if (!hasErrors(opened.diagnostics)) this.#known = undefined
    const columns = this.#allColumns(await this.#columns.of(opened))
    const analysis = this.#analysisOf(text, opened, columns)
    return { document, home: this.home, opened, analysis }
  }

  /** Those that the model reads are known better than those that are only there. */
  #allColumns(there: readonly ColumnInfo[] = []): readonly ColumnInfo[] {
    const read = this.#known?.columns ?? []
    const names = new Set(read.map(({ name }) => name))
    return [...read, ...there.filter(({ name }) => !names.has(name))]
  }

  #analysisOf(text: string, opened: Opened, columns: readonly ColumnInfo[]): Analysis {
    const { home } = this
    return analyse(text, {
      ...knownOfPlugins(opened, registry),
      ...{ facts: this.#known?.facts, columns },
      generators: knownGenerators,
      file: home.file,
      textOf: (path) => home.textOf(path),
      sources: () => home.sources(),
    })
  }
}
