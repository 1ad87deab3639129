/** Colours, and shapes at the arrows, both asked of our own parser in a worker. */
import { type Extension, StateEffect, StateField } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  EditorView,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view'
import { reader } from '../state/playground.ts'
import type { EditorMessage } from '../worker/editor-protocol.ts'
import { readSelection } from './selection.ts'

type Painted = Extract<EditorMessage, { readonly type: 'painted' }>

class Hint extends WidgetType {
  readonly #label: string
  readonly #tooltip: string

  constructor(label: string, tooltip: string) {
    super()
    this.#label = label
    this.#tooltip = tooltip
  }

  override eq(other: Hint): boolean {
    return other.#label === this.#label && other.#tooltip === this.#tooltip
  }

  override toDOM(): HTMLElement {
    const element = document.createElement('span')
    element.className = 'hint'
    // Drawn by the style, and no text in the page: a browser that puts something in place of a whole text may keep a copy of
    // this element, and what stood in it would be read as written.
    element.dataset['label'] = this.#label
    // A reader of the text hears the text; shapes are in the network's table.
    element.setAttribute('aria-hidden', 'true')
    if (this.#tooltip !== '') element.title = this.#tooltip
    return element
  }
}

const paint = StateEffect.define<Painted>()

const painting = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (decorations, { changes, effects, state }) => {
    const painted = effects.find((effect) => effect.is(paint))?.value
    return painted === undefined
      ? decorations.map(changes)
      : decorationsOf(painted, state.doc.length)
  },
  provide: (field) => EditorView.decorations.from(field),
})

function decorationsOf({ tokens, hints }: Painted, length: number): DecorationSet {
  const marks = tokens
    .filter(({ span: { start, end } }) => start < end && end <= length)
    .map(({ kind, span }) => Decoration.mark({ class: `t-${kind}` }).range(span.start, span.end))
  const widgets = hints
    .filter(({ offset }) => offset <= length)
    .map(({ offset, label, tooltip }) =>
      Decoration.widget({ widget: new Hint(label, tooltip), side: 1 }).range(offset),
    )
  return Decoration.set([...marks, ...widgets], true)
}

/** Asks for colours after each change; of several changes in one moment once. */
class Painter implements PluginValue {
  readonly #view: EditorView
  #isAsking = false
  #isOld = true

  constructor(view: EditorView) {
    this.#view = view
    void this.#ask()
  }

  update({ docChanged }: ViewUpdate): void {
    if (!docChanged) return
    this.#isOld = true
    void this.#ask()
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    while (this.#isOld) {
      this.#isOld = false
      const text = this.#view.state.doc.toString()
      const answer = await reader.ask({ type: 'paint', text })
      show(this.#view, text, answer)
    }
    this.#isAsking = false
  }
}

/** Shapes follow from data that may be read after the text was painted. */
export const repaint = (view: EditorView): void => {
  const text = view.state.doc.toString()
  void reader.ask({ type: 'paint', text }).then((answer) => show(view, text, answer))
}

function show(
  view: EditorView,
  text: string,
  answer: Awaited<ReturnType<typeof reader.ask>>,
): void {
  if (answer?.type !== 'painted' || text !== view.state.doc.toString()) return
  readSelection(view)
  view.dispatch({ effects: paint.of(answer) })
}

export const colours: Extension = [painting, ViewPlugin.define((view) => new Painter(view))]
