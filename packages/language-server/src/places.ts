/** Places of our texts as the protocol has them: a line and the UTF-16 units before it. */
import type { Edit, Span } from '@chainrule/language'
import type { Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Look } from './document.ts'
import { uriOf } from './home.ts'

export function rangeOf(document: TextDocument, { start, end }: Span): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) }
}

/** No place of the protocol lies between `\r` and `\n`: an edit that begins or ends there takes the whole line break. */
export function textEdit(document: TextDocument, { span, text }: Edit): TextEdit {
  const all = document.getText()
  const isInside = (offset: number): boolean => all.slice(offset - 1, offset + 1) === '\r\n'
  const [before, after] = [isInside(span.start), isInside(span.end)]
  const start = before ? span.start - 1 : span.start
  const end = after ? span.end + 1 : span.end
  const newText = `${before ? '\r' : ''}${text}${after ? '\n' : ''}`
  return { range: rangeOf(document, { start, end }), newText }
}

export interface Place {
  readonly uri: string
  readonly range: Range
}

/** A place in the text itself, or in one of those that it uses; nothing where that is no file. */
export function placeOf({ document, home, opened }: Look, span: Span): Place | undefined {
  const other = opened.others.findLast(({ start }) => start <= span.start)
  if (other === undefined) return { uri: document.uri, range: rangeOf(document, span) }
  const uri = other.file.startsWith('npm:') ? home.uriOf(other.file) : uriOf(other.file)
  if (uri === undefined) return undefined
  const { start, text } = other
  const within = { start: span.start - start, end: span.end - start }
  return { uri, range: rangeOf(TextDocument.create(uri, 'mlp', 0, text), within) }
}

/** Edits of one document; where the client can tell, only of the version that was looked at. */
export function workspaceEdit(
  { uri, version }: TextDocument,
  edits: TextEdit[],
  hasVersions: boolean,
): WorkspaceEdit {
  if (!hasVersions) return { changes: { [uri]: edits } }
  return { documentChanges: [{ textDocument: { uri, version }, edits }] }
}
