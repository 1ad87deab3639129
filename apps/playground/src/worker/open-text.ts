import { ChainruleError } from '@chainrule/core'
import type { PluginSource } from '@chainrule/plugins'
import {
  hasErrors,
  loadOtherPlugins,
  type Opened,
  open,
  otherPluginNames,
  plainRegistry,
} from 'chainrule/workbench'
import { isCode } from './code.ts'
import { dataFrom } from './data-memory.ts'
import { plainName } from './files.ts'
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
  // Beside plugins of its own a text is offered all others.
  const needsAll = (word: string): boolean => word === 'use' || others.has(word)
  const isWhole = loading !== undefined || words.some(needsAll)
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
    plugins: pluginsAmong(files),
    runs: true,
    file: 'model.mlp',
    requireShapes: true,
  })

/** Of code the page has what the visitor has given it to run. */
const pluginsAmong = (files: Files): PluginSource => ({
  find: async ({ name }) => {
    const path = plainName(name)
    // A text may name the source of what was built.
    const built = [path, path.replace(/\.ts$/, '.js')].find((each) => Object.hasOwn(files, each))
    const code = built === undefined || !isCode(built) ? undefined : files[built]
    if (!(code instanceof Uint8Array)) throw pluginElsewhere(name)
    const { pluginsIn } = await import('./own-code.ts')
    return { plugins: await pluginsIn(name, code), described: false }
  },
})

function pluginElsewhere(name: string): ChainruleError {
  const isFile = name.startsWith('./')
  const open = isFile
    ? `open ${name.slice(2).replace(/\.ts$/, '.js')} by "Open and save", built into one file of JavaScript; or `
    : ''
  return new ChainruleError(
    'plugin-not-installed',
    isFile
      ? `there is no code ${name} here`
      : `this page has no packages of others, and so not ${name}`,
    {
      help: `${open}train with \`chainrule train FILE --out model.safetensors\`, and open that file by "Open and save": it is shown and predicts without the plugin`,
      data: { name },
    },
  )
}
