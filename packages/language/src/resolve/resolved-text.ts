import { type Directive, type File, walk } from '../ast.ts'
import { applyEdits, type Edit } from '../diagnostic.ts'
import type { Experiment } from '../experiment.ts'
import { format } from '../format.ts'
import { standardisedNote } from './settings.ts'

/** Directives whose settings are filled in; inputs and layers stay as they are written. */
const filled = ['split', 'scale', 'loss', 'optimizer', 'train', 'metrics', 'init', 'seed', 'stop']

/**
 * The text with every setting of its directives filled in (`chainrule show --resolved`): a text of the language that
 * resolves to the same graph and settings. What is written stands where it was; what is not, at the end.
 */
export function resolvedText(text: string, ast: File, { settings }: Experiment): string {
  const written = new Map<string, Directive[]>(filled.map((name) => [name, []]))
  walk(ast, (node) => {
    if (node.kind === 'directive') written.get(node.name.text)?.push(node)
  })
  const edits: Edit[] = []
  const missing: string[] = []
  for (const [name, directives] of written) {
    const lines = settings
      .filter((line) => line.split(' ')[0] === name)
      .map((line) => line.replace(standardisedNote, ''))
    if (directives.length === 0) missing.push(...lines)
    if (lines.length === 0) continue
    for (const [i, { span }] of directives.entries()) {
      const own = i === directives.length - 1 ? lines.slice(i) : lines.slice(i, i + 1)
      edits.push({ span, text: own.join('\n') })
    }
  }
  return format([applyEdits(text, edits).trimEnd(), '', ...missing, ''].join('\n').trimStart())
}
