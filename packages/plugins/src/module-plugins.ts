/** The plugins that a module gives. */
import { type Plugin, type PluginKind, pluginKinds } from '@chainrule/core'
import { wrongWithPlugin } from './declared.ts'

/** Each by itself, in lists, or as its default. Throws where it gives none, one that cannot be used, or two of one name. */
export function pluginsOfModule(module: object): readonly Plugin[] {
  const found = new Set<Plugin>()
  for (const value of [module, ...Object.values(module)]) {
    for (const each of Array.isArray(value) ? value : [value]) if (isPlugin(each)) found.add(each)
  }
  if (found.size === 0) throw new Error('its module gives no plugin, as `defineLayer` makes one')
  refuseMalformed([...found])
  return [...found]
}

function refuseMalformed(plugins: readonly Plugin[]): void {
  const known = new Set<string>()
  for (const plugin of plugins) {
    const title = `the ${plugin.kind} ${JSON.stringify(plugin.name)}`
    const problem = wrongWithPlugin(plugin)
    if (problem !== undefined) throw new Error(`${title} ${problem}`)
    if (known.has(title)) throw new Error(`it gives ${title} twice`)
    known.add(title)
  }
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null) return false
  const { kind, name } = value as { kind?: unknown; name?: unknown }
  return typeof name === 'string' && pluginKinds.includes(kind as PluginKind)
}
