import { type Diagnostic, type Edit, fixable, printable, type Span } from '@chainrule/language'

/** What is looked at of a diagnostic; those of data and plugins have it too. */
export type Mendable = Pick<Diagnostic, 'message' | 'span' | 'edits'> & { readonly code: string }

/** Something that mends the text. */
export interface CodeAction<D extends Mendable = Mendable> {
  /** As a person reads it in a menu. */
  readonly title: string
  readonly edits: readonly Edit[]
  /** What it mends. */
  readonly diagnostics: readonly D[]
}

/**
 * What mends the text at a place: the edits of the diagnostics there, and where more can be mended at once, those of all.
 * Edits that would lie in another file are left out.
 */
export function codeActions<D extends Mendable>(
  text: string,
  diagnostics: readonly D[],
  { start, end }: Span,
): CodeAction<D>[] {
  const own = diagnostics.filter(
    ({ edits }) => edits.length > 0 && edits.every(({ span }) => span.end <= text.length),
  )
  const here = own.filter(({ span }) => span.start <= end && start <= span.end)
  const single = here.map((each) => ({
    title: titleOf(text, each.edits),
    edits: each.edits,
    diagnostics: [each],
  }))
  const all = fixable(own)
  if (here.length === 0 || all.length < 2) return single
  const edits = all.flatMap((each) => each.edits)
  return [...single, { title: `Mend all ${all.length}`, edits, diagnostics: all }]
}

const longest = 32

/** A piece of text as it stands in a menu. */
function shown(text: string): string {
  const line = printable(text.trim().replaceAll(/\s+/g, ' '))
  return `\`${line.length > longest ? `${line.slice(0, longest - 1)}…` : line}\``
}

function titleOf(text: string, edits: readonly Edit[]): string {
  const [first, ...others] = edits
  if (first === undefined) return ''
  const start = Math.min(...edits.map(({ span }) => span.start))
  const end = Math.max(...edits.map(({ span }) => span.end))
  if (others.length === 0) return titleOfOne(text, first)
  if (end - start > longest) return `${titleOfOne(text, first)}, and ${others.length} more`
  let after = ''
  let done = start
  for (const { span, text: put } of edits) {
    after += text.slice(done, span.start) + put
    done = span.end
  }
  return titleOfOne(text, { span: { start, end }, text: after + text.slice(done, end) })
}

function titleOfOne(text: string, { span, text: put }: Edit): string {
  const old = text.slice(span.start, span.end)
  if (old.trim() === '') return put.trim() === '' ? 'Remove the blank' : `Insert ${shown(put)}`
  return put.trim() === '' ? `Remove ${shown(old)}` : `Write ${shown(put)} for ${shown(old)}`
}
