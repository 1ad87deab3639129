/** A text with several models, looked at as a whole. */
import type { AnyDiagnostic } from './diagnostics.ts'
import type { Opened } from './open.ts'

/** Opens the model that is asked for, or each there is, one after the other. */
export async function openModels(
  model: string | undefined,
  open: (model: string | undefined) => Promise<Opened>,
): Promise<readonly Opened[]> {
  const first = await open(model)
  if (first.models.length < 2 || model !== undefined) return [first]
  const all: Opened[] = []
  for (const name of first.models) all.push(await open(name))
  return all
}

/** What is said of all models of a text, once; what is said of some of them outside of their braces tells of which. */
export function together(all: readonly Opened[]): Opened {
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
