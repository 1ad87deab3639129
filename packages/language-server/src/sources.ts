/** What a text may use, by the names of files alone. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { SourceInfo } from '@chainrule/language-services'
import { fileManifestPath, installedNames } from '@chainrule/plugins/node'

/** Texts beside a document, code that has a manifest, and packages of plugins. */
export function sourcesIn(folder: string, document: string): SourceInfo[] {
  const names = namesIn(folder)
  const texts = names.filter((name) => name.endsWith('.mlp') && name !== basename(document))
  const code = names.filter(
    (name) => /\.[cm]?[jt]s$/.test(name) && existsSync(fileManifestPath(join(folder, name))),
  )
  const named = (all: readonly string[], about: string): SourceInfo[] =>
    all.map((name) => ({ name, about }))
  return [
    ...named(
      texts.map((name) => `./${name}`),
      'a file of blocks',
    ),
    ...named(
      code.map((name) => `./${name}`),
      'plugins of your own',
    ),
    ...named(installedNames(folder), 'a package of plugins'),
  ]
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
