import type { EditorView } from '@codemirror/view'
import { reader } from '../state/playground.ts'

/** Writes the text in its one form; the cursor stays in its word. */
export function formatText(view: EditorView): boolean {
  const text = view.state.doc.toString()
  void reader.ask({ type: 'format', text }).then((answer) => {
    if (answer?.type !== 'formatted' || text !== view.state.doc.toString()) return
    const changes = answer.edits.map(({ span, text: insert }) => ({
      from: span.start,
      to: span.end,
      insert,
    }))
    if (changes.length > 0) view.dispatch({ changes, userEvent: 'input.format' })
  })
  return true
}
