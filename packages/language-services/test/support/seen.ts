import type { DataFacts } from '@chainrule/language'
import {
  analyse,
  type Completion,
  completions,
  hover,
  hoverMarkdown,
  inlayHints,
  type ServiceContext,
} from '../../src/index.ts'
import { generators, registry } from './registry.ts'

/** What services are asked about, and what a person sees of the answers. */

/** Marks the cursor in a text. */
const mark = '‸'

export const facts: DataFacts = {
  inputs: [{ input: undefined, shape: [4], dtype: 'f32', origin: '4 columns of "iris.csv"' }],
  targets: [],
  trainRows: 120,
  hasValidation: true,
}

export const context: ServiceContext = {
  registry,
  generators,
  facts,
  columns: [
    { name: 'species', about: '3 classes' },
    { name: 'Beak Length (mm)', about: 'number' },
  ],
}

export function split(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf(mark)
  if (offset < 0) throw new Error(`no cursor in ${marked}`)
  return { text: marked.replace(mark, ''), offset }
}

export function completionsAt(marked: string, more: Partial<ServiceContext> = {}): Completion[] {
  const { text, offset } = split(marked)
  return completions(analyse(text, { ...context, ...more }), offset)
}

/** The text after the completion of that label was taken. */
export function taken(marked: string, label: string): string {
  const { text } = split(marked)
  const found = completionsAt(marked).find((each) => each.label === label)
  if (found === undefined) throw new Error(`\`${label}\` is not offered at ${marked}`)
  const { span, text: written } = found.edit
  return text.slice(0, span.start) + written + text.slice(span.end)
}

export const labels = (marked: string, more: Partial<ServiceContext> = {}): string[] =>
  completionsAt(marked, more).map(({ label }) => label)

/** What stands in the box at the cursor. */
export function hovered(marked: string, more: Partial<ServiceContext> = {}): string {
  const { text, offset } = split(marked)
  const found = hover(analyse(text, { ...context, ...more }), offset)
  return found === undefined ? '' : hoverMarkdown(found)
}

/** The text with its hints between ⟨ and ⟩. */
export function hinted(text: string, more: Partial<ServiceContext> = {}): string {
  let shown = ''
  let done = 0
  for (const { offset, label } of inlayHints(analyse(text, { ...context, ...more }))) {
    shown += `${text.slice(done, offset)}⟨${label}⟩`
    done = offset
  }
  return shown + text.slice(done)
}
