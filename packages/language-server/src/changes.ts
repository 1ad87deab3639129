/** Questions whose answer changes the text: fixes, formatting, other names. */
import type { Edit } from '@chainrule/language'
import {
  codeActions,
  editBetween,
  formatting,
  renamable,
  rename,
} from '@chainrule/language-services'
import { type AnyDiagnostic, mend } from 'chainrule/workbench'
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  LSPErrorCodes,
  type Position,
  type Range,
  ResponseError,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver'
import { diagnosticOf } from './diagnostics.ts'
import type { Look, OpenDocument } from './document.ts'
import { rangeOf, textEdit, workspaceEdit } from './places.ts'

/** Mends everything that has one plain way to be mended, as `chainrule check --fix` does. */
export const fixAll = `${CodeActionKind.SourceFixAll}.chainrule`

/** What mends the text in a range; all of it only for a client that asks for that, as on saving. */
export async function actionsIn(
  look: Look,
  { range, context: { only } }: Pick<CodeActionParams, 'range' | 'context'>,
  { document, hasVersions }: { readonly document: OpenDocument; readonly hasVersions: boolean },
): Promise<CodeAction[]> {
  const wants = (kind: string): boolean =>
    only?.some((each) => kind === each || kind.startsWith(`${each}.`)) === true
  const toEdit = (edits: readonly Edit[]): WorkspaceEdit => {
    const all = edits.map((each) => textEdit(look.document, each))
    return workspaceEdit(look.document, all, hasVersions)
  }
  const actions: CodeAction[] =
    only === undefined || wants(CodeActionKind.QuickFix) ? quickFixes(look, range, toEdit) : []
  if (wants(fixAll)) {
    const { text } = look.opened
    const { opened } = await mend(look.opened, (mended) => document.open(mended))
    const edits = editBetween(text, opened.text)
    if (edits.length > 0)
      actions.push({ title: 'Mend all that can be mended', kind: fixAll, edit: toEdit(edits) })
  }
  return actions
}

function quickFixes(
  look: Look,
  { start, end }: Range,
  toEdit: (edits: readonly Edit[]) => WorkspaceEdit,
): CodeAction[] {
  const { document, opened } = look
  const span = { start: document.offsetAt(start), end: document.offsetAt(end) }
  const found = codeActions<AnyDiagnostic>(opened.text, opened.diagnostics, span)
  const isOne = found.filter(({ diagnostics }) => diagnostics.length === 1).length === 1
  return found.map(({ title, edits, diagnostics }) => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: diagnostics.map((each) => diagnosticOf(each, look)),
    ...(isOne && diagnostics.length === 1 ? { isPreferred: true } : {}),
    edit: toEdit(edits),
  }))
}

export const formatted = ({ document }: Look): TextEdit[] =>
  formatting(document.getText()).map((each) => textEdit(document, each))

export function renamableAt(
  { analysis, document }: Look,
  position: Position,
): { range: Range; placeholder: string } | null {
  const found = renamable(analysis, document.offsetAt(position))
  if (found === undefined) return null
  return { range: rangeOf(document, found.span), placeholder: found.name }
}

export function renameAt(
  { analysis, document }: Look,
  { position, newName }: { readonly position: Position; readonly newName: string },
  hasVersions: boolean,
): WorkspaceEdit | ResponseError {
  const result = rename(analysis, document.offsetAt(position), newName)
  if ('refused' in result) return new ResponseError(LSPErrorCodes.RequestFailed, result.refused)
  const edits = result.edits.map((each) => textEdit(document, each))
  return workspaceEdit(document, edits, hasVersions)
}
