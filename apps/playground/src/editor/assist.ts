/**
 * What helps whoever writes: completion, what a word means, problems in their places, and the keys of an editor. A chunk of its
 * own, loaded when the text is first entered or has a problem: who looks on does not wait for it.
 */
import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, indentUnit } from '@codemirror/language'
import { lintGutter, lintKeymap, type Diagnostic as Marked, setDiagnostics } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import { type EditorView, hoverTooltip, keymap, tooltips } from '@codemirror/view'
import { reader } from '../state/playground.ts'
import type { EditorMessage } from '../worker/editor-protocol.ts'
import type { Checked } from '../worker/protocol.ts'
import { readSelection } from './selection.ts'

export { redo, undo } from '@codemirror/commands'
export { formatText } from './format.ts'

/** A longer signature than this stands beside the list alone, where it may be broken. */
const longestDetail = 30

async function complete({ state, pos, explicit }: CompletionContext): Promise<CompletionResult> {
  const text = state.doc.toString()
  // Not `null`: CodeMirror takes that for an answer to what was typed meanwhile too, and asks again at the next key only.
  const none = { from: pos, options: [] }
  if (!explicit && !/[\w@.\s=([-]/.test(text.charAt(pos - 1))) return none
  const answer = await reader.ask({ type: 'complete', text, offset: pos })
  if (answer?.type !== 'completed' || answer.completions.length === 0) return none
  const [first] = answer.completions
  const from = first?.edit.span.start ?? pos
  // After a space only what was asked for is offered: else a list stands in the way of whoever writes on.
  if (!explicit && from === pos) return none
  return {
    from,
    options: answer.completions.map(({ label, kind, detail, documentation, edit }, i) => ({
      label,
      type: kind,
      ...(detail.length <= longestDetail && { detail: detail.replace(`${label} `, '') }),
      ...((detail !== '' || documentation !== '') && {
        info: () => explained({ signature: detail, about: documentation }),
      }),
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

/** Offers what the word before the cursor may become, as if its last letter had been typed just now. */
export function completeWord(view: EditorView): void {
  const { doc, selection } = view.state
  const { head, empty } = selection.main
  if (view.hasFocus && empty && /\w/.test(doc.sliceString(head - 1, head)))
    view.dispatch({ userEvent: 'input.type' })
}

/** Says what the word under the pointer means, as if the pointer had come there just now. */
export function explainWord({ contentDOM }: EditorView, { clientX, clientY }: PointerEvent): void {
  // Of the whole text: a word's own element is another as soon as the text is coloured again.
  contentDOM.dispatchEvent(new MouseEvent('mousemove', { clientX, clientY, bubbles: true }))
}

const meaning = hoverTooltip(async (view, pos) => {
  const answer = await reader.ask({ type: 'hover', text: view.state.doc.toString(), offset: pos })
  if (answer?.type !== 'hovered' || answer.hover === undefined) return null
  const { span, ...told } = answer.hover
  return {
    pos: span.start,
    end: span.end,
    above: true,
    create: () => ({ dom: explained(told, 'meaning') }),
  }
})

type Hover = NonNullable<Extract<EditorMessage, { readonly type: 'hovered' }>['hover']>

interface Told extends Partial<Omit<Hover, 'span'>> {
  readonly signature: string
  readonly about: string
}

/** A signature, what it is about, and figures, below each other. */
function explained({ signature, about, doc = '', facts = [] }: Told, className = ''): HTMLElement {
  const dom = document.createElement('div')
  dom.className = className
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
  return dom
}

type Area = Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>

/** Narrower words are broken too often. */
const leastInfo = 180

/** What an option means stands beside the list where there is room, else below or above it: never over the options. */
function besideOptions(_: EditorView, list: Area, option: Area, info: Area, space: Area) {
  const [left, right] = [list.left - space.left, space.right - list.right]
  const height = info.bottom - info.top
  const place = (where: string, style: string) => ({ style, class: `cm-completionInfo-${where}` })
  if (Math.max(left, right) >= leastInfo) {
    const top = Math.max(space.top, Math.min(option.top, space.bottom - height)) - list.top
    const width = Math.min(400, Math.max(left, right))
    return place(right >= left ? 'right' : 'left', `top: ${top}px; max-width: ${width}px`)
  }
  const isBelow = space.bottom - list.bottom >= Math.min(height, list.top - space.top)
  const side = isBelow ? 'top' : 'bottom'
  return place('along', `${side}: 100%; left: 0; right: 0; width: auto; max-width: none`)
}

/** Problems with wavy lines, and a button for those that can be mended. */
export function markProblems(view: EditorView, found: Checked | undefined): void {
  readSelection(view)
  view.dispatch(setDiagnostics(view.state, marked(found, view.state.doc.length)))
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

/** Between what is shown over the page and its edges. */
const margin = 8

export const assistance: Extension = [
  tooltips({
    // Not above the text, where the page has its head and its buttons.
    tooltipSpace: ({ dom }) => ({
      left: margin,
      top: Math.max(margin, dom.getBoundingClientRect().top),
      right: document.documentElement.clientWidth - margin,
      bottom: window.innerHeight - margin,
    }),
  }),
  history(),
  bracketMatching(),
  indentUnit.of('  '),
  lintGutter(),
  autocompletion({
    override: [complete],
    icons: false,
    activateOnTypingDelay: 50,
    positionInfo: besideOptions,
  }),
  meaning,
  // Tab moves the focus on, as in every form; Escape and then Tab where a line is to be indented is CodeMirror's way.
  keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap, ...lintKeymap]),
]
