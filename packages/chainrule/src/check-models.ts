/** What is said of a text before anything is trained, by `chainrule check` and by editors. */
import { trainingUse } from './memory.ts'
import type { Opened } from './open.ts'
import { openModels, together } from './several-models.ts'
import { withinMemory } from './within-memory.ts'

/** Opens the model that is asked for, or all of a text, and says everything of them, their memory included. */
export async function checkModels(
  model: string | undefined,
  open: (model: string | undefined) => Promise<Opened>,
): Promise<Opened> {
  const all = await openModels(model, open)
  return together(all.map((opened) => withinMemory(opened, trainingUse)))
}
