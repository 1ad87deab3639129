import {
  type Directive,
  directiveArguments,
  type File,
  type Layer,
  type Lexeme,
  type LexemeKind,
  lexemes,
  type Name,
  type Node,
  parse,
  type Span,
  walk,
} from '@chainrule/language'
import type { Analysis } from './analysis.ts'

/** What a piece of the text is, for its colour. */
export type TokenKind =
  | Exclude<LexemeKind, 'name' | 'truth' | 'text' | 'doc'>
  | 'doc-comment'
  | 'layer'
  | 'block'
  | 'argument'
  | 'declaration'
  | 'word'
  | 'function'
  | 'column'
  | 'string'
  | 'boolean'

/** A piece of the text, and how it is highlighted. */
export interface Token {
  readonly kind: TokenKind
  readonly span: Span
}

const byLexeme: Readonly<Partial<Record<LexemeKind, TokenKind>>> = {
  ...{ name: 'word', truth: 'boolean', text: 'string', doc: 'doc-comment' },
}

/**
 * The pieces of a text with what each is, in its order: as the lexer reads them, and where the parser knows more of a name,
 * as that. It is linear, takes every text and never throws. Of a text that is analysed already nothing is read again.
 */
export function highlight(text: string | Analysis): Token[] {
  const isText = typeof text === 'string'
  const names = namesOf(isText ? parse(text).ast : text.ast)
  const found = isText ? lexemes(text) : text.lexemes
  return found.map(({ kind, span }: Lexeme) => {
    const known = kind === 'comment' || kind === 'doc' ? undefined : names.get(span.start)
    return { kind: known ?? byLexeme[kind] ?? (kind as TokenKind), span }
  })
}

/** What names are in the tree, by where they begin. */
function namesOf(file: File): Map<number, TokenKind> {
  const kinds = new Map<number, TokenKind>()
  const blocks = new Set<string>()
  const put = (name: Name | undefined, kind: TokenKind): void => {
    if (name !== undefined && !kinds.has(name.span.start)) kinds.set(name.span.start, kind)
  }
  const layers: Layer[] = []
  walk(file, (node) => {
    switch (node.kind) {
      case 'layer':
        put(node.qualifier, 'layer')
        layers.push(node)
        break
      case 'argument':
        put(node.name, 'argument')
        break
      case 'word':
        // `same` of `pad=same` is a word like others.
        for (const name of node.path) put(name, 'word')
        break
      case 'call':
        for (const name of node.path) put(name, 'function')
        break
      case 'block':
        blocks.add(node.name.text)
        put(node.name, 'declaration')
        break
      case 'model':
      case 'let':
      case 'parameter':
        put(node.name, 'declaration')
        break
      case 'directive':
        put(node.name, 'directive')
        for (const name of literalsOf(node)) put(name, 'column')
        if (node.name.text === 'output')
          for (const { name } of node.arguments) put(name, 'declaration')
        if (node.name.text === 'input') put(inputName(node), 'declaration')
        break
    }
    if ('as' in node) put(node.as, 'declaration')
  })
  for (const { name } of layers) put(name, blocks.has(name.text) ? 'block' : 'layer')
  return kinds
}

const inputName = ({ arguments: [first] }: Directive): Name | undefined =>
  first?.value.kind === 'word' ? first.value.path[0] : undefined

/** The names of columns that stand without quotes. */
function literalsOf({ name, arguments: args }: Directive): Name[] {
  const { named = {} } = directiveArguments(name.text, kindOf(args[0]?.value)) ?? {}
  const first = Object.keys(named)[0] === 'column' || name.text === 'column'
  return args.flatMap(({ name: option, value }) => {
    const isColumn = option === undefined ? first : named[option.text] === 'column'
    return isColumn ? wordsIn(value) : []
  })
}

const kindOf = (value: Node | undefined): string | undefined =>
  value?.kind === 'word' ? value.path[0]?.text : undefined

function wordsIn(value: Node): readonly Name[] {
  if (value.kind === 'word') return value.path
  return value.kind === 'list' ? value.items.flatMap(wordsIn) : []
}
