import type { File, Span, Use } from './ast.ts'
import type { Diagnostic } from './diagnostic.ts'
import { useCycle, useTooDeep } from './file-errors.ts'
import { type ParseResult, parse } from './parse.ts'
import { shifted } from './shift.ts'
import { type OtherText, startAfter } from './texts.ts'

/** What a `use` of a file leads to. */
export interface UsedFile {
  /** Missing where it cannot be used, which was said. */
  readonly ast: File | undefined
  /** Relative to the main file's folder. */
  readonly path: string
}

/** What a `use` of plugins leads to; what they give is in the registry. */
export interface UsedPlugins {
  /** Whether all that they give is known; else what a text names may come from them. */
  readonly areKnown: boolean
}

/** What a `use` leads to: a file of blocks, or plugins. */
export type Used = UsedFile | UsedPlugins

export const isFile = (used: Used | undefined): used is UsedFile =>
  used !== undefined && 'ast' in used

/** The files that a text uses, directly or by way of others. */
export interface Linked {
  readonly uses: ReadonlyMap<Use, UsedFile>
  readonly others: readonly OtherText[]
  /** What is wrong with the syntax of those files and with how they use each other. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads and parses the file of a path, which is relative to the main file. `span` is where the path is written; what is
 * wrong with the file itself is for the reader to say there.
 */
export type ReadUsed = (path: string, span: Span) => Promise<ParseResult | undefined>

const maxFiles = 100

/** Whether `use` names a file of the language and no plugin. */
export function namesFile({ source: { value } }: Use): boolean {
  if (/\.mlp$/i.test(value)) return true
  return /^(\.{1,2})?[\\/]/.test(value) && !/\.[cm]?[jt]s$/i.test(value)
}

/**
 * Reads the files that a text uses, each once, in the order of the text. A file that uses itself, directly or by way of
 * others, is refused where the circle closes.
 */
export async function link(main: ParseResult, read: ReadUsed): Promise<Linked> {
  const linker = new Linker(main)
  const steps = linker.steps()
  for (let step = steps.next(); step.done !== true; )
    step = steps.next(await read(step.value.path, step.value.span))
  return linker
}

/** The same where the texts are at hand; `textOf` knows none of a path that is not. */
export function linkTexts(main: ParseResult, textOf: (path: string) => string | undefined): Linked {
  const linker = new Linker(main)
  const steps = linker.steps()
  for (let step = steps.next(); step.done !== true; ) {
    const { path } = step.value
    const text = textOf(path)
    step = steps.next(text === undefined ? undefined : parse(text, { file: path }))
  }
  return linker
}

/** A file that is wanted. */
interface WantedFile {
  readonly path: string
  readonly span: Span
}

type Steps<Result> = Generator<WantedFile, Result, ParseResult | undefined>

class Linker implements Linked {
  readonly uses = new Map<Use, UsedFile>()
  readonly others: OtherText[] = []
  readonly diagnostics: Diagnostic[] = []
  readonly #main: ParseResult
  readonly #files = new Map<string, UsedFile>()

  constructor(main: ParseResult) {
    this.#main = main
  }

  /** Asks for one file after the other, and goes on with what it is given. */
  steps(): Steps<void> {
    const path = this.#main.file.split(/[\\/]/).at(-1) ?? ''
    return this.#follow(this.#main.ast, [path])
  }

  /** `way` leads from the main file to this one. */
  *#follow({ body }: File, way: readonly string[]): Steps<void> {
    for (const statement of body.statements)
      if (statement.kind === 'use' && namesFile(statement))
        this.uses.set(statement, yield* this.#used(statement, way))
  }

  *#used({ source: { value, span } }: Use, way: readonly string[]): Steps<UsedFile> {
    const path = joinPaths(way.at(-1) ?? '', value)
    const circle = way.indexOf(path)
    if (circle >= 0) {
      this.diagnostics.push(useCycle(span, [...way.slice(circle), path]))
      return { ast: undefined, path }
    }
    const known = this.#files.get(path)
    if (known !== undefined) return known
    if (this.#files.size >= maxFiles) {
      this.diagnostics.push(useTooDeep(span, maxFiles))
      return { ast: undefined, path }
    }
    const file = { ast: this.#taken(yield { path, span }), path }
    this.#files.set(path, file)
    if (file.ast !== undefined) yield* this.#follow(file.ast, [...way, path])
    return file
  }

  /** Its tree, its places moved behind those of the files before. */
  #taken(parsed: ParseResult | undefined): File | undefined {
    if (parsed === undefined) return undefined
    const start = startAfter({ text: this.#main.text, others: this.others })
    const { text, file } = parsed
    this.others.push({ text, file, start })
    this.diagnostics.push(...shifted(parsed.diagnostics, start))
    return shifted(parsed.ast, start)
  }
}

/** A path that is written in a file, relative to the main file's folder as that file's own path is. */
export function joinPaths(from: string, path: string): string {
  if (/^([\\/]|[A-Za-z]:|npm:)/.test(path)) return path
  const folders = from.split('/').slice(0, -1)
  // What leads out of a package stays written, so that the reader refuses it.
  if (from.startsWith('npm:')) return [...folders, path.replace(/^\.\//, '')].join('/')
  const parts = [...folders]
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}
