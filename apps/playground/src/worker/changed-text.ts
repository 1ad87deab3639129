/** A control's change, made; apart, as a first look changes nothing. */
import { applyEdits, type Edit, parse } from '@chainrule/language'
import { hasErrors, type Opened } from 'chainrule/workbench'
import { changeText, usualMetrics } from './change-text.ts'
import { openText } from './open-text.ts'
import { ownTextFor, withoutOwnHead } from './own-texts.ts'
import type { Files } from './protocol.ts'
import { generatorTexts } from './start-texts.ts'
import type { Change } from './text-protocol.ts'

/** The text with something changed; where its data are others, with an end that fits them. */
export async function changedText(text: string, change: Change, files: Files): Promise<string> {
  if (change.setting === 'generator') return textFor(change.value, text, files)
  const changed = applyEdits(text, changeText(parse(text).ast, text, change))
  return change.setting === 'classes' ? (await fit(changed, files)).text : changed
}

async function textFor(generator: string, text: string, files: Files): Promise<string> {
  const own = ownTextFor(generator, text)
  if (own !== undefined) return own
  const change = { setting: 'generator', value: generator } as const
  const changed = applyEdits(text, changeText(parse(text).ast, text, change))
  const fitted = await fit(withoutOwnHead(changed, generator), files)
  if (fitted.isRight) return fitted.text
  // What is wrong was wrong before: whoever writes goes on with it.
  if (hasErrors((await openText(text, files)).diagnostics)) return fitted.text
  // The network before cannot read such data, such as points where there were images.
  return generatorTexts.get(generator) ?? fitted.text
}

interface Fitted {
  readonly text: string
  /** Whether it has no errors. */
  readonly isRight: boolean
}

/** A mend may show what else does not fit. */
const mostMends = 6

async function fit(changed: string, files: Files): Promise<Fitted> {
  let text = changed
  for (let mends = 0; mends < mostMends; mends++) {
    const opened = await openText(text, files)
    if (!hasErrors(opened.diagnostics)) return { text, isRight: true }
    const edits = fittingEdits(opened)
    if (edits.length === 0) break
    text = applyEdits(text, edits)
  }
  return { text, isRight: false }
}

/** What does not fit the target any more. */
const fitting: readonly string[] = [
  ...['target-width', 'target-unreachable', 'loss-mismatch', 'metric-classes'],
  'activation-before-loss',
]

function fittingEdits({ text, ast, data, diagnostics }: Opened): readonly Edit[] {
  const [target] = data?.facts.targets ?? []
  const isNumber = target?.kind === 'number'
  const width = isNumber ? target.width : target?.classes.length
  const edits = diagnostics.flatMap(({ code, span, edits: own }): readonly Edit[] => {
    if (!fitting.includes(code)) return []
    // The page knows that a generator's classes are no quantities, although they are numbers.
    const isUnits = code === 'target-width' && /^\d+$/.test(text.slice(span.start, span.end))
    return own.length > 0 || !isUnits ? own : [{ span, text: String(width) }]
  })
  const metrics = diagnostics.some(({ code }) => code === 'metric-mismatch')
    ? usualMetrics(ast, isNumber)
    : []
  return [...edits, ...metrics]
}
