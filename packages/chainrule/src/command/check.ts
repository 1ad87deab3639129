/** `chainrule check FILE`: everything that is wrong with a text, before anything is trained. */
import { type ParseResult, parse } from '@chainrule/language'
import { builtInRegistry } from '../batteries.ts'
import type { AnyDiagnostic } from '../diagnostics.ts'
import { trainingUse } from '../memory.ts'
import type { Opened } from '../open.ts'
import type { Console } from './console.ts'
import { styled } from './console.ts'
import { exits } from './errors.ts'
import { acceptable, openModels, readText, type SourceOptions, unreadable } from './source.ts'
import { withinMemory } from './within-memory.ts'

export interface CheckOptions extends SourceOptions {
  readonly format: string
  readonly fix?: boolean
}

export async function check(
  console: Console,
  path: string,
  options: CheckOptions,
): Promise<number> {
  const registry = builtInRegistry()
  const look = async (parsed: ParseResult): Promise<Opened> => {
    const all = await openModels(parsed, registry, options)
    return together(all.map((opened) => withinMemory(opened, trainingUse)))
  }
  const parsed = readText(path)
  let opened = unreadable(parsed) ?? (await look(parsed))
  if (options.fix === true) {
    const { fix } = await import('./fix.ts')
    opened = await fix(console, opened, options.format, (text) => look(parse(text, { file: path })))
  }
  if (!acceptable(console, opened, options.format)) return exits.mistake
  if (options.format === 'json')
    console.out(`${JSON.stringify({ type: 'checked', file: path, ok: true })}\n`)
  else console.out(`${styled(console, 'green', 'ok')} ${path}\n`)
  return exits.success
}

/** What is said of all models of a text, once; what is said of some of them outside of their braces tells of which. */
function together(all: readonly Opened[]): Opened {
  const [first] = all
  if (first === undefined) throw new Error('internal: a text without a model')
  if (all.length === 1) return first
  const found = new Map<string, { diagnostic: AnyDiagnostic; models: string[] }>()
  all.forEach(({ diagnostics }, i) => {
    for (const diagnostic of diagnostics) {
      const key = JSON.stringify(diagnostic)
      const known = found.get(key) ?? { diagnostic, models: [] }
      known.models.push(first.models[i] ?? '')
      found.set(key, known)
    }
  })
  const diagnostics = [...found.values()].map(({ diagnostic, models }) =>
    models.length === all.length || isInModel(first, diagnostic)
      ? diagnostic
      : { ...diagnostic, help: [`this is of ${namesText(models)}`, ...diagnostic.help] },
  )
  return { ...first, diagnostics: diagnostics.toSorted((a, b) => a.span.start - b.span.start) }
}

const namesText = (models: readonly string[]): string =>
  `the model${models.length > 1 ? 's' : ''} ${models.map((name) => `\`${name}\``).join(', ')}`

function isInModel({ ast }: Opened, { span }: AnyDiagnostic): boolean {
  return ast.body.statements.some(
    (statement) =>
      statement.kind === 'model' &&
      statement.span.start <= span.start &&
      span.end <= statement.span.end,
  )
}
