import { ChainruleError } from '@chainrule/core'
import {
  hasErrors,
  loadOtherPlugins,
  type Opened,
  open,
  otherPluginNames,
  plainRegistry,
} from 'chainrule/workbench'
import { dataFrom } from './data-memory.ts'
import type { Files } from './protocol.ts'

/** The plugins that are here; the others come when they are needed. */
export const registry = plainRegistry()

/** Of the others, from when they are first needed. */
let loading: Promise<void> | undefined

/** All plugins, for who is offered them by name. */
export function loadAllPlugins(): Promise<void> {
  loading ??= loadOtherPlugins().then((others) => {
    for (const other of others) registry.register(other)
  })
  // What failed is tried again.
  loading.catch(() => {
    loading = undefined
  })
  return loading
}

const others = new Set(otherPluginNames)

/** Opens a text with the files that the page has. */
export async function openText(text: string, files: Files): Promise<Opened> {
  const words = text.match(/[A-Za-z][\w-]*/g) ?? []
  const isWhole = loading !== undefined || words.some((word) => others.has(word))
  if (isWhole) await loadAllPlugins()
  const opened = await openHere(text, files)
  if (isWhole || !hasErrors(opened.diagnostics)) return opened
  // An error says what else there is.
  await loadAllPlugins()
  return openHere(text, files)
}

const openHere = (text: string, files: Files): Promise<Opened> =>
  open(text, {
    registry,
    ...dataFrom(files),
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
