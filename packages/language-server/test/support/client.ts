/** A client that speaks to the server as an editor does: a process of its own, over stdio. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach } from 'vitest'
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

type Closing = (() => Promise<void> | void)[]

async function closeAll(closing: Closing): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close()
}

/** What is closed after the test, and after all tests of the file. */
const [open, kept]: [Closing, Closing] = [[], []]
afterEach(() => closeAll(open))
afterAll(() => closeAll(kept))

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
export function start(args: readonly string[] = ['--stdio'], closing = open): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=source', bin, ...args])
  closing.push(async () => {
    child.kill()
    await ended(child)
  })
  return child
}

/** The code with which a process ends, or has ended. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

export class Client {
  readonly child: ChildProcess
  readonly connection: ProtocolConnection
  initialized: InitializeResult | undefined
  /** What the server wrote beside the protocol, or complained of. */
  readonly complaints: string[] = []
  readonly #published = new Map<string, PublishDiagnosticsParams>()
  readonly #waiting = new Set<(told: PublishDiagnosticsParams) => void>()
  readonly #versions = new Map<string, number>()

  constructor(child: ChildProcess, closing = open) {
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
    closing.push(() => this.#end())
  }

  /** Waits until all that was written has been read: a process that is killed before takes it for a mistake of the client. */
  async #end(): Promise<void> {
    if (this.child.exitCode === null && this.child.stdin?.writable === true)
      await Promise.race([this.connection.sendRequest('shutdown'), ended(this.child)]).catch(
        () => {},
      )
    this.connection.dispose()
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

  /** Closes all that is open. */
  forget(): void {
    for (const uri of this.#versions.keys()) this.tell('didClose', uri)
    this.#versions.clear()
    this.#published.clear()
    this.complaints.length = 0
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

/** A client and a server of its own, which have greeted each other. */
export const client = (
  more: Partial<InitializeParams> = {},
  capabilities: ClientCapabilities = {},
): Promise<Client> => new Client(start()).begin(more, capabilities)

let shared: Promise<Client> | undefined

/** A client that the tests of a file share; what a test has open is closed after it. */
export async function sharedClient(): Promise<Client> {
  shared ??= new Client(start(undefined, kept), kept).begin()
  const all = await shared
  open.push(() => all.forget())
  return all
}

/** A text with its cursor at `‸`. */
export function cursorIn(marked: string): { readonly text: string; readonly position: Position } {
  const before = marked.slice(0, marked.indexOf('‸')).split(/\r\n|\n|\r/)
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
  return { text: marked.replace('‸', ''), position }
}
