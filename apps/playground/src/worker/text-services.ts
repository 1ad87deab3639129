/** The editor's questions about a text that is being written, answered by the language's services. A chunk of its own. */
import { completions, formatting, hover } from '@chainrule/language-services'
import type { Opened } from 'chainrule/workbench'
import type { EditorMessage, EditorRequest } from './editor-protocol.ts'
import { analysisOf } from './service-context.ts'

type Asked = Exclude<EditorRequest, { readonly type: 'paint' }>

/** `last`: the text that was opened last. */
export function answerEditor(request: Asked, last: Opened | undefined): EditorMessage {
  const { id, text } = request
  switch (request.type) {
    case 'format':
      return { type: 'formatted', id, edits: formatting(text) }
    case 'complete':
      return {
        type: 'completed',
        id,
        completions: completions(analysisOf(text, last), request.offset),
      }
    case 'hover':
      return { type: 'hovered', id, hover: hover(analysisOf(text, last), request.offset) }
  }
}
