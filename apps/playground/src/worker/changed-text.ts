/** A control's change, made; apart, as a first look changes nothing. */
import { applyEdits, parse } from '@chainrule/language'
import { changeText } from './change-text.ts'
import { openText } from './open-text.ts'
import type { Files } from './protocol.ts'
import type { Change } from './text-protocol.ts'

/** The text with something changed, and where its data are others, its last layer made to fit them. */
export async function changedText(text: string, change: Change, files: Files): Promise<string> {
  const changed = applyEdits(text, changeText(parse(text).ast, text, change))
  return ['generator', 'classes'].includes(change.setting) ? fitted(changed, files) : changed
}

async function fitted(text: string, files: Files): Promise<string> {
  const { diagnostics } = await openText(text, files)
  const widths = diagnostics.filter(({ code }) => code === 'target-width')
  return applyEdits(
    text,
    widths.flatMap(({ edits }) => edits),
  )
}
