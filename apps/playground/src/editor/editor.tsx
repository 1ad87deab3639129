/** The text of the model: what is wrong stands under it, and is mended by a click. */
import { defaultKeymap, history, historyKeymap, redo, undo } from '@codemirror/commands'
import { bracketMatching, indentUnit } from '@codemirror/language'
import { lintGutter, lintKeymap, type Diagnostic as Marked, setDiagnostics } from '@codemirror/lint'
import { EditorState, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { checked, text } from '../state/playground.ts'
import type { Checked } from '../worker/protocol.ts'
import { changeBetween } from './change.ts'
import { repaint, services } from './services.ts'
import { editorTheme } from './theme.ts'

const extensions: Extension = [
  lineNumbers(),
  history(),
  drawSelection(),
  highlightActiveLine(),
  bracketMatching(),
  indentUnit.of('  '),
  EditorState.tabSize.of(2),
  EditorView.lineWrapping,
  lintGutter(),
  services,
  // Tab moves the focus on, as in every form; Escape and then Tab where a line is to be indented is CodeMirror's way.
  keymap.of([...historyKeymap, ...defaultKeymap, ...lintKeymap]),
  EditorView.contentAttributes.of({ 'aria-label': 'Model', spellcheck: 'false' }),
  editorTheme,
]

export function Editor() {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | undefined>(undefined)
  useEffect(() => {
    if (host.current === null) return
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text.peek(),
        extensions: [
          extensions,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) text.value = update.state.doc.toString()
          }),
        ],
      }),
    })
    view.current = made
    // Sliders and lists change the text too; undo takes that back as it does what was typed.
    const follows = effect(() => {
      const change = changeBetween(made.state.doc.toString(), text.value)
      if (change !== undefined) made.dispatch({ changes: change, userEvent: 'input' })
    })
    const marks = effect(() => {
      made.dispatch(setDiagnostics(made.state, marked(checked.value, made.state.doc.length)))
      if (checked.value !== undefined) repaint(made)
    })
    return () => {
      follows()
      marks()
      made.destroy()
    }
  }, [])
  return (
    <div class="editor">
      <div class="editor-bar">
        <h2>Text</h2>
        <button type="button" class="quiet" onClick={() => view.current && undo(view.current)}>
          Undo
        </button>
        <button type="button" class="quiet" onClick={() => view.current && redo(view.current)}>
          Redo
        </button>
      </div>
      <div class="host" ref={host} />
    </div>
  )
}

/** Diagnostics as CodeMirror shows them; one that has edits has a button for them. */
function marked(found: Checked | undefined, length: number): Marked[] {
  return (found?.diagnostics ?? [])
    .filter(({ span }) => span.end <= length)
    .map(({ severity, span, message, label, help, edits, code }) => ({
      from: span.start,
      to: Math.max(span.end, Math.min(span.start + 1, length)),
      severity: severity === 'note' ? 'info' : severity,
      source: code,
      message: [message, ...(label === '' ? [] : [label]), ...help].join('\n'),
      ...(edits.length === 0
        ? {}
        : {
            actions: [
              {
                name: 'Mend',
                apply: (view: EditorView) =>
                  view.dispatch({
                    changes: edits.map((edit) => ({
                      from: edit.span.start,
                      to: edit.span.end,
                      insert: edit.text,
                    })),
                    userEvent: 'input.mend',
                  }),
              },
            ],
          }),
    }))
}
