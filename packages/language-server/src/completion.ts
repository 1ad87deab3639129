/** What may be written at the cursor; the documentation of each is given when a client asks for it. */
import { type Completion, type CompletionKind, completions } from '@chainrule/language-services'
import {
  type CompletionItem,
  CompletionItemKind,
  MarkupKind,
  type Position,
} from 'vscode-languageserver'
import type { Look } from './document.ts'
import { textEdit } from './places.ts'

const kinds = {
  layer: CompletionItemKind.Class,
  activation: CompletionItemKind.Function,
  loss: CompletionItemKind.Function,
  optimizer: CompletionItemKind.Function,
  schedule: CompletionItemKind.Function,
  initializer: CompletionItemKind.Function,
  metric: CompletionItemKind.Function,
  reader: CompletionItemKind.Function,
  generator: CompletionItemKind.Function,
  block: CompletionItemKind.Module,
  keyword: CompletionItemKind.Keyword,
  directive: CompletionItemKind.Keyword,
  argument: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  constant: CompletionItemKind.Constant,
  reference: CompletionItemKind.Reference,
  column: CompletionItemKind.Field,
  source: CompletionItemKind.File,
  operator: CompletionItemKind.Operator,
} as const satisfies Record<CompletionKind, CompletionItemKind>

/** What was offered last, of which the client may want to know more. */
export class Offered {
  #list = 0
  #offers: readonly Completion[] = []

  at({ analysis, document }: Look, position: Position): CompletionItem[] {
    this.#offers = completions(analysis, document.offsetAt(position))
    this.#list++
    return this.#offers.map(({ label, kind, detail, edit }, i) => ({
      label,
      kind: kinds[kind],
      detail,
      // Clients sort by the alphabet; here the likeliest stands first.
      sortText: String(i).padStart(5, '0'),
      textEdit: textEdit(document, edit),
      data: [this.#list, i],
    }))
  }

  /** The same with its documentation, if it is of the last list. */
  resolve(item: CompletionItem): CompletionItem {
    const [list, i]: unknown[] = Array.isArray(item.data) ? item.data : []
    const found = list === this.#list && typeof i === 'number' ? this.#offers[i] : undefined
    if (found === undefined) return item
    const { documentation, default: usual } = found
    const value = usual === undefined ? documentation : `${documentation}\n\nDefault: \`${usual}\``
    return { ...item, documentation: { kind: MarkupKind.Markdown, value: value.trim() } }
  }
}
