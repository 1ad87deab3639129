/** A client that speaks to the server as an editor does: a process of its own, over stdio. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach } from 'vitest'
import {
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  type InitializeParams,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol/node'

const bin = new URL('../../src/bin.ts', import.meta.url).pathname

const open: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

/** A folder with files, gone after the test. */
export interface Place {
  readonly path: string
  file(name: string): string
  uri(name: string): string
  put(files: Readonly<Record<string, string>>): void
}

export function place(files: Readonly<Record<string, string>> = {}): Place {
  const path = mkdtempSync(join(tmpdir(), 'language server ü-'))
  open.push(() => rmSync(path, { recursive: true }))
  const file = (name: string): string => join(path, name)
  const put: Place['put'] = (all) => {
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(dirname(file(name)), { recursive: true })
      writeFileSync(file(name), text)
    }
  }
  put(files)
  return { path, file, uri: (name) => pathToFileURL(file(name)).href, put }
}

/** Starts the command; it is ended after the test. */
export function start(args: readonly string[] = ['--stdio']): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=source', bin, ...args])
  open.push(() => void child.kill())
  return child
}

/** The code with which a process ends. */
export const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((done) => child.once('exit', done))

export class Client {
  readonly child: ChildProcess
  readonly connection: ProtocolConnection
  initialized: InitializeResult | undefined
  /** What the server wrote beside the protocol, or complained of. */
  readonly complaints: string[] = []
  readonly #published = new Map<string, PublishDiagnosticsParams>()
  readonly #waiting = new Set<(told: PublishDiagnosticsParams) => void>()
  readonly #versions = new Map<string, number>()

  constructor(child: ChildProcess) {
    const { stdout, stdin, stderr } = child
    if (stdout === null || stdin === null) throw new Error('a process without streams')
    this.child = child
    this.connection = createProtocolConnection(stdout, stdin)
    stderr?.on('data', (text: Buffer) => this.complaints.push(String(text)))
    this.connection.onNotification('textDocument/publishDiagnostics', (told) => {
      this.#published.set(told.uri, told)
      for (const hear of this.#waiting) hear(told)
    })
    this.connection.onNotification('window/logMessage', ({ message }) => {
      this.complaints.push(message)
    })
    this.connection.listen()
  }

  async begin(more: Partial<InitializeParams> = {}, capabilities: ClientCapabilities = {}) {
    this.initialized = await this.connection.sendRequest<InitializeResult>('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: { workspace: { workspaceEdit: { documentChanges: true } }, ...capabilities },
      ...more,
    })
    await this.connection.sendNotification('initialized', {})
    return this
  }

  open(uri: string, text: string): void {
    this.#versions.set(uri, 1)
    const textDocument = { uri, languageId: 'mlp', version: 1, text }
    void this.connection.sendNotification('textDocument/didOpen', { textDocument })
  }

  /** The whole text anew, or pieces of it. */
  change(uri: string, ...contentChanges: readonly object[]): void {
    const version = (this.#versions.get(uri) ?? 0) + 1
    this.#versions.set(uri, version)
    const textDocument = { uri, version }
    void this.connection.sendNotification('textDocument/didChange', {
      textDocument,
      contentChanges,
    })
  }

  /** Tells of something that happened to a document. */
  tell(what: 'didClose' | 'didSave', uri: string): void {
    void this.connection.sendNotification(`textDocument/${what}`, { textDocument: { uri } })
  }

  ask<R>(what: string, uri: string, more: object = {}): Promise<R> {
    return this.connection.sendRequest(`textDocument/${what}`, { textDocument: { uri }, ...more })
  }

  /** What is told of a document next, or of its version as it is now. */
  async diagnostics(uri: string, which: 'now' | 'next' = 'now'): Promise<readonly Diagnostic[]> {
    const version = this.#versions.get(uri)
    const known = this.#published.get(uri)
    if (which === 'now' && known?.version === version && known !== undefined)
      return known.diagnostics
    return new Promise((done) => {
      const hear = (told: PublishDiagnosticsParams): void => {
        if (told.uri !== uri || (which === 'now' && told.version !== version)) return
        this.#waiting.delete(hear)
        done(told.diagnostics)
      }
      this.#waiting.add(hear)
    })
  }
}

/** A client and its server, which have greeted each other. */
export const client = (
  more: Partial<InitializeParams> = {},
  capabilities: ClientCapabilities = {},
): Promise<Client> => new Client(start()).begin(more, capabilities)

/** A text with its cursor at `‸`. */
export function cursorIn(marked: string): { readonly text: string; readonly position: Position } {
  const before = marked.slice(0, marked.indexOf('‸')).split(/\r\n|\n|\r/)
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
  return { text: marked.replace('‸', ''), position }
}
