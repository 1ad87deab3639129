/** The code of a plugin, run for the first time. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import type { Plugin, PluginKind } from '@chainrule/core'
import { exports as exported } from 'resolve.exports'
import { loadFailed } from '../errors.ts'
import type { Limit } from '../guard.ts'
import { kinds } from '../manifest.ts'
import type { PackageJson } from './find-package.ts'
import { isInside } from './inside.ts'

/** All plugins that a module gives: each by itself, in lists, or as its default. Throws `plugin-load-failed`. */
export async function pluginsIn(file: string, name: string): Promise<Plugin[]> {
  const module = await imported(file, name)
  const found = new Set<Plugin>()
  for (const value of Object.values(module)) {
    for (const each of Array.isArray(value) ? value : [value]) if (isPlugin(each)) found.add(each)
  }
  if (found.size > 0) return [...found]
  throw loadFailed(name, new Error('its module gives no plugin, as `defineLayer` makes one'))
}

async function imported(file: string, name: string): Promise<Record<string, unknown>> {
  if (/\.[cm]?ts$/.test(file) && !process.features.typescript)
    throw loadFailed(
      name,
      new Error(`Node ${process.versions.node} does not run TypeScript: take 22.18 or newer`),
    )
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    throw loadFailed(name, error)
  }
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null) return false
  const { kind, name } = value as { kind?: unknown; name?: unknown }
  return typeof name === 'string' && kinds.includes(kind as PluginKind)
}

/** The file that `import` of the package leads to. */
export function entryOf(path: string, json: PackageJson, name: string): string {
  const wanted = wantedEntry(json)
  const file = join(path, wanted ?? 'index.js')
  if (isInside(file, path) && existsSync(file)) return file
  throw loadFailed(
    name,
    new Error(`its package.json leads to ${wanted ?? 'no file'}, which is not there`),
  )
}

function wantedEntry(json: PackageJson): string | undefined {
  try {
    const [found] = exported(json, '.') ?? []
    if (found !== undefined) return found
  } catch {}
  return typeof json.main === 'string' ? json.main : undefined
}

/** Milliseconds that one call of a plugin may take beside what its input is given: tracing takes a thousandth of it. */
const callLimit = 10_000

/** Under this name the script finds what it is to call. */
const called = Symbol.for('chainrule.limited-call')
const script = new Script("globalThis[Symbol.for('chainrule.limited-call')]()")

/** Ends a call that takes longer. V8 stops whatever the script has called, wherever that was written. */
export const limitedTo =
  (timeout: number): Limit =>
  (run, more = 0) => {
    const shared = globalThis as unknown as Record<symbol, unknown>
    const before = shared[called]
    let result: ReturnType<typeof run> | undefined
    shared[called] = () => {
      result = run()
    }
    try {
      script.runInThisContext({ timeout: Math.ceil(timeout + more) })
    } finally {
      shared[called] = before
    }
    return result as ReturnType<typeof run>
  }

export const limited = limitedTo(callLimit)
