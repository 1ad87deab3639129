/** Colours and shapes of a text; a chunk of its own, so that the first check does not wait for it. */
import { highlight, inlayHints } from '@chainrule/language-services'
import type { Opened } from 'chainrule/workbench'
import type { EditorMessage, EditorRequest } from './editor-protocol.ts'
import { analysisOf } from './service-context.ts'

export function paintText(
  { id, text }: Extract<EditorRequest, { readonly type: 'paint' }>,
  last: Opened | undefined,
): EditorMessage {
  return { type: 'painted', id, tokens: highlight(text), hints: inlayHints(analysisOf(text, last)) }
}
