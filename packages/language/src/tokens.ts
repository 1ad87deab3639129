import { directives } from '@chainrule/core'
import {
  createToken,
  createTokenInstance,
  type IToken,
  type ITokenConfig,
  Lexer,
  type TokenType,
  tokenMatcher,
} from 'chevrotain'
import type { Span } from './ast.ts'
import { WORD } from './word.ts'

/**
 * The words and signs of `.mlp`, in the order in which the lexer tries them.
 *
 * A category is a set of token types under one name: the grammar says `Name` where an identifier or a directive's word
 * fits. Reserved words stay outside `Name`, otherwise `as` and `on` would be taken as arguments.
 */

const category = (name: string, ...parents: TokenType[]): TokenType =>
  createToken({ name, pattern: Lexer.NA, categories: parents })

/** Whatever can begin a value, and with it an argument. */
export const ValueStart = category('ValueStart')
/** What may name something: an identifier, or a directive's word. */
export const Name = category('Name', ValueStart)
export const Directive = category('Directive', Name)
/** Words with a meaning of their own in the grammar, which therefore name nothing. */
export const Reserved = category('Reserved')
/** Reserved words that begin a statement. */
export const StatementWord = category('StatementWord', Reserved)
/** Whatever can begin a stage of a pipeline. */
export const StageStart = category('StageStart')
export const Operator = category('Operator')
export const Opener = category('Opener')
export const Closer = category('Closer')

const token = (
  name: string,
  pattern: RegExp,
  options: Omit<ITokenConfig, 'name' | 'pattern'> = {},
): TokenType => createToken({ name, pattern, ...options })

// Where a sign is not the one of the language but its meaning is plain, the foreign token belongs to the category of the
// right one: the parser goes on as if it stood there, and the lexer reports it with the edit that mends it.

export const Whitespace = token(
  'Whitespace',
  /[ \t\uFEFF\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]+/,
  {
    group: Lexer.SKIPPED,
  },
)
export const DocComment = token('DocComment', /\/\/\/[^\n\r]*/, { group: 'comments' })
export const LineComment = token('LineComment', /\/\/[^\n\r]*/, { group: 'comments' })
export const BlockComment = token('BlockComment', /\/\*[\s\S]*?\*\//, {
  group: 'comments',
  line_breaks: true,
})
// One unclosed comment takes the rest of the file, so that the search for `*/` is made once and not at every `/*`.
export const UnclosedComment = token('UnclosedComment', /\/\*[\s\S]*/, {
  group: 'comments',
  line_breaks: true,
})
export const HashComment = token('HashComment', /#[^\n\r]*/, { group: 'comments' })
/** The end of a statement: a line break or `;`. `newlines.ts` drops those that end nothing. */
export const End = token('End', /\r\n|\n|\r|;/, { line_breaks: true })

export const Arrow = token('Arrow', /->/)
export const ForeignArrow = token(
  'ForeignArrow',
  /[\u2192\u27F6\u21D2\u27F9\u2794\u279C\u27A1]\uFE0F?|[\u2212\u2013\u2014]>|=>|\|>|-{2,3}>/,
  { categories: [Arrow] },
)

export const Shape = token('Shape', /\d+(?:x\d+)+(?![A-Za-z0-9_.\u00D7])/, {
  categories: [ValueStart],
})
export const Percent = token('Percent', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?%/, {
  categories: [ValueStart],
})
export const NumberToken = token(
  'Number',
  /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![A-Za-z0-9_.\u00D7])/,
  {
    categories: [ValueStart],
  },
)
export const MalformedNumber = token('MalformedNumber', /\.?\d[A-Za-z0-9_.\u00D7]*/, {
  categories: [NumberToken],
})

