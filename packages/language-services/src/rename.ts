import { genericOptions, reservedWords } from '@chainrule/core'
import { directiveNames, type Edit, nameText, type Span, walk } from '@chainrule/language'
import type { Analysis } from './analysis.ts'
import type { Declaration, Occurrence } from './declarations.ts'

/** Where something is declared. */
export interface Location {
  readonly span: Span
  /** Where that is another file, as `use` names it; `span` is a place in it. */
  readonly from?: string
}

/** Where what is named at an offset is declared. */
export function definition(analysis: Analysis, offset: number): Location | undefined {
  const found = analysis.declarations.at(offset)?.declaration
  if (found === undefined) return undefined
  const { span, from } = found
  if (from === undefined) return { span }
  const start = analysis.startOf(span)
  return { span: { start: span.start - start, end: span.end - start }, from }
}

/** Every place at which the same is named, its declaration among them, in the order of the text. */
export function references(analysis: Analysis, offset: number): Span[] {
  const found = analysis.declarations.at(offset)?.declaration
  if (found === undefined) return []
  return analysis.declarations.occurrences.flatMap(({ declaration, span }) =>
    declaration === found ? [span] : [],
  )
}

/** What would be renamed at an offset, and what it is called; nothing where nothing that the text declares is named. */
export function renamable(
  analysis: Analysis,
  offset: number,
): { readonly span: Span; readonly name: string } | undefined {
  const found: Occurrence | undefined = analysis.declarations.at(offset)
  const isOwn = found !== undefined && found.declaration.from === undefined
  return !isOwn ? undefined : { span: found.span, name: found.declaration.name }
}

/** The edits of a renaming, or in a sentence why the name cannot be taken. */
export type Renaming = { readonly edits: readonly Edit[] } | { readonly refused: string }

/**
 * Gives what is named at an offset another name, wherever it is named. A name that stands anywhere in the text already is
 * refused, so that nothing comes to mean anything else.
 */
export function rename(analysis: Analysis, offset: number, name: string): Renaming {
  const found = analysis.declarations.at(offset)?.declaration
  if (found === undefined) return { refused: 'nothing that the text declares is named here' }
  if (found.from !== undefined)
    return { refused: `\`${found.name}\` is declared in \`${found.from}\`` }
  const refused = name === found.name ? undefined : whyNot(name, found, analysis)
  if (refused !== undefined) return { refused }
  return { edits: references(analysis, offset).map((span) => ({ span, text: name })) }
}

function whyNot(name: string, { kind }: Declaration, analysis: Analysis): string | undefined {
  if (reservedWords.includes(name)) return `\`${name}\` is a word of the language`
  if (nameText(name) !== name)
    return `\`${name}\` is no name: letters, digits, \`_\`, and \`-\` between them`
  if (kind === 'block' && directiveNames.includes(name))
    return `\`${name}\` is a word of the language`
  if (kind === 'block' && analysis.context.registry.find('layer', name) !== undefined)
    return `\`${name}\` is a layer`
  if (kind === 'parameter' && genericOptions.some((each) => each === name))
    return `\`${name}=\` is taken by every layer`
  let isTaken = false
  walk(analysis.ast, (node) => {
    if (node.kind === 'name' && node.text === name) isTaken = true
  })
  return isTaken ? `\`${name}\` stands in the text already` : undefined
}
