import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The version of an installed package; `undefined` where it is not installed. */
export function packageVersion(name: string): string | undefined {
  let folder: string
  try {
    folder = dirname(fileURLToPath(import.meta.resolve(name)))
  } catch {
    return undefined
  }
  // Not every package exports its package.json, so it is looked for upwards from the entry.
  for (; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (!existsSync(file)) continue
    const found = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string }
    if (found.name === name) return found.version
  }
  return undefined
}
