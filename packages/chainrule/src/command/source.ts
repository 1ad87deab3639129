/** Opening `.mlp` files and data files that are named on the command line. */
import { basename, dirname } from 'node:path'
import { ChainruleError, Registry } from '@chainrule/core'
import {
  type DataSpecification,
  type Dataset,
  loadData,
  type Preprocessing,
  type SourceFile,
} from '@chainrule/data'
import { folderSource } from '@chainrule/data/node'
import { fileKind, modelNames, type ParseResult, parseBytes } from '@chainrule/language'
import { readNamedFile } from '../files.ts'
import { type GivenRows, hasErrors, type Opened, type OpenOptions, openParsed } from '../open.ts'
import { looksLikeSafetensors } from '../safetensors.ts'
import type { TableKind } from '../starting-text.ts'
import type { Console } from './console.ts'
import { printDiagnostics } from './diagnostics.ts'
import { pluginsFor } from './plugins.ts'

export interface SourceOptions {
  readonly allowPath?: readonly string[]
  readonly data?: string
  readonly target?: string
  readonly seed?: number
  /** Which of several models is meant. */
  readonly model?: string
}

/** What a command needs beside the text. */
type Needs = Pick<OpenOptions, 'requireShapes' | 'requireModel' | 'plugins' | 'runs'>

/** Reads, checks and resolves a model file; with `--data`, data that the person names. */
export async function openFile(
  path: string,
  registry: Registry,
  options: SourceOptions,
  needs: Needs = {},
): Promise<Opened> {
  const parsed = readText(path)
  return unreadable(parsed) ?? openText(parsed, registry, options, needs)
}

/** For a file that is no text at all. */
export function unreadable(parsed: ParseResult): Opened | undefined {
  const { text, file, ast, diagnostics } = parsed
  if (!diagnostics.some(({ code }) => code === 'not-utf-8')) return undefined
  const registry = new Registry()
  const nothing = { request: undefined, data: undefined, experiment: undefined }
  return {
    text,
    file,
    ast,
    registry,
    others: [],
    uses: new Map(),
    models: [],
    ...nothing,
    diagnostics,
  }
}

/** Reads and parses a model file that the person named. */
export function readText(path: string): ParseResult {
  const bytes = readNamedFile(path)
  refuseOtherKind(path, bytes)
  return parseBytes(bytes, { file: path })
}

/** Checks and resolves a text as if it stood in its file. */
export async function openText(
  parsed: ParseResult,
  registry: Registry,
  options: SourceOptions,
  needs: Needs = {},
): Promise<Opened> {
  if (options.target !== undefined && options.data === undefined) {
    throw new ChainruleError('target-without-data', '`--target` names a column of `--data`', {
      help: 'give `--data FILE` too, or write `target` in the text',
    })
  }
  const source = folderSource(dirname(parsed.file), { allowPaths: options.allowPath ?? [] })
  const rows = options.data === undefined ? {} : { rows: await namedRows(options.data, options) }
  const seed = options.seed === undefined ? {} : { seed: options.seed }
  const model = options.model === undefined ? {} : { model: options.model }
  const plugins = pluginsFor(parsed.file)
  return openParsed(parsed, { registry, source, plugins, ...rows, ...seed, ...model, ...needs })
}

/** As `openFile`, for what does not depend on which of several models is meant. */
export async function openFirst(
  path: string,
  registry: Registry,
  options: SourceOptions,
): Promise<Opened> {
  const parsed = readText(path)
  const [model] = modelNames(parsed.ast)
  const chosen = { ...(model === undefined ? {} : { model }), ...options }
  return unreadable(parsed) ?? openText(parsed, registry, chosen)
}

/** A table read as a text would be an error a line. */
function refuseOtherKind(path: string, bytes: Uint8Array): void {
  if (looksLikeSafetensors(bytes)) {
    throw new ChainruleError('file-kind', `${path} is a saved model, not the text of one`, {
      help: 'use it with `summary`, `evaluate` or `predict`',
      data: { file: path },
    })
  }
  const kind = fileKind(path)
  if (kind !== undefined && kind !== 'text') {
    throw new ChainruleError('file-kind', `${path} is a data file, not the text of a model`, {
      help: `\`chainrule init ${path}\` writes a text for it; \`--data ${path}\` gives it to one`,
      data: { file: path },
    })
  }
}

/** Prints what is wrong; where something is, the command ends with 1. */
export function acceptable(console: Console, opened: Opened, format: string): boolean {
  printDiagnostics(console, opened, format)
  return !hasErrors(opened.diagnostics)
}

async function namedRows(path: string, { target }: SourceOptions): Promise<GivenRows> {
  const data = await loadNamed(path)
  return { data, name: path, ...(target === undefined ? {} : { target }) }
}

export interface NamedOptions {
  /** The labels of images. */
  readonly labels?: string | undefined
  /** What takes the data; a model of texts takes any file as one. */
  readonly preprocessing?: Preprocessing | undefined
}

/** A data file by its ending; the person named it, so it may stand anywhere and is called what the person calls it. */
export async function loadNamed(path: string, how: NamedOptions = {}): Promise<Dataset> {
  const read = (name: string): SourceFile => ({ bytes: readNamedFile(name), name, quotable: true })
  const { data } = await loadData({ read }, specificationOf(path, how))
  return data
}

/** What a table that the person named is read as; none where its ending tells of no table. */
export function tableKind(path: string): TableKind | undefined {
  const kind = fileKind(path)
  return kind === 'text' ? 'csv' : kind
}

/** Two zeros, a code for the type of its elements, and how many axes it has; or compressed. */
function looksLikeIdx([first, second, type = 0, axes = 0]: Uint8Array): boolean {
  if (first === 0x1f && second === 0x8b) return true
  return first === 0 && second === 0 && type >= 0x08 && type <= 0x0e && axes >= 1 && axes <= 8
}

function specificationOf(path: string, { labels, preprocessing }: NamedOptions): DataSpecification {
  const text = preprocessing?.inputs.find((input) => input.kind === 'text')
  if (text !== undefined) return { kind: 'text', path, window: text.window }
  const kind = tableKind(path)
  if (kind === 'csv' || kind === 'json') return { kind, path }
  if (kind === 'tsv') return { kind: 'csv', path, delimiter: '\t' }
  if (labels !== undefined || /idx/.test(basename(path)) || looksLikeIdx(readNamedFile(path)))
    return { kind: 'idx', images: path, ...(labels === undefined ? {} : { labels }) }
  throw new ChainruleError('data-kind', `what kind of data is ${path}?`, {
    help: 'its name should end in .csv, .tsv or .json, also with .gz, or be an IDX file',
  })
}
