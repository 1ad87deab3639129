/** All files of a plugin and a hash over them: what a person trusts is exactly what was there then. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface HashedFiles {
  readonly hash: string
  /** Their real paths. */
  readonly files: ReadonlySet<string>
}

/** The hash over the names and contents of all files of a folder that `filesIn` finds. */
export function folderHash(folder: string): string {
  return filesIn(folder).hash
}

/**
 * All files of a folder in the order of their names, links followed; without installed packages, and without what changes
 * beside the code: the history that git keeps, trained models and the lock file of a model.
 */
export function filesIn(folder: string): HashedFiles {
  return hashed(folder, namesIn(folder))
}

/** Some files of a folder. */
export function hashed(folder: string, names: readonly string[]): HashedFiles {
  const hash = createHash('sha256')
  const files = new Set<string>()
  for (const name of names) {
    const path = join(folder, name)
    const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true
    // A link may lead nowhere, or to a device that never ends.
    const content = isFile ? readFileSync(path) : Buffer.from(`no ${readlinkSync(path)}`)
    hash.update(`${name.replaceAll('\\', '/')}\0${content.length}\0`).update(content)
    if (isFile) files.add(realpathSync(path))
  }
  return { hash: hash.digest('hex'), files }
}

function namesIn(folder: string, inner = '', around: readonly string[] = []): string[] {
  const here = realpathSync(join(folder, inner))
  // A link may lead back to a folder that it lies in.
  if (around.includes(here)) return []
  return readdirSync(here, { withFileTypes: true })
    .filter(({ name }) => !isBeside(name))
    .flatMap((entry) => {
      const name = join(inner, entry.name)
      const found = statSync(join(folder, name), { throwIfNoEntry: false })
      if (found?.isDirectory()) return namesIn(folder, name, [...around, here])
      return found?.isFile() || entry.isSymbolicLink() ? [name] : []
    })
    .sort()
}

const isBeside = (name: string): boolean =>
  ['node_modules', '.git', 'chainrule.lock'].includes(name) || name.endsWith('.safetensors')
