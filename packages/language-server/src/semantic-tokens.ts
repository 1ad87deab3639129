/** What each piece of a text is, for its colour: as our own lexer and parser read it. */
import { highlight, type TokenKind } from '@chainrule/language-services'
import {
  SemanticTokenModifiers as M,
  type SemanticTokens,
  SemanticTokensBuilder,
  type SemanticTokensLegend,
  SemanticTokenTypes as T,
} from 'vscode-languageserver'
import type { Look } from './document.ts'

type Shown = readonly [type: T, modifier?: M]

/** The protocol's words, for which clients have colours; brackets, commas and what is no token have none. */
const shown: Readonly<Record<TokenKind, Shown | undefined>> = {
  comment: [T.comment],
  'doc-comment': [T.comment, M.documentation],
  keyword: [T.keyword],
  directive: [T.keyword],
  layer: [T.function],
  block: [T.class],
  function: [T.function],
  argument: [T.parameter],
  declaration: [T.variable, M.declaration],
  reference: [T.variable],
  word: [T.enumMember],
  column: [T.property],
  number: [T.number],
  percent: [T.number],
  shape: [T.number],
  string: [T.string],
  boolean: [T.keyword],
  arrow: [T.operator],
  operator: [T.operator],
  bracket: undefined,
  separator: undefined,
  unknown: undefined,
}

const used = Object.values(shown).flatMap((each) => (each === undefined ? [] : [each]))
const tokenTypes = [...new Set(used.map(([type]) => type))]
const tokenModifiers = [...new Set(used.flatMap(([, modifier]) => modifier ?? []))]

export const legend: SemanticTokensLegend = { tokenTypes, tokenModifiers }

export function tokensOf({ analysis, document }: Look): SemanticTokens {
  const builder = new SemanticTokensBuilder()
  for (const { kind, span } of highlight(analysis)) {
    const [type, modifier] = shown[kind] ?? []
    if (type === undefined) continue
    const bits = modifier === undefined ? 0 : 1 << tokenModifiers.indexOf(modifier)
    for (const { start, end } of linesOf(analysis.text, span)) {
      const { line, character } = document.positionAt(start)
      builder.push(line, character, end - start, tokenTypes.indexOf(type), bits)
    }
  }
  return builder.build()
}

/** A token may not go over a line's end: a block comment is one a line. */
function linesOf(text: string, { start, end }: { start: number; end: number }) {
  const lines: { start: number; end: number }[] = []
  let at = start
  for (const line of text.slice(start, end).split(/(\r\n|\n|\r)/)) {
    if (line !== '' && !/^[\r\n]/.test(line)) lines.push({ start: at, end: at + line.length })
    at += line.length
  }
  return lines
}
