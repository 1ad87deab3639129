/** A plugin's own files load no others than those that the person agreed to. */
import nodeModule from 'node:module'
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadsUnseen } from '../errors.ts'
import { isInside } from './inside.ts'
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
      if (from === undefined || file === undefined) return found
      const left = [...owners.values()].find(
        (owner) => owner.files.has(from) && !mayLoad(owner, specifier, file),
      )
      if (left !== undefined) throw loadsUnseen(left.name, specifier, from)
      return found
    },
  })
}

/** Its own files and what it depends on; by its own name, and by `#name`, a package may name files of its own too. */
function mayLoad({ files, folder }: Origin, specifier: string, file: string): boolean {
  if (files.has(file)) return true
  const isPath = /^(?:\.{0,2}[\\/]|\.{1,2}$|file:)/.test(specifier)
  if (isPath) return false
  return !isInside(file, folder) || relative(folder, file).split(sep).includes('node_modules')
}

function fileOf(url: string | undefined): string | undefined {
  if (url === undefined || !url.startsWith('file:')) return undefined
  const { protocol, host, pathname } = new URL(url)
  return fileURLToPath(`${protocol}//${host}${pathname}`)
}
