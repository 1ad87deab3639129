/** A plugin's own files load no others than those that the person agreed to. */
import nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'
import { loadsUnseen } from '../errors.ts'
import type { Origin } from './load.ts'

/** By the file that is run. */
const owners = new Map<string, Origin>()

/**
 * Has every import by a path, which a file of the plugin makes from now on, lead to a file of the plugin; what it imports by
 * the name of a package is its dependency. A Node that has no hooks for modules (before 22.15) lets the others pass.
 *
 * Errors     plugin-load-failed, in the import
 */
export function keepToOwnFiles(entry: string, origin: Origin): void {
  if (owners.size === 0) watch()
  owners.set(entry, origin)
}

function watch(): void {
  nodeModule.registerHooks?.({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context)
      const from = fileOf(context.parentURL)
      const file = fileOf(found.url)
      if (from === undefined || file === undefined || isDependency(specifier, file)) return found
      const left = [...owners.values()].find(({ files }) => files.has(from) && !files.has(file))
      if (left !== undefined) throw loadsUnseen(left.name, specifier, from)
      return found
    },
  })
}

/** Whether an import names another package. By `#name`, a package names a file of its own or a dependency. */
function isDependency(specifier: string, file: string): boolean {
  if (specifier.startsWith('#')) return /[\\/]node_modules[\\/]/.test(file)
  return !/^(?:\.{0,2}[\\/]|\.{1,2}$|file:)/.test(specifier)
}

function fileOf(url: string | undefined): string | undefined {
  if (url === undefined || !url.startsWith('file:')) return undefined
  const { protocol, host, pathname } = new URL(url)
  return fileURLToPath(`${protocol}//${host}${pathname}`)
}
