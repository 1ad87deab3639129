/** The files that a text uses, read through the same source as its data. */
import { ChainruleError } from '@chainrule/core'
import type { FileSource } from '@chainrule/data'
import { type Linked, link, type ParseResult, parseBytes, type Span } from '@chainrule/language'
import { type AnyDiagnostic, dataDiagnostic } from './diagnostics.ts'
import { usedFileInvalid } from './errors.ts'

export interface LinkedFiles extends Pick<Linked, 'others'> {
  /** Missing where nothing opens files. */
  readonly uses: Linked['uses']
  readonly diagnostics: readonly AnyDiagnostic[]
}

/** Reads and parses what `use "./file.mlp"` names, directly or by way of others. Without a source nothing is found. */
export async function linkFiles(
  parsed: ParseResult,
  source: FileSource | undefined,
): Promise<LinkedFiles> {
  if (source === undefined) return { uses: new Map(), others: [], diagnostics: [] }
  const problems: AnyDiagnostic[] = []
  const read = async (path: string, span: Span): Promise<ParseResult | undefined> => {
    try {
      const { bytes, quotable } = await source.read(path)
      const used = parseBytes(bytes, { file: beside(parsed.file, path) })
      const isWrong = used.diagnostics.some(({ severity }) => severity === 'error')
      if (quotable || !isWrong) return used
      throw usedFileInvalid(path)
    } catch (error) {
      if (!(error instanceof ChainruleError)) throw error
      problems.push(dataDiagnostic('error', error, span))
      return undefined
    }
  }
  const { uses, others, diagnostics } = await link(parsed, read)
  return { uses, others, diagnostics: [...problems, ...diagnostics] }
}

/** A path that is relative to the folder of a file, as the person who named that file would name it. */
function beside(file: string, path: string): string {
  if (/^([\\/]|[A-Za-z]:|npm:)/.test(path)) return path
  const folder = /^.*[\\/]/.exec(file)?.[0] ?? ''
  return `${folder}${path}`
}
