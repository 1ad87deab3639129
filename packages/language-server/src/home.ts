/** Where the files of a document lie: what is open in the editor stands before what is on the disk. */
import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { FileSource, SourceFile } from '@chainrule/data'
import { type FolderSource, folderSource } from '@chainrule/data/node'
import type { SourceInfo } from '@chainrule/language-services'
import type { PluginSource } from '@chainrule/plugins'
import { installedPlugins } from '@chainrule/plugins/node'
import { sourcesIn } from './sources.ts'

/** A text that is open in the editor. */
export interface OpenText {
  readonly text: string
  readonly version: number
}

export interface HomeOptions {
  /** The folder of a document that has none of its own. */
  readonly folder?: string | undefined
  /** Folders besides its own from which a text may read, as `--allow-path` has them. */
  readonly allowPaths?: readonly string[]
  /** What is open in the editor of a file, by its real path. */
  readonly openText: (path: string) => OpenText | undefined
}

/** The path that a URI names, if it is one of a file; that of a file which is still to be written has one too. */
export function pathOf(uri: string): string | undefined {
  try {
    if (uri.startsWith('file:')) return fileURLToPath(uri)
    const path = /^untitled:(?:\/\/)?(.+)$/.exec(uri)?.[1]
    if (path === undefined) return undefined
    const decoded = decodeURIComponent(path)
    return isAbsolute(decoded) ? decoded : undefined
  } catch {
    // A host in the URI, or a `%` that begins nothing: it names no file of this machine.
    return undefined
  }
}

export const uriOf = (path: string): string => pathToFileURL(path).href

/** The path without symbolic links, as far as the file is there. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** A document's folder with the files and plugins that its text may name; of a document without a folder there are none. */
export class Home {
  /** The document's name in messages, and where others are found from. */
  readonly file: string
  readonly source: FileSource | undefined
  readonly plugins: PluginSource | undefined
  /** The real paths of all files that were read. */
  readonly reads = new Set<string>()
  readonly #listeners = new Set<(path: string) => void>()
  readonly #options: HomeOptions
  readonly #folder: FolderSource | undefined
  readonly #place: string | undefined

  constructor(uri: string, options: HomeOptions) {
    const path = pathOf(uri)
    const folder = path === undefined ? options.folder : dirname(path)
    this.#options = options
    this.file = path ?? resolve(folder ?? '/', 'untitled.mlp')
    if (folder === undefined || !existsSync(folder)) return
    this.#place = folder
    this.#folder = folderSource(folder, { allowPaths: existing(options.allowPaths) })
    this.source = { read: (name, room) => this.#read(name, room) }
    this.plugins = manifestsFor(folder)
  }

  /** The text of a file that is read as one, if it can be. */
  textOf(name: string): string | undefined {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.#read(name, 0)?.bytes)
    } catch {
      return undefined
    }
  }

  /** Where a file lies that the text names. */
  uriOf(name: string): string | undefined {
    try {
      const found = this.#folder?.resolve(name)
      return found === undefined ? undefined : uriOf(found.path)
    } catch {
      return undefined
    }
  }

  /** Hears of every file before it is read, until what it gives is called. */
  listen(heard: (path: string) => void): () => void {
    this.#listeners.add(heard)
    return () => this.#listeners.delete(heard)
  }

  /** What a `use` may name: texts and described code beside the document, and installed packages. */
  sources(): SourceInfo[] {
    return this.#place === undefined ? [] : sourcesIn(this.#place, this.file)
  }

  /** What tells whether a file is still the one that was read. */
  stampOf(path: string): string {
    const open = this.#options.openText(path)
    if (open !== undefined) return `version ${open.version}`
    try {
      const { mtimeMs, size } = statSync(path)
      return `${mtimeMs} ${size}`
    } catch {
      // Not there, or not to be reached: why, whoever reads it tells.
      return 'gone'
    }
  }

  #read(name: string, room: number | undefined): SourceFile {
    if (this.#folder === undefined) throw new Error('internal: a file was read without a folder')
    const found = this.#folder.resolve(name)
    this.reads.add(found.path)
    for (const heard of this.#listeners) heard(found.path)
    const open = this.#options.openText(found.path)
    if (open === undefined) return this.#folder.read(name, room)
    const bytes = new TextEncoder().encode(open.text)
    return { bytes, name, quotable: found.where !== 'allowed' }
  }
}

const existing = (paths: readonly string[] = []): string[] =>
  paths.filter((path) => existsSync(path))

/** The plugins of a folder by their manifests: that they might run is not even asked. */
function manifestsFor(folder: string): PluginSource {
  const installed = installedPlugins(folder)
  return { find: (wanted) => installed.find(wanted, false) }
}
