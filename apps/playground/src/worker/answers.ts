/** Answers about texts and data, which need no training. */
import { generate, generatorDefaults, generators } from '@chainrule/data'
import { applyEdits, parse } from '@chainrule/language'
import { changeText } from './change-text.ts'
import { openText } from './open-text.ts'
import type { Files } from './protocol.ts'
import type { Change, Preview } from './text-protocol.ts'

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

/** Points of each generator. */
export function previews(): Preview[] {
  return [...generators.values()].map(({ name, about, target }) => {
    const { noise = 0 } = generatorDefaults(name)
    const { columns } = generate(name, {
      points: 120,
      noise: name === 'xor' ? 0.12 : noise,
      seed: 5,
    })
    const [x, y, targets] = columns.map(({ cells }) => Float32Array.from(cells, Number))
    const none = new Float32Array()
    return {
      name,
      about,
      x: x ?? none,
      y: y ?? none,
      target: targets ?? none,
      isRegression: target === 'y',
    }
  })
}
