/** The text of the model: what is wrong stands under it, and is mended by a click. */
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, lineNumbers } from '@codemirror/view'
import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { checked, text } from '../state/playground.ts'
import { changeBetween } from './change.ts'
import { colours, repaint } from './painting.ts'
import { readSelection } from './selection.ts'
import { editorTheme } from './theme.ts'

const assisted = new Compartment()

const extensions: Extension = [
  lineNumbers(),
  drawSelection(),
  highlightActiveLine(),
  EditorState.tabSize.of(2),
  EditorView.lineWrapping,
  colours,
  assisted.of([]),
  EditorView.contentAttributes.of({ 'aria-label': 'Model', spellcheck: 'false' }),
  editorTheme,
]

type Assistance = typeof import('./assist.ts')

/** What helps whoever writes is loaded when the text is first entered, changed or found wrong. */
class Assisted {
  readonly view: EditorView
  #loading: Promise<Assistance> | undefined
  #stop: (() => void) | undefined
  /** Where the pointer is over the text. */
  #pointer: PointerEvent | undefined

  constructor(view: EditorView) {
    this.view = view
    // Who selects by code has focused it by that, and the selection stands when that is done.
    view.contentDOM.addEventListener('focus', () => queueMicrotask(() => readSelection(view)))
    for (const event of ['focus', 'pointerover'])
      view.contentDOM.addEventListener(event, () => void this.load(), { once: true })
    for (const event of ['pointerover', 'pointermove'] as const)
      view.contentDOM.addEventListener(event, (at) => (this.#pointer = at))
    view.contentDOM.addEventListener('pointerleave', () => (this.#pointer = undefined))
  }

  load(): Promise<Assistance> {
    const { doc } = this.view.state
    this.#loading ??= import('./assist.ts').then((loaded) => {
      readSelection(this.view)
      this.view.dispatch({ effects: assisted.reconfigure(loaded.assistance) })
      this.#stop = effect(() => loaded.markProblems(this.view, checked.value))
      // Who has begun a word meanwhile is offered what it may become.
      if (this.view.state.doc !== doc) loaded.completeWord(this.view)
      // Who has pointed at a word meanwhile and waits is told what it means.
      if (this.#pointer !== undefined) loaded.explainWord(this.view, this.#pointer)
      return loaded
    })
    return this.#loading
  }

  /** Makes the text what the page says it is; undo takes that back as it does what was typed. */
  async follow(): Promise<void> {
    await this.load()
    const change = changeBetween(this.view.state.doc.toString(), text.peek())
    if (change !== undefined) this.view.dispatch({ changes: change, userEvent: 'input' })
  }

  run(command: 'undo' | 'redo' | 'formatText'): void {
    void this.load().then((loaded) => loaded[command](this.view))
  }

  destroy(): void {
    this.#stop?.()
    this.view.destroy()
  }
}

export function Editor() {
  const host = useRef<HTMLDivElement>(null)
  const assistedView = useRef<Assisted | undefined>(undefined)
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
    const editor = new Assisted(made)
    made.contentDOM.addEventListener('keydown', (event) => {
      if (event.shiftKey && event.altKey && event.code === 'KeyF') {
        event.preventDefault()
        editor.run('formatText')
      }
    })
    assistedView.current = editor
    const follows = effect(() => {
      if (text.value !== made.state.doc.toString()) void editor.follow()
    })
    const paints = effect(() => {
      const found = checked.value
      if (found !== undefined) repaint(made)
      if (found !== undefined && found.diagnostics.length > 0) void editor.load()
    })
    return () => {
      follows()
      paints()
      editor.destroy()
    }
  }, [])
  return (
    <div class="editor">
      <div class="editor-bar">
        <h2>Text</h2>
        <button type="button" class="quiet" onClick={() => assistedView.current?.run('undo')}>
          Undo
        </button>
        <button type="button" class="quiet" onClick={() => assistedView.current?.run('redo')}>
          Redo
        </button>
        <button
          type="button"
          class="quiet"
          title="Shift+Alt+F"
          onClick={() => assistedView.current?.run('formatText')}
        >
          Format
        </button>
      </div>
      <div class="host" ref={host} />
    </div>
  )
}
