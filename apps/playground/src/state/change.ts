/** Controls change the text, and the text alone: what they show follows from it. */
import type { Change } from '../worker/text-protocol.ts'
import { files } from './files.ts'
import { reader, text } from './playground.ts'

/** By setting, what was asked for last; a slider that moves on asks only for where it is now. */
const wanted = new Map<string, Change>()
let isWorking = false

export async function change(asked: Change): Promise<void> {
  wanted.delete(asked.setting)
  wanted.set(asked.setting, asked)
  if (isWorking) return
  isWorking = true
  try {
    for (let next = first(); next !== undefined; next = first()) await apply(next)
  } finally {
    isWorking = false
  }
}

function first(): Change | undefined {
  for (const [setting, asked] of wanted) {
    wanted.delete(setting)
    return asked
  }
  return undefined
}

async function apply(asked: Change): Promise<void> {
  const before = text.value
  const answer = await reader.ask({
    type: 'change',
    text: before,
    files: files.value,
    change: asked,
  })
  if (answer?.type !== 'changed') return
  // Somebody typed meanwhile: the change is made to what stands there now.
  if (before === text.value) text.value = answer.text
  else if (!wanted.has(asked.setting)) wanted.set(asked.setting, asked)
}
