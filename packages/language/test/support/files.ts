import {
  type Diagnostic,
  dataRequest,
  type Experiment,
  link,
  type ParseResult,
  parse,
  renderDiagnostics,
  resolve,
  type Texts,
} from '../../src/index.ts'
import { wideRegistry } from './registry.ts'

export interface FilesOutcome {
  readonly texts: Texts
  readonly experiment: Experiment | undefined
  readonly models: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
  readonly codes: readonly string[]
  /** As the terminal shows them. */
  readonly shown: string
  /** Paths that were asked for and are not there. */
  readonly missing: readonly string[]
}

/** The whole way from several files, of which the first is the main one. */
export async function outcomeOfFiles(
  files: Readonly<Record<string, string>>,
  { model, others }: { readonly model?: string; readonly others?: (path: string) => string } = {},
): Promise<FilesOutcome> {
  const [[file, text] = ['main.mlp', '']] = Object.entries(files)
  const missing: string[] = []
  const parsed = parse(text, { file })
  const linked = await link(parsed, async (path): Promise<ParseResult | undefined> => {
    const found = files[path] ?? others?.(path)
    if (found === undefined) missing.push(path)
    return found === undefined ? undefined : parse(found, { file: path })
  })
  const named = { uses: linked.uses, ...(model === undefined ? {} : { model }) }
  const asked = dataRequest(parsed.ast, { registry: wideRegistry, ...named })
  const resolved = resolve(parsed.ast, { registry: wideRegistry, file, ...named })
  const diagnostics = [
    ...parsed.diagnostics,
    ...linked.diagnostics,
    ...asked.diagnostics,
    ...resolved.diagnostics,
  ].toSorted((a, b) => a.span.start - b.span.start)
  const texts = { text, file, others: linked.others }
  return {
    texts,
    experiment: resolved.experiment,
    models: asked.models,
    diagnostics,
    codes: diagnostics.map(({ code }) => code),
    shown: renderDiagnostics(diagnostics, texts),
    missing,
  }
}
