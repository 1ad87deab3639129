import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const template = join(import.meta.dirname, 'template')

/**
 * Writes `packages/layer-NAME` under `root` from the template: a small layer that works, with its
 * tests.
 *
 * Errors     a name that is no lower-case word with hyphens, or that is taken
 */
export function writeLayer(root: string, name: string): string {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new Error(
      `a layer's name is lower-case words with hyphens, such as \`max-pool\`, not \`${name}\``,
    )
  }
  const folder = join(root, 'packages', `layer-${name}`)
  if (existsSync(folder)) throw new Error(`packages/layer-${name} is there already`)
  const camel = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  const named = (text: string) => text.replaceAll('made-layer', name).replaceAll('madeLayer', camel)
  for (const entry of readdirSync(template, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const from = join(entry.parentPath, entry.name)
    const to = join(folder, named(from.slice(template.length)))
    mkdirSync(dirname(to), { recursive: true })
    writeFileSync(to, named(readFileSync(from, 'utf8')))
  }
  return folder
}
