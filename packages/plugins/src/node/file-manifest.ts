/** The manifest of a file of the person's own, beside it, for the code of which it was made. */
import { existsSync } from 'node:fs'
import type { Plugin } from '@chainrule/core'
import { manifestInvalid } from '../errors.ts'
import { type Manifest, manifestOf } from '../manifest.ts'
import { readManifest } from '../read-manifest.ts'
import { filesOf } from './local-file.ts'
import { manifestText } from './regular-text.ts'

export interface FileManifest extends Manifest {
  /** Of the file and all that it imports by a relative path, as they were. */
  readonly hash: string
}

/** `layers/mine.ts` has its manifest in `layers/mine.chainrule.json`. */
export const fileManifestPath = (file: string): string =>
  `${file.replace(/\.[cm]?[jt]s$/, '')}.chainrule.json`

/** `undefined` where there is none. Throws `plugin-manifest-invalid`. */
export function fileManifest(file: string, name: string): FileManifest | undefined {
  const at = fileManifestPath(file)
  if (!existsSync(at)) return undefined
  const text = manifestText(at, name)
  const manifest = readManifest(text, name)
  const { hash } = JSON.parse(text) as { hash?: unknown }
  if (typeof hash !== 'string') throw manifestInvalid(name, 'does not say of which code it is')
  return { ...manifest, hash }
}

/** What the manifest of a file says, for the plugins that it gives. */
export function fileManifestText(file: string, plugins: readonly Plugin[]): string {
  return `${JSON.stringify({ hash: filesOf(file).hash, ...manifestOf(plugins) }, undefined, 2)}\n`
}
