/** `chainrule manifest`: writes what a plugin's package says of itself: its manifest, and a part of its README. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ChainruleError } from '@chainrule/core'
import { manifestOf } from '@chainrule/plugins'
import { entryOf, type PackageJson, pluginsIn } from '@chainrule/plugins/node'
import { replaceText, writeWhole } from '../files.ts'
import type { Console } from './console.ts'
import { exits } from './errors.ts'
import { readmeWith, sourcesIn } from './manifest-readme.ts'

/** The package is the author's own, so its code is run. */
export async function manifest(console: Console, folder: string): Promise<number> {
  const path = resolve(folder)
  const { name, file, json } = readPackage(path)
  const plugins = await pluginsIn(entryOf(path, json, name), name)
  writeWhole(
    join(path, file),
    new TextEncoder().encode(`${JSON.stringify(manifestOf(plugins), undefined, 2)}\n`),
  )
  const readme = join(path, 'README.md')
  const text = existsSync(readme) ? readFileSync(readme, 'utf8') : ''
  const written = readmeWith(text, plugins, sourcesIn(path))
  if (written !== undefined && written !== text) replaceText(readme, written)
  const list = plugins.map(({ kind, name: each }) => `${kind} ${each}`).join(', ')
  console.out(`wrote ${file}: ${list}\n`)
  return exits.success
}

function readPackage(path: string): {
  readonly name: string
  readonly file: string
  readonly json: PackageJson
} {
  const at = join(path, 'package.json')
  if (!existsSync(at)) throw noPackage(`there is no package.json in ${path}`)
  const json = JSON.parse(readFileSync(at, 'utf8')) as PackageJson & { readonly name?: unknown }
  const file = json.chainrule?.manifest
  if (typeof file !== 'string') throw noPackage('its package.json does not say where it stands')
  return { name: String(json.name), file, json }
}

const noPackage = (problem: string): ChainruleError =>
  new ChainruleError('plugin-none', `no manifest can be written: ${problem}`, {
    help: 'the package.json of a plugin has `"chainrule": { "api": 1, "manifest": "./chainrule.json" }`',
  })
