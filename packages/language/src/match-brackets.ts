import { type IToken, type TokenType, tokenMatcher } from 'chevrotain'
import {
  Arrow,
  Closer,
  Colon,
  Comma,
  Directive,
  Dot,
  End,
  Equals,
  endOf,
  LeftBrace,
  LeftParen,
  LeftSquare,
  Minus,
  Opener,
  RightBrace,
  RightParen,
  RightSquare,
  Star,
  StatementWord,
} from './tokens.ts'

/** The partner of each bracket by index into the tokens; -1 where it has none. */
export type Partners = Int32Array

/** The closing bracket of an opening one. */
export function closingTypeOf(opener: TokenType): TokenType {
  if (opener === LeftBrace) return RightBrace
  return opener === LeftParen ? RightParen : RightSquare
}

/** Whether the token at `i` is the first of its line, or of its statement after `;`. */
export const beginsLine = (tokens: readonly IToken[], i: number): boolean =>
  i === 0 || tokens[i - 1]?.tokenType === End

/**
 * Whether a statement certainly begins at `i`, inside brackets too: a reserved word does, at the beginning of a line,
 * and a directive's word where something follows that could not follow a name in a list.
 */
export function certainlyBeginsStatement(tokens: readonly IToken[], i: number): boolean {
  const token = tokens[i]
  if (token === undefined || !beginsLine(tokens, i)) return false
  if (tokenMatcher(token, StatementWord)) return true
  const next = tokens[i + 1]
  if (next === undefined || !tokenMatcher(token, Directive)) return false
  if (next.tokenType === LeftParen && next.startOffset === endOf(token)) return false
  return ![Comma, Equals, Colon, Dot, Star, Minus, Closer, End].some((t) => tokenMatcher(next, t))
}

/**
 * Finds the partner of each bracket. Braces are the stronger ones, and `->` and a certain beginning of a statement stand
 * in no `()` and `[]`: what is open there has no partner. A closer of the wrong kind is the partner of what is open
 * only where nothing of its own kind is.
 */
export function matchBrackets(tokens: readonly IToken[]): Partners {
  const partners: Partners = new Int32Array(tokens.length).fill(-1)
  const open: { readonly index: number; readonly type: TokenType }[] = []
  // How many of each are open since the last brace.
  const inner = new Map([
    [LeftParen, 0],
    [LeftSquare, 0],
  ])
  const count = (type: TokenType, by: number) => inner.set(type, (inner.get(type) ?? 0) + by)
  const leaveInner = (until: (type: TokenType) => boolean) => {
    for (
      let top = open.at(-1);
      top && top.type !== LeftBrace && !until(top.type);
      top = open.at(-1)
    ) {
      open.pop()
      count(top.type, -1)
    }
  }
  const never = () => false
  const pair = (closer: number) => {
    const top = open.pop()
    if (top === undefined) return
    if (top.type !== LeftBrace) count(top.type, -1)
    partners[top.index] = closer
    partners[closer] = top.index
  }
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    if (token === undefined) break
    const type = token.tokenType
    const isStrong = type === LeftBrace || type === RightBrace || tokenMatcher(token, Arrow)
    if (open.length > 0 && (isStrong || certainlyBeginsStatement(tokens, i))) leaveInner(never)
    if (tokenMatcher(token, Opener)) {
      open.push({ index: i, type })
      if (type !== LeftBrace) count(type, 1)
    } else if (type === RightBrace) {
      if (open.at(-1)?.type === LeftBrace) pair(i)
    } else if (type === RightParen || type === RightSquare) {
      const own = type === RightParen ? LeftParen : LeftSquare
      if ((inner.get(own) ?? 0) > 0) leaveInner((t) => t === own)
      if (open.at(-1) !== undefined && open.at(-1)?.type !== LeftBrace) pair(i)
    }
  }
  return partners
}
