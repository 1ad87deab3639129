import { builtInRegistry, type Opened, open } from 'chainrule/workbench'
import { filesSource } from './files.ts'
import type { Files } from './protocol.ts'

export const registry = builtInRegistry()

/** Opens a text with the files that the page has. */
export const openText = (text: string, files: Files): Promise<Opened> =>
  open(text, { registry, source: filesSource(files), file: 'model.mlp', requireShapes: true })
