/** Colours, shapes at the arrows, completion, what a word means, and the text's one form: all asked of our own parser, in a worker. */
import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete'
import { type Extension, StateEffect, StateField } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  EditorView,
  hoverTooltip,
  keymap,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view'
import { reader } from '../state/playground.ts'
import type { EditorMessage } from '../worker/editor-protocol.ts'

type Painted = Extract<EditorMessage, { readonly type: 'painted' }>

// Colours and shapes

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
    element.textContent = this.#label
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
      if (answer?.type === 'painted' && text === this.#view.state.doc.toString())
        this.#view.dispatch({ effects: paint.of(answer) })
    }
    this.#isAsking = false
  }
}

/** Shapes follow from data that may be read after the text was painted. */
export const repaint = (view: EditorView): void => {
  const text = view.state.doc.toString()
  void reader.ask({ type: 'paint', text }).then((answer) => {
    if (answer?.type === 'painted' && text === view.state.doc.toString())
      view.dispatch({ effects: paint.of(answer) })
  })
}

// Completion

async function complete({
  state,
  pos,
  explicit,
}: CompletionContext): Promise<CompletionResult | null> {
  const text = state.doc.toString()
  if (!explicit && !/[\w@.\s=([-]/.test(text.charAt(pos - 1))) return null
  const answer = await reader.ask({ type: 'complete', text, offset: pos })
  if (answer?.type !== 'completed' || answer.completions.length === 0) return null
  const [first] = answer.completions
  const from = first?.edit.span.start ?? pos
  // After a space only what was asked for is offered: else a list stands in the way of whoever writes on.
  if (!explicit && from === pos) return null
  return {
    from,
    options: answer.completions.map(({ label, kind, detail, documentation, edit }, i) => ({
      label,
      type: kind,
      detail,
      info: documentation,
      boost: -i / 1000,
      apply: (view: EditorView) =>
        view.dispatch({
          changes: {
            from: edit.span.start,
            to: Math.max(edit.span.end, view.state.selection.main.head),
            insert: edit.text,
          },
          selection: { anchor: edit.span.start + edit.text.length },
          userEvent: 'input.complete',
        }),
    })),
    validFor: /^[@\w.-]*$/,
  }
}

// What a word means

const meaning = hoverTooltip(async (view, pos) => {
  const answer = await reader.ask({ type: 'hover', text: view.state.doc.toString(), offset: pos })
  if (answer?.type !== 'hovered' || answer.hover === undefined) return null
  const { span, signature, about, doc, facts } = answer.hover
  return {
    pos: span.start,
    end: span.end,
    above: true,
    create: () => {
      const dom = document.createElement('div')
      dom.className = 'meaning'
      const add = (name: string, text: string): void => {
        if (text === '') return
        const element = document.createElement(name)
        element.textContent = text
        dom.append(element)
      }
      add('code', signature)
      add('p', about)
      add('p', doc)
      for (const { name, value } of facts) add('small', `${name}: ${value}`)
      return { dom }
    },
  }
})

// The one form

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

export const services: Extension = [
  painting,
  ViewPlugin.define((view) => new Painter(view)),
  autocompletion({ override: [complete], icons: false, activateOnTypingDelay: 50 }),
  meaning,
  keymap.of([{ key: 'Shift-Alt-f', run: formatText }, ...completionKeymap]),
]
