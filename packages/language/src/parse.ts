import type { File } from './ast.ts'
import { type Diagnostic, DiagnosticCollector, mergeDiagnostics } from './diagnostic.ts'
import { notUtf8, unknownEdition } from './file-errors.ts'
import { lex, type TokenStream } from './lexer.ts'
import { once } from './once.ts'
import { MlpParser } from './parser.ts'
import { Mlp, NumberToken, spanOf } from './tokens.ts'

/** What `parse` makes of a text; it fits `renderDiagnostics` and `toJson` as their second argument. */
export interface ParseResult {
  readonly ast: File
  readonly diagnostics: readonly Diagnostic[]
  readonly text: string
  /** The file's name, for people. */
  readonly file: string
}

/** How a text that is parsed is called. */
export interface ParseOptions {
  /** The file's name, for people. */
  readonly file?: string
}

/** The edition of the language that this version reads. */
export const edition = 1

const parser = once(() => new MlpParser())

/**
 * Reads the text of an `.mlp` file: syntax tree and everything that is wrong with the syntax.
 *
 * It takes every text, however broken, in time linear in its length, and never throws: a tree comes back always, with
 * what could not be read marked in it (`ast.ts`). Names are not looked up here.
 */
export function parse(text: string, { file = '<text>' }: ParseOptions = {}): ParseResult {
  const lexical = new DiagnosticCollector()
  const stream = lex(text, lexical.report)
  const other = otherEdition(stream)
  if (other !== undefined) return { ast: emptyFile(text, stream), diagnostics: [other], text, file }
  const syntactic = new DiagnosticCollector()
  const ast = parser().read(text, stream, syntactic.report)
  return { ast, diagnostics: mergeDiagnostics([lexical, syntactic]), text, file }
}

/** As `parse`, from the bytes of a file; what is not UTF-8 is not read, and says so. */
export function parseBytes(bytes: Uint8Array, options: ParseOptions = {}): ParseResult {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const bad = firstUndecodable(bytes, text)
  if (bad === undefined) return parse(text, options)
  const { file = '<bytes>' } = options
  const readable = text.slice(0, bad.offset)
  const { ast } = parse('', options)
  const span = { start: 0, end: readable.length }
  const empty: File = { ...ast, span, body: { ...ast.body, span } }
  const found = notUtf8(bad.offset, bad.byte, guessEncoding(bytes))
  return { ast: empty, diagnostics: [found], text: readable, file }
}

/** Where decoding put U+FFFD for something else than U+FFFD. */
function firstUndecodable(
  bytes: Uint8Array,
  text: string,
): { offset: number; byte: number } | undefined {
  let byte = 0
  let done = 0
  for (let at = text.indexOf('\uFFFD'); at >= 0; at = text.indexOf('\uFFFD', done)) {
    byte += new TextEncoder().encode(text.slice(done, at)).length
    const isReal = bytes[byte] === 0xef && bytes[byte + 1] === 0xbf && bytes[byte + 2] === 0xbd
    if (!isReal) return { offset: at, byte }
    byte += 3
    done = at + 1
  }
  return undefined
}

function guessEncoding(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return isMarked ? 'in UTF-16' : undefined
}

/** The edition of another time: what it means by its words is not known, so nothing else of the file is judged. */
function otherEdition({ tokens }: TokenStream): Diagnostic | undefined {
  const [first, second] = tokens
  if (first?.tokenType !== Mlp || second?.tokenType !== NumberToken) return undefined
  if (Number(second.image) === edition) return undefined
  return unknownEdition(spanOf(second), second.image)
}

function emptyFile(text: string, { comments }: TokenStream): File {
  const span = { start: 0, end: text.length }
  // Of what a text of another edition says nothing is known, so that it holds no model is not known either.
  const unread = { kind: 'unreadable', span, doc: undefined, damaged: true } as const
  const body = { kind: 'body', span, statements: [unread] } as const
  return { kind: 'file', span, edition: undefined, body, comments }
}
