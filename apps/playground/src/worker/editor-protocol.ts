/** What the editor asks of a text while it is written. Plain data. */
import type { CodeAction, Completion, Hover, InlayHint, Token } from '@chainrule/language-services'

/** From the page; each is answered under its `id`. */
export type EditorRequest =
  | { readonly type: 'paint'; readonly id: number; readonly text: string }
  | {
      readonly type: 'complete'
      readonly id: number
      readonly text: string
      readonly offset: number
    }
  | { readonly type: 'hover'; readonly id: number; readonly text: string; readonly offset: number }
  | { readonly type: 'format'; readonly id: number; readonly text: string }

export type EditorMessage =
  | {
      readonly type: 'painted'
      readonly id: number
      readonly tokens: readonly Token[]
      readonly hints: readonly InlayHint[]
    }
  | { readonly type: 'completed'; readonly id: number; readonly completions: readonly Completion[] }
  | { readonly type: 'hovered'; readonly id: number; readonly hover: Hover | undefined }
  | { readonly type: 'formatted'; readonly id: number; readonly edits: CodeAction['edits'] }
