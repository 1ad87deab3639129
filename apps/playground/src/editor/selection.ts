/** What is selected in the page is selected in the editor, before anything that would set it back. */
import type { EditorView } from '@codemirror/view'

/**
 * Lets the editor look at what is selected now. Where text was selected by other means than its own, such as by an aid, the
 * browser tells of it later, and what is shown anew meanwhile would undo it: what is typed then stands beside the text that it
 * was to replace.
 */
export function readSelection({ dom, composing }: EditorView): void {
  if (!composing) dom.ownerDocument.dispatchEvent(new Event('selectionchange'))
}
