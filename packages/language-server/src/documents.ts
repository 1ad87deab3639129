/** The texts that are open in the editor: when they are looked at, and when what was found is told. */
import {
  type CancellationToken,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  LSPErrorCodes,
  ResponseError,
  TextDocuments,
} from 'vscode-languageserver'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { diagnosticsOf, faultOf } from './diagnostics.ts'
import { type Look, OpenDocument } from './document.ts'
import { type OpenText, pathOf, realPath } from './home.ts'

/** Milliseconds without a change after which a text is looked at by itself. */
const quiet = 100

/** What a text may name: other texts, data of the usual kinds, and what says of plugins what they give. */
const watched = '**/*.{mlp,csv,tsv,json,jsonl,ndjson,txt,gz,js,mjs,cjs,ts,mts,cts}'

interface Asked {
  readonly textDocument: { readonly uri: string }
}

export class Documents {
  readonly #connection: Connection
  readonly #texts = new TextDocuments(TextDocument)
  readonly #open = new Map<string, OpenDocument>()
  /** The URIs by the real paths of the files that are open. */
  readonly #paths = new Map<string, string>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #folder: string | undefined
  #allowPaths: readonly string[] = []

  constructor(connection: Connection) {
    this.#connection = connection
    this.#texts.onDidOpen(({ document }) => this.#opened(document))
    this.#texts.onDidChangeContent(({ document: { uri } }) => this.#changed(uri))
    this.#texts.onDidClose(({ document: { uri } }) => this.#closed(uri))
    this.#texts.onDidSave(() => this.#refresh())
    this.#texts.listen(connection)
    connection.onDidChangeWatchedFiles(() => this.#refresh())
  }

  /** Takes what the client says of itself. */
  begin({
    workspaceFolders,
    rootUri,
    capabilities,
    initializationOptions,
  }: InitializeParams): void {
    const uri = workspaceFolders?.[0]?.uri ?? rootUri
    this.#folder = typeof uri === 'string' ? pathOf(uri) : undefined
    this.#allowPaths = allowedIn(initializationOptions)
    if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return
    this.#connection.onInitialized(() => {
      const watchers = [{ globPattern: watched }]
      const { type } = DidChangeWatchedFilesNotification
      // A client that refuses is none the worse: files are also looked at when a text changes or is saved.
      this.#connection.client.register(type, { watchers }).catch(() => undefined)
    })
  }

  /** A handler that answers of the text as it was when it was asked; of one that is not open with what there is then. */
  readonly onLook =
    <A extends Asked, R, N = null>(
      answer: (look: Look, asked: A, document: OpenDocument) => R,
      nothing: N = null as N,
    ) =>
    async (asked: A, token: CancellationToken): Promise<Awaited<R> | N | ResponseError> => {
      const document = this.#open.get(asked.textDocument.uri)
      if (document === undefined) return nothing
      const look = await document.look()
      if (token.isCancellationRequested)
        return new ResponseError(LSPErrorCodes.RequestCancelled, 'it is no longer asked for')
      return await answer(look, asked, document)
    }

  #opened(document: TextDocument): void {
    const { uri } = document
    this.#open.set(
      uri,
      new OpenDocument(document, {
        folder: this.#folder,
        allowPaths: this.#allowPaths,
        openText: (path) => this.#openText(path),
      }),
    )
    const path = pathOf(uri)
    if (path !== undefined && uri.startsWith('file:')) this.#paths.set(realPath(path), uri)
  }

  #openText(path: string): OpenText | undefined {
    const document = this.#texts.get(this.#paths.get(path) ?? '')
    return document === undefined
      ? undefined
      : { text: document.getText(), version: document.version }
  }

  #changed(uri: string): void {
    this.#schedule(uri)
    const path = pathOf(uri)
    if (path === undefined) return
    const real = realPath(path)
    for (const [other, document] of this.#open) {
      if (other === uri || !document.home.reads.has(real)) continue
      document.forget()
      this.#schedule(other)
    }
  }

  #closed(uri: string): void {
    clearTimeout(this.#timers.get(uri))
    this.#timers.delete(uri)
    this.#open.delete(uri)
    for (const [path, open] of this.#paths) if (open === uri) this.#paths.delete(path)
    void this.#connection.sendDiagnostics({ uri, diagnostics: [] })
    // What used it reads it from the disk again.
    this.#refresh()
  }

  /** Files may have changed, of which texts speak. */
  #refresh(): void {
    for (const [uri, document] of this.#open) {
      document.forget()
      this.#schedule(uri)
    }
  }

  /** A text that was just opened is looked at without waiting. */
  #schedule(uri: string): void {
    clearTimeout(this.#timers.get(uri))
    const delay = this.#open.get(uri)?.isNew === true ? 0 : quiet
    this.#timers.set(
      uri,
      setTimeout(() => void this.#publish(uri), delay),
    )
  }

  async #publish(uri: string): Promise<void> {
    this.#timers.delete(uri)
    const document = this.#open.get(uri)
    if (document === undefined) return
    try {
      const look = await document.look()
      const { version } = look.document
      // Closed meanwhile, or changed: then another look is on its way.
      if (this.#open.get(uri) !== document || document.version !== version) return
      await this.#connection.sendDiagnostics({ uri, version, diagnostics: diagnosticsOf(look) })
    } catch (error) {
      const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.#connection.console.error(`${uri}: ${said}`)
      // What was told before holds no longer.
      await this.#connection.sendDiagnostics({ uri, diagnostics: [faultOf(error)] })
    }
  }
}

/** `{ "allowPaths": ["/data"] }` of the client's settings. */
function allowedIn(options: unknown): string[] {
  if (typeof options !== 'object' || options === null || !('allowPaths' in options)) return []
  const { allowPaths } = options
  return Array.isArray(allowPaths) ? allowPaths.filter((each) => typeof each === 'string') : []
}
