/** `chainrule manifest`: writes what a plugin's package, or a file, says of itself: its manifest, and a part of its README. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ChainruleError, type Plugin, Registry } from '@chainrule/core'
import { manifestOf } from '@chainrule/plugins'
import {
  entryOf,
  fileManifestPath,
  fileManifestText,
  filesIn,
  filesOf,
  type PackageJson,
  pluginsIn,
  withinLimit,
} from '@chainrule/plugins/node'
import { replaceText, writeWhole } from '../files.ts'
import type { Console } from './console.ts'
import { exits } from './exits.ts'
import { readmeWith, sourcesIn } from './manifest-readme.ts'

/** The package, or the file, is the author's own, so its code is run. */
export async function manifest(console: Console, given: string): Promise<number> {
  const path = resolve(given)
  if (/\.[cm]?[jt]s$/.test(path)) return ofFile(console, path, given)
  const { name, file, json } = readPackage(path)
  const origin = { name, folder: path, ...filesIn(path) }
  const plugins = registrable(await pluginsIn(entryOf(path, json, name), origin))
  const described = withinLimit(origin, () => manifestOf(plugins))
  writeWhole(
    join(path, file),
    new TextEncoder().encode(`${JSON.stringify(described, undefined, 2)}\n`),
  )
  const readme = join(path, 'README.md')
  const text = existsSync(readme) ? readFileSync(readme, 'utf8') : ''
  const written = readmeWith(text, plugins, sourcesIn(path))
  if (written !== undefined && written !== text) replaceText(readme, written)
  return told(console, file, plugins)
}

/** Beside the file, for a check of models that use it. */
async function ofFile(console: Console, path: string, given: string): Promise<number> {
  if (!existsSync(path))
    throw new ChainruleError('path-not-found', `there is no file ${given}`, {
      data: { file: given },
    })
  const origin = { name: given, folder: dirname(path), ...filesOf(path) }
  const plugins = registrable(await pluginsIn(path, origin))
  const at = fileManifestPath(path)
  const text = withinLimit(origin, () => fileManifestText(path, plugins))
  writeWhole(at, new TextEncoder().encode(text))
  return told(console, basename(at), plugins)
}

/** What cannot be registered together, no text can use. Throws `plugin-clash`, `plugin-reserved-word`. */
function registrable(plugins: readonly Plugin[]): readonly Plugin[] {
  new Registry(plugins)
  return plugins
}

function told(console: Console, file: string, plugins: readonly Plugin[]): number {
  const list = plugins.map(({ kind, name }) => `${kind} ${name}`).join(', ')
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
  const json = parsedPackage(readFileSync(at, 'utf8'))
  const file = json.chainrule?.manifest
  if (typeof file !== 'string') throw noPackage('its package.json does not say where it stands')
  return { name: String(json.name), file, json }
}

function parsedPackage(text: string): PackageJson & { readonly name?: unknown } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw noPackage('its package.json is not JSON')
  }
  if (typeof json !== 'object' || json === null) throw noPackage('its package.json is no object')
  return json
}

const noPackage = (problem: string): ChainruleError =>
  new ChainruleError('plugin-none', `no manifest can be written: ${problem}`, {
    help: 'the package.json of a plugin has `"chainrule": { "api": 1, "manifest": "./chainrule.json" }`',
  })
