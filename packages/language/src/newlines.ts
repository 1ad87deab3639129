import type { IToken } from 'chevrotain'
import { braceOnOwnLine } from './bracket-errors.ts'
import type { Report } from './diagnostic.ts'
import {
  Arrow,
  Block,
  Branch,
  Comma,
  Directive,
  End,
  endOf,
  isA,
  LeftBrace,
  LeftParen,
  LeftSquare,
  Model,
  Repeat,
  Residual,
  RightBrace,
  RightParen,
  RightSquare,
  StatementWord,
  spanOf,
} from './tokens.ts'

/**
 * The newline rule: a line break or `;` ends a statement, except inside `()` and `[]`, after `->` `,` `{`, and before
 * `->` `}`. Of several in a row one is left, and none at the beginning and the end of the file.
 *
 * Two mistakes are dealt with here, where line breaks can still be seen: `{` on a line of its own, and a line that ends
 * with `->` or `,` before a line that begins with a directive, which goes on with no statement.
 */
export function dropIdleEnds(tokens: readonly IToken[], text: string, report: Report): IToken[] {
  const kept: IToken[] = []
  let depth = 0
  let head: IToken | undefined
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    if (token === undefined) break
    const before = kept.at(-1)
    if (isA(token, End)) {
      while (isA(tokens[i + 1], End)) i++
      const after = tokens[i + 1]
      if (depth > 0 || before === undefined || after === undefined) continue
      if (isIdle(before, after)) continue
      const isBroken = token.image !== ';' && isA(after, LeftBrace)
      if (isBroken && isA(head, Directive, Block, Model, Branch, Residual, Repeat)) {
        report(braceOnOwnLine(spanOf(after), endOf(before), text))
        continue
      }
    }
    if (isA(token, LeftParen, LeftSquare)) depth++
    if (isA(token, RightParen, RightSquare)) depth--
    if (before === undefined || isA(before, End, LeftBrace, RightBrace, Arrow)) head = token
    kept.push(token)
  }
  return kept
}

/** Whether the line break between two tokens ends nothing. */
function isIdle(before: IToken, after: IToken): boolean {
  if (isA(before, Arrow, Comma)) return !isA(after, Directive, StatementWord)
  return isA(before, LeftBrace) || isA(after, Arrow, RightBrace)
}
