import type { Span } from '@chainrule/language'
import type { Analysis } from './analysis.ts'
import type { Declaration, DeclarationKind } from './declarations.ts'

/** Something that the text itself declares, with what is declared inside of it. */
export interface DocumentSymbol {
  readonly kind: DeclarationKind
  readonly name: string
  /** All of what declares it. */
  readonly span: Span
  /** Its name in it. */
  readonly nameSpan: Span
  readonly children: readonly DocumentSymbol[]
}

interface Branch extends DocumentSymbol {
  readonly children: Branch[]
}

/** The outline of a text: models and blocks with what stands in them, inputs, named stages, outputs and constants. */
export function symbols(analysis: Analysis): DocumentSymbol[] {
  const roots: Branch[] = []
  const open: Branch[] = []
  for (const each of inOrder(analysis.declarations.all)) {
    while (open.length > 0 && !holds(open.at(-1), each.span)) open.pop()
    ;(open.at(-1)?.children ?? roots).push(each)
    open.push(each)
  }
  return roots
}

/** What holds another stands before it. */
function inOrder(all: readonly Declaration[]): Branch[] {
  return all
    .filter(({ from }) => from === undefined)
    .map(({ kind, name, span, node }) => ({
      ...{ kind, name, nameSpan: span, children: [] },
      // The name of an output stands in a directive that may name several.
      span: kind === 'output' ? span : node.span,
    }))
    .sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end)
}

const holds = (outer: Branch | undefined, { start, end }: Span): boolean =>
  outer !== undefined && outer.span.start <= start && end <= outer.span.end
