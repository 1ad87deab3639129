/** Code of the visitor's own, run in the worker: a module of plugins, whose `@chainrule/core` is that of the page. */
import * as core from '@chainrule/core'
import {
  guarded,
  loadFailed,
  pluginsOfModule,
  unusable,
  withRefusableChance,
} from '@chainrule/plugins'
import { ImportType, init, parse } from 'es-module-lexer'

/** What was loaded, by name and code; it is run once. */
const loaded = new Map<string, Promise<readonly core.Plugin[]>>()

/**
 * The plugins that a file gives, watched as others' are. A worker cannot end a call: one that hangs is ended with the worker.
 *
 * Errors     plugin-load-failed
 */
export function pluginsIn(name: string, bytes: Uint8Array): Promise<readonly core.Plugin[]> {
  const code = new TextDecoder().decode(bytes)
  const key = `${name}\n${code}`
  const known = loaded.get(key)
  if (known !== undefined) return known
  const plugins = load(name, code)
  loaded.set(key, plugins)
  // What failed is tried again.
  plugins.catch(() => loaded.delete(key))
  return plugins
}

async function load(name: string, code: string): Promise<readonly core.Plugin[]> {
  withdrawLasting()
  try {
    const module = await imported(await linked(name, code))
    const watching = { package: name, limit: <T>(run: () => T): T => run() }
    return pluginsOfModule(name, module).map((plugin) => guarded(plugin, watching))
  } catch (error) {
    throw error instanceof core.ChainruleError ? error : loadFailed(name, error)
  }
}

async function imported(code: string): Promise<object> {
  const url = urlOf(code)
  try {
    return await withRefusableChance(() => import(/* @vite-ignore */ url) as Promise<object>)
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** What outlives the worker: code that ran once must not stay, such as in what the site keeps for offline. */
const lasting = ['caches', 'indexedDB', 'storage', 'Worker', 'BroadcastChannel']

function withdrawLasting(): void {
  for (const owner of [globalThis, navigator])
    for (let each: object | null = owner; each !== null; each = Object.getPrototypeOf(each))
      for (const name of lasting) Reflect.deleteProperty(each, name)
}

/** The code with the address of the page's core in the place of its name. */
async function linked(name: string, code: string): Promise<string> {
  await init
  const [imports] = parse(code)
  let [text, end] = ['', 0]
  for (const { n: from, s: start, e: stop, t: type } of imports) {
    if (type === ImportType.ImportMeta) continue
    if (from !== '@chainrule/core')
      throw unusable(
        name,
        `it imports ${from ?? 'what is computed'}, and here is only @chainrule/core`,
        'build it into one file',
      )
    const isStatic = type === ImportType.Static
    text += code.slice(end, start) + (isStatic ? coreUrl() : JSON.stringify(coreUrl()))
    end = stop
  }
  return text + code.slice(end)
}

const shared = Symbol.for('chainrule.core')
let address: string | undefined

/** A module that gives on what this one has imported: a worker has no map of imports. */
function coreUrl(): string {
  Object.assign(globalThis, { [shared]: core })
  const names = Object.keys(core).join(', ')
  address ??= urlOf(`export const { ${names} } = globalThis[Symbol.for('chainrule.core')]`)
  return address
}

const urlOf = (code: string): string =>
  URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
