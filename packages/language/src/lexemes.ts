import { type IToken, type TokenType, tokenMatcher } from 'chevrotain'
import type { Span } from './ast.ts'
import { lexer } from './lexer.ts'
import * as t from './tokens.ts'

/** What a piece of the text is, as far as the lexer alone can tell. */
export type LexemeKind =
  | 'comment'
  | 'doc'
  | 'keyword'
  | 'directive'
  | 'name'
  | 'reference'
  | 'number'
  | 'percent'
  | 'shape'
  | 'text'
  | 'truth'
  | 'arrow'
  | 'operator'
  | 'bracket'
  | 'separator'
  | 'unknown'

/** A token or a comment. */
export interface Lexeme {
  readonly kind: LexemeKind
  readonly span: Span
}

/** The first that fits; categories stand behind the tokens that are more than others of theirs. */
const kinds: readonly (readonly [TokenType, LexemeKind])[] = [
  [t.DocComment, 'doc'],
  [t.LineComment, 'comment'],
  [t.BlockComment, 'comment'],
  [t.UnclosedComment, 'comment'],
  [t.HashComment, 'comment'],
  [t.Reference, 'reference'],
  [t.Arrow, 'arrow'],
  [t.Shape, 'shape'],
  [t.Percent, 'percent'],
  [t.NumberToken, 'number'],
  [t.Text, 'text'],
  [t.True, 'truth'],
  [t.False, 'truth'],
  [t.Directive, 'directive'],
  [t.Reserved, 'keyword'],
  [t.Name, 'name'],
  [t.Opener, 'bracket'],
  [t.Closer, 'bracket'],
  [t.Operator, 'operator'],
  [t.Equals, 'operator'],
  [t.Comma, 'separator'],
  [t.Dot, 'separator'],
  [t.Colon, 'separator'],
]

/**
 * The tokens and comments of a text in its order, without what blanks and line breaks there are. It is linear, takes every
 * text and never throws; what is no token of the language is `unknown`.
 */
export function lexemes(text: string): Lexeme[] {
  const { tokens, groups } = lexer().tokenize(text)
  const comments = groups['comments'] ?? []
  const found: Lexeme[] = []
  let next = 0
  const take = (token: IToken): void => {
    found.push({ kind: kindOf(token), span: t.spanOf(token) })
  }
  for (const token of tokens) {
    for (let c = comments[next]; c !== undefined && c.startOffset < token.startOffset; ) {
      take(c)
      c = comments[++next]
    }
    if (token.tokenType !== t.End || token.image === ';') take(token)
  }
  for (const comment of comments.slice(next)) take(comment)
  return found
}

function kindOf(token: IToken): LexemeKind {
  if (token.tokenType === t.End) return 'separator'
  return kinds.find(([type]) => tokenMatcher(token, type))?.[1] ?? 'unknown'
}