export const Text = token('Text', /"[^"\\\n\r]*(?:\\[^\n\r][^"\\\n\r]*)*"/, {
  categories: [ValueStart],
})
export const UnclosedText = token('UnclosedText', /"[^\n\r]*/, { categories: [Text] })
export const ForeignText = token(
  'ForeignText',
  /[\u201C\u201D\u201E\u201F\u00AB\u00BB][^\u201C\u201D\u201E\u201F\u00AB\u00BB"\n\r]*[\u201C\u201D\u201F\u00AB\u00BB"]|['\u2018\u2019\u201A`][^'\u2018\u2019\u201A`\n\r]*['\u2018\u2019`]/,
  { categories: [Text] },
)

export const Reference = token('Reference', new RegExp(`@${WORD}(?:\\.(?:${WORD}|\\d+))*`), {
  categories: [ValueStart, StageStart],
})
export const Identifier = token('Identifier', new RegExp(WORD), { categories: [Name, StageStart] })
/** A word that begins with a letter outside ASCII; the lexer joins what stands before it. */
export const ForeignWord = token(
  'ForeignWord',
  /[\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u1FFF\u2C00-\u2FEF\u3040-\uD7FF\uF900-\uFD3D][A-Za-z0-9_\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u1FFF\u2C00-\u2FEF\u3040-\uD7FF\uF900-\uFD3D-]*/,
  { categories: [Identifier] },
)

// chevrotain wants tokens capitalised, to tell them from rules.
const word = (text: string, ...categories: TokenType[]): TokenType => {
  const name = text.charAt(0).toUpperCase() + text.slice(1)
  return createToken({ name, pattern: text, longer_alt: Identifier, categories })
}

export const Mlp = word('mlp', StatementWord)
export const Use = word('use', StatementWord)
export const Let = word('let', StatementWord)
export const Block = word('block', StatementWord)
export const Model = word('model', StatementWord)
export const Branch = word('branch', Reserved, StageStart)
export const Residual = word('residual', Reserved, StageStart)
export const Repeat = word('repeat', Reserved, StageStart)
/** Reserved, as it begins a stage; as a value it is a word like others, for `pad=same`. */
export const Same = word('same', Reserved, StageStart, ValueStart)
export const As = word('as', Reserved)
export const On = word('on', Reserved)
export const Only = word('only', Reserved)
export const True = word('true', Reserved, ValueStart)
export const False = word('false', Reserved, ValueStart)

const directiveTokens = directives.map((name) => word(name, Directive))

const sign = (name: string, text: string, ...categories: TokenType[]): TokenType =>
  createToken({ name, pattern: text, categories })

export const LeftBrace = sign('LeftBrace', '{', Opener)
export const RightBrace = sign('RightBrace', '}', Closer)
export const LeftSquare = sign('LeftSquare', '[', Opener, ValueStart, StageStart)
export const RightSquare = sign('RightSquare', ']', Closer)
export const LeftParen = sign('LeftParen', '(', Opener, ValueStart)
export const RightParen = sign('RightParen', ')', Closer)
export const Comma = sign('Comma', ',')
export const Equals = sign('Equals', '=')
export const Colon = sign('Colon', ':')
export const Dot = sign('Dot', '.')
export const Star = sign('Star', '*', Operator, ValueStart)
export const Plus = sign('Plus', '+', Operator)
export const Minus = sign('Minus', '-', Operator, ValueStart)
export const ForeignMinus = token('ForeignMinus', /[\u2212\u2013\u2014]/, { categories: [Minus] })
export const Slash = sign('Slash', '/', Operator)

const range = (from: number, to: number): string =>
  `${String.fromCharCode(from)}-${String.fromCharCode(to)}`

/** Control characters but tab and line breaks. */
const control = `${range(0, 8)}${range(11, 12)}${range(14, 31)}${range(127, 159)}`

/** A character of no meaning. Its own token, since chevrotain's way through unknown characters is slow on long runs. */
export const Unknown = token(
  'Unknown',
  new RegExp(`[${control}!$%&<>?\\\\^~]+|[@|'\`${range(0x80, 0xffff)}]`),
)

/** The last token of every file: the parser meets it, with a position, instead of running out of tokens. */
export const FileEnd = category('FileEnd')

/** What the lexer looks for, first match first. */
export const lexedTokens: readonly TokenType[] = [
  Whitespace,
  DocComment,
  LineComment,
  BlockComment,
  UnclosedComment,
  HashComment,
  End,
  Arrow,
  ForeignArrow,
  Shape,
  Percent,
  NumberToken,
  MalformedNumber,
  Text,
  UnclosedText,
  ForeignText,
  Reference,
  // `only` before `on`: a word is tried before the shorter ones that it begins with.
  ...[Mlp, Use, Let, Block, Model, Branch, Residual, Repeat, Same, As, Only, On, True, False],
  ...directiveTokens,
  Identifier,
  ForeignWord,
  ...[LeftBrace, RightBrace, LeftSquare, RightSquare, LeftParen, RightParen],
  ...[Comma, Equals, Colon, Dot, Star, Plus, Minus, ForeignMinus, Slash, Unknown],
]

const categories = [ValueStart, Name, Directive, Reserved, StatementWord, StageStart, Operator]

/** Every token type that the grammar may name. */
export const vocabulary: TokenType[] = [...lexedTokens, ...categories, Opener, Closer, FileEnd]

/** Whether a token is of one of the types or categories. */
export function isA(token: IToken | undefined, ...types: TokenType[]): boolean {
  if (token === undefined) return false
  for (const type of types) if (tokenMatcher(token, type)) return true
  return false
}

/** The offset after a token's last character. */
export const endOf = (token: IToken): number => token.startOffset + token.image.length

export const spanOf = (token: IToken): Span => ({ start: token.startOffset, end: endOf(token) })

/** A token of our own making: one that a repair puts in, or the end of the file. */
export function makeToken(type: TokenType, image: string, start: number): IToken {
  const unused = Number.NaN
  return createTokenInstance(
    type,
    image,
    start,
    start + image.length - 1,
    unused,
    unused,
    unused,
    unused,
  )
}
