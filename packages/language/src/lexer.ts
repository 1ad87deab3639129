import { type IToken, Lexer, tokenMatcher } from 'chevrotain'
import type { Comment } from './ast.ts'
import { balanceBrackets } from './brackets.ts'
import type { Report } from './diagnostic.ts'
import { foreignComment, unclosedComment } from './lexical-errors.ts'
import { mendTokens } from './mend-tokens.ts'
import { dropIdleEnds } from './newlines.ts'
import { once } from './once.ts'
import {
  DocComment,
  endOf,
  FileEnd,
  HashComment,
  LineComment,
  lexedTokens,
  makeToken,
  spanOf,
  UnclosedComment,
} from './tokens.ts'

/** What the parser reads. */
export interface TokenStream {
  /**
   * Brackets in it are balanced, every `End` in it ends a statement, and its last token is `FileEnd`, at the end of what
   * was read.
   */
  readonly tokens: IToken[]
  readonly comments: readonly Comment[]
  /** Tokens beside or inside of what was reported already: what is odd about them follows from that. */
  readonly suspect: ReadonlySet<IToken>
}

// skipValidations: a test builds the same lexer with them.
export const lexer = once(
  () => new Lexer([...lexedTokens], { positionTracking: 'onlyOffset', skipValidations: true }),
)

/**
 * Splits a text into tokens and makes them fit for the parser: words and signs of other languages are mended and
 * reported, brackets balanced, line breaks kept only where they end a statement.
 */
export function lex(text: string, report: Report): TokenStream {
  const { tokens: found, groups } = lexer().tokenize(text)
  const suspect = new Set<IToken>()
  const comments = (groups['comments'] ?? []).map((comment) => readComment(comment, text, report))
  const mended = mendTokens(found, suspect, report)
  const balanced = balanceBrackets(mended.tokens, suspect, report)
  const tokens = dropIdleEnds(balanced, text, report)
  const last = tokens.at(-1)
  const fileEnd = makeToken(FileEnd, '', last === undefined ? 0 : endOf(last))
  // Whatever breaks off at the end, where the last token is suspect, breaks off because of it.
  if (mended.endIsSuspect || (last !== undefined && suspect.has(last))) suspect.add(fileEnd)
  return { tokens: [...tokens, fileEnd], comments, suspect }
}

function readComment(token: IToken, text: string, report: Report): Comment {
  const { startOffset: start, tokenType: type } = token
  if (type === HashComment) report(foreignComment({ start, end: start + 1 }))
  if (type === UnclosedComment) report(unclosedComment({ start, end: start + 2 }, text.length))
  const isLine = tokenMatcher(token, LineComment) || type === HashComment
  const style = type === DocComment ? 'doc' : isLine ? 'line' : 'block'
  return { kind: 'comment', span: spanOf(token), style, text: token.image }
}
