/** Where a plugin's package is installed for a folder, and what its package.json says. Nothing of it is run. */
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import core from '@chainrule/core/package.json' with { type: 'json' }
import { detect, resolveCommand } from 'package-manager-detector'
import { satisfies, validRange } from 'semver'
import {
  manifestInvalid,
  nameInvalid,
  noPlugin,
  notInstalled,
  rangeInvalid,
  wrongApi,
  wrongCore,
  wrongVersion,
} from '../errors.ts'
import { apiVersion, type Manifest } from '../manifest.ts'
import { readManifest } from '../read-manifest.ts'
import { isRecord } from '../record.ts'
import type { Wanted } from '../source.ts'
import { isInside } from './inside.ts'
import { manifestText, regularText } from './regular-text.ts'

export interface PluginPackage {
  readonly name: string
  readonly version: string
  /** Its folder, symbolic links resolved. */
  readonly path: string
  readonly json: PackageJson
  readonly manifest: Manifest
}

export interface PackageJson {
  readonly version?: unknown
  readonly chainrule?: { readonly api?: unknown; readonly manifest?: unknown }
  readonly exports?: unknown
  readonly main?: unknown
  readonly peerDependencies?: unknown
}

const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?chainrule-plugin-[a-z0-9._~-]+$/

/**
 * The package of a plugin, as it is installed for a folder: in its `node_modules` or in those of a folder around it. The folder
 * of the package itself is one too, so that a text beside the code may use it.
 *
 * Errors     plugin-name-invalid, plugin-not-installed, plugin-version, plugin-none, plugin-api, plugin-manifest-invalid
 */
export async function findPackage(
  folder: string,
  { name, version }: Wanted,
): Promise<PluginPackage> {
  if (!packageName.test(name)) throw nameInvalid(name)
  const range = version === undefined ? undefined : validRange(version)
  if (range === null) throw rangeInvalid(name, version ?? '')
  const found = installed(folder, name)
  if (found === undefined) throw notInstalled(name, await installLine(folder, name, version))
  const json: PackageJson | undefined = jsonIn(found)
  if (json === undefined) throw noPlugin(name)
  const came = typeof json.version === 'string' ? json.version : 'no version'
  if (range !== undefined && !satisfies(came, range))
    throw wrongVersion(name, version ?? '', came, await installLine(folder, name, version))
  const { api, manifest } = json.chainrule ?? {}
  if (json.chainrule === undefined) throw noPlugin(name)
  if (api !== apiVersion) throw wrongApi(name, api, apiVersion)
  refuseOtherCore(name, json)
  return { name, version: came, path: found, json, manifest: manifestIn(found, name, manifest) }
}

/** Throws `plugin-api` where the package says that it is for another core than ours. */
function refuseOtherCore(name: string, { peerDependencies }: PackageJson): void {
  const range = isRecord(peerDependencies) ? peerDependencies['@chainrule/core'] : undefined
  // `workspace:^` and the like stand only in packages that are not published yet.
  if (typeof range !== 'string' || validRange(range) === null) return
  if (!satisfies(core.version, range, { includePrerelease: true }))
    throw wrongCore(name, range, core.version)
}

function installed(folder: string, name: string): string | undefined {
  for (const at of around(folder)) {
    if (nameOf(at) === name) return realpathSync(at)
    const path = join(at, 'node_modules', name)
    if (existsSync(join(path, 'package.json'))) return realpathSync(path)
  }
  return undefined
}

/** A folder and those that it lies in, from the inside out. */
function around(folder: string): string[] {
  const at = resolve(folder)
  return at === dirname(at) ? [at] : [at, ...around(dirname(at))]
}

/** The names of all packages of plugins that a folder finds, by the names of their folders and of the package that it is in. */
export function installedNames(folder: string): string[] {
  const found = around(folder).flatMap((at) => {
    const modules = join(at, 'node_modules')
    const names = namesIn(modules)
    const scoped = names
      .filter((name) => name.startsWith('@'))
      .flatMap((scope) => namesIn(join(modules, scope)).map((name) => `${scope}/${name}`))
    return [...names, ...scoped, nameOf(at) ?? '']
  })
  return [...new Set(found.filter((name) => packageName.test(name)))].sort()
}

/** What the package.json of a folder calls it, if there is one. */
function nameOf(folder: string): string | undefined {
  const name = jsonIn(folder)?.['name']
  return typeof name === 'string' ? name : undefined
}

/** The package.json of a folder; `undefined` where there is none that can be read. */
function jsonIn(folder: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(regularText(join(folder, 'package.json')))
    return isRecord(json) ? json : undefined
  } catch {
    return undefined
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function manifestIn(path: string, name: string, file: unknown): Manifest {
  if (typeof file !== 'string') throw noPlugin(name)
  const at = join(path, file)
  const isThere = existsSync(at)
  if (!isInside(isThere ? realpathSync(at) : at, path))
    throw manifestInvalid(name, 'lies outside the package')
  if (!isThere) throw manifestInvalid(name, `is not there: ${file}`)
  return readManifest(manifestText(at, name), name)
}

/** What to type to install a package, for the package manager that the folder's lock file tells of. */
export async function installLine(folder: string, name: string, version?: string): Promise<string> {
  const { agent = 'npm' } = (await detect({ cwd: resolve(folder) })) ?? {}
  const wanted = version === undefined ? name : `${name}@${version}`
  const { command, args } = resolveCommand(agent, 'add', [wanted]) ?? {
    command: 'npm',
    args: ['install', wanted],
  }
  // A shell reads `^` and `>` as its own.
  const quoted = args.map((arg) => (/[^\w@./~:-]/.test(arg) ? `"${arg}"` : arg))
  return [command, ...quoted].join(' ')
}
