import { ChainruleError } from '@chainrule/core'
import { builtInRegistry, type Opened, open } from 'chainrule/workbench'
import { filesSource } from './files.ts'
import type { Files } from './protocol.ts'

export const registry = builtInRegistry()

/** Opens a text with the files that the page has. */
export const openText = (text: string, files: Files): Promise<Opened> =>
  open(text, {
    registry,
    source: filesSource(files),
    plugins: { find: ({ name }) => Promise.reject(pluginElsewhere(name)) },
    file: 'model.mlp',
    requireShapes: true,
  })

/** Code of others is run by the command, where whoever runs it was asked. */
const pluginElsewhere = (name: string): ChainruleError =>
  new ChainruleError(
    'plugin-not-installed',
    `this page runs no code but its own, and so not ${name}`,
    {
      help: 'train with `chainrule train FILE --out model.safetensors`, and open that file here by "Open and save": it is shown and predicts without the plugin',
      data: { name },
    },
  )
