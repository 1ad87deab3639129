/** A hash over all files of a plugin: what a person trusts is exactly what was there then. */
import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Over the names and contents of all files of a folder but for installed packages, in the order of their names. */
export function folderHash(folder: string): string {
  return hashOf(folder, filesIn(folder))
}

/** The same over some files of a folder. */
export function hashOf(folder: string, files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) {
    const path = join(folder, file)
    const isLink = lstatSync(path).isSymbolicLink()
    const content = isLink ? Buffer.from(`link to ${readlinkSync(path)}`) : readFileSync(path)
    hash.update(`${file.replaceAll('\\', '/')}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function filesIn(folder: string, inner = ''): string[] {
  const entries = readdirSync(join(folder, inner), { withFileTypes: true })
  return entries
    .filter(({ name }) => name !== 'node_modules')
    .flatMap((entry) => {
      const path = join(inner, entry.name)
      if (entry.isDirectory()) return filesIn(folder, path)
      return entry.isFile() || entry.isSymbolicLink() ? [path] : []
    })
    .sort()
}
