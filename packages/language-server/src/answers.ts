/** Questions of one look that change nothing. */
import {
  type DocumentSymbol as Declared,
  definition,
  hover,
  hoverMarkdown,
  inlayHints,
  references,
  signatureHelp,
  symbols,
} from '@chainrule/language-services'
import {
  type DocumentSymbol,
  type Hover,
  type InlayHint,
  InlayHintKind,
  type Location,
  MarkupKind,
  type Position,
  type Range,
  type SignatureHelp,
  SymbolKind,
} from 'vscode-languageserver'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Look } from './document.ts'
import { rangeOf } from './places.ts'

export function hoverAt({ analysis, document }: Look, position: Position): Hover | null {
  const found = hover(analysis, document.offsetAt(position))
  if (found === undefined) return null
  const contents = { kind: MarkupKind.Markdown, value: hoverMarkdown(found) }
  return { contents, range: rangeOf(document, found.span) }
}

export function signatureAt(
  { analysis, document }: Look,
  position: Position,
): SignatureHelp | null {
  const found = signatureHelp(analysis, document.offsetAt(position))
  if (found === undefined) return null
  const { signature, active, documentation } = found
  const parameters =
    active === undefined
      ? []
      : [{ label: [active.start, active.end] as [number, number], documentation }]
  return { signatures: [{ label: signature, parameters }], activeSignature: 0, activeParameter: 0 }
}

/** Shapes, within what the client shows. */
export function hintsIn({ analysis, document }: Look, { start, end }: Range): InlayHint[] {
  const [from, to] = [document.offsetAt(start), document.offsetAt(end)]
  return inlayHints(analysis)
    .filter(({ offset }) => from <= offset && offset <= to)
    .map(({ offset, label, at, tooltip }) => ({
      position: document.positionAt(offset),
      label,
      kind: InlayHintKind.Type,
      paddingLeft: at !== 'input',
      paddingRight: at === 'input',
      ...(tooltip === '' ? {} : { tooltip }),
    }))
}

export function definitionAt(look: Look, position: Position): Location | null {
  const { analysis, document, home } = look
  const found = definition(analysis, document.offsetAt(position))
  if (found === undefined) return null
  const { span, from } = found
  if (from === undefined) return { uri: document.uri, range: rangeOf(document, span) }
  const [uri, text] = [home.uriOf(from), home.textOf(from)]
  if (uri === undefined || text === undefined) return null
  return { uri, range: rangeOf(TextDocument.create(uri, 'mlp', 0, text), span) }
}

/** Every place in the text at which the same is named. */
export function namedAt({ analysis, document }: Look, position: Position): Range[] {
  return references(analysis, document.offsetAt(position)).map((span) => rangeOf(document, span))
}

/** The same without the declaration, unless that is asked for. */
export function referencesAt(look: Look, position: Position, isWhole: boolean): Location[] {
  const { analysis, document } = look
  const { uri } = document
  const declared = isWhole ? undefined : definition(analysis, document.offsetAt(position))
  return references(analysis, document.offsetAt(position))
    .filter(({ start }) => declared?.from !== undefined || start !== declared?.span.start)
    .map((span) => ({ uri, range: rangeOf(document, span) }))
}

const kinds = {
  input: SymbolKind.Variable,
  stage: SymbolKind.Function,
  output: SymbolKind.Variable,
  constant: SymbolKind.Constant,
  parameter: SymbolKind.TypeParameter,
  block: SymbolKind.Class,
  prefix: SymbolKind.Package,
  model: SymbolKind.Module,
} as const satisfies Record<Declared['kind'], SymbolKind>

export function symbolsIn({ analysis, document }: Look): DocumentSymbol[] {
  const shown = ({ kind, name, span, nameSpan, children }: Declared): DocumentSymbol => ({
    ...{ name, kind: kinds[kind], detail: kind },
    range: rangeOf(document, span),
    selectionRange: rangeOf(document, nameSpan),
    children: children.map(shown),
  })
  return symbols(analysis).map(shown)
}
