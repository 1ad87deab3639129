/** A control's change, made; apart, as a first look changes nothing. */
import { generators } from '@chainrule/data'
import { applyEdits, type Edit, parse } from '@chainrule/language'
import { hasErrors, type Opened } from 'chainrule/workbench'
import { changeText, usualMetrics } from './change-text.ts'
import { openText } from './open-text.ts'
import type { Files } from './protocol.ts'
import type { Change } from './text-protocol.ts'

/** The text with something changed; where its data are others, with an end that fits them. */
export async function changedText(text: string, change: Change, files: Files): Promise<string> {
  const changed = applyEdits(text, changeText(parse(text).ast, text, change))
  if (change.setting !== 'generator' && change.setting !== 'classes') return changed
  const fitted = await fit(changed, files)
  if (fitted.isRight || change.setting !== 'generator') return fitted.text
  // What is wrong was wrong before: whoever writes goes on with it.
  if (hasErrors((await openText(text, files)).diagnostics)) return fitted.text
  return beginning(change.value)
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

/** For data that the network before cannot read, such as points where there were images. */
function beginning(generator: string): string {
  const isNumber = generators.get(generator)?.target === 'y'
  return `data synthetic ${generator}(points=300, noise=0.1)

dense 8 tanh -> dense ${isNumber ? 1 : 2}

optimizer adam lr=0.01
train epochs=300 batch=32
metrics ${isNumber ? '[mae, r2]' : '[accuracy, confusion]'}
`
}
