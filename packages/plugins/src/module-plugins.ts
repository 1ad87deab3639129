/** The plugins that a module gives. */
import { type Plugin, type PluginKind, pluginKinds } from '@chainrule/core'
import { wrongWithPlugin } from './declared.ts'
import { unusable } from './errors.ts'

/**
 * Each by itself, in lists, or as its default; `name` as the text has it.
 *
 * Errors     plugin-load-failed, where it gives none, one that cannot be used, or two of one kind and name
 */
export function pluginsOfModule(name: string, module: object): readonly Plugin[] {
  const found = new Set<Plugin>()
  for (const value of [module, ...Object.values(module)]) {
    for (const each of Array.isArray(value) ? value : [value]) if (isPlugin(each)) found.add(each)
  }
  if (found.size === 0)
    throw unusable(name, 'its module gives no plugin', 'export what `defineLayer` or its like make')
  refuseMalformed(name, [...found])
  return [...found]
}

function refuseMalformed(name: string, plugins: readonly Plugin[]): void {
  const known = new Set<string>()
  for (const plugin of plugins) {
    const title = `the ${plugin.kind} ${JSON.stringify(plugin.name)}`
    const problem = wrongWithPlugin(plugin)
    if (problem !== undefined) throw unusable(name, `${title} ${problem}`)
    if (known.has(title)) throw unusable(name, `it gives ${title} twice`)
    known.add(title)
  }
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null) return false
  const { kind, name } = value as { kind?: unknown; name?: unknown }
  return typeof name === 'string' && pluginKinds.includes(kind as PluginKind)
}
