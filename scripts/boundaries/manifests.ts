import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allowed, pattern } from './rules.ts'
import type { Table } from './table.ts'

/** A package of ours, as its package.json declares it. */
export interface Manifest {
  /** From the root: `packages/core`. */
  readonly folder: string
  readonly name: string
  readonly private: boolean
  /** Names of packages of ours it depends on when installed, and in its tests alone. */
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
  /** Commands it installs. */
  readonly commands: readonly string[]
  /** The sources that its exports name, from the root: `packages/core/src/index.ts`. */
  readonly entries: readonly string[]
  /** Names of its scripts. */
  readonly scripts: readonly string[]
}

/** Every package of the workspace, by folder. */
export function manifests(root: string): readonly Manifest[] {
  const children = (folder: string) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder)).map((n) => `${folder}/${n}`)
      : []
  const folders = [
    ...[...children('packages'), ...children('apps'), ...children('examples')],
    ...['bench', 'examples', 'scripts'],
  ]
  const files = folders.filter((folder) => existsSync(join(root, folder, 'package.json')))
  const raw = files.sort().map((folder) => ({ folder, ...read(join(root, folder)) }))
  const names = new Set(raw.map(({ name }) => name))
  return raw.map(({ folder, name, ...manifest }) => ({
    folder,
    name,
    private: manifest.private === true,
    dependencies: Object.keys(manifest.dependencies ?? {}).filter((other) => names.has(other)),
    devDependencies: Object.keys(manifest.devDependencies ?? {}).filter((other) =>
      names.has(other),
    ),
    commands: Object.keys(manifest.bin ?? {}),
    entries: sources(manifest.exports ?? {}).map((path) => join(folder, path)),
    scripts: Object.keys(manifest.scripts ?? {}),
  }))
}

type Exports = Readonly<Record<string, string | { readonly source?: string }>>

/**
 * The sources among what the exports of a package name: `./src/index.ts`, its package.json, and what it
 * lends to the tests of others alone, `./test/support/….ts`, which its published exports leave out.
 */
function sources(exports: Exports | string): readonly string[] {
  const targets = typeof exports === 'string' ? [exports] : Object.values(exports)
  return targets
    .map((target) => (typeof target === 'string' ? target : target.source))
    .filter((target): target is string => /\.ts$|^\.\/package\.json$/.test(target ?? ''))
}

interface Raw {
  readonly name: string
  readonly private?: boolean
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Exports | string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

function read(folder: string): Raw {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Raw
}

/** What the package.json files declare against the table, and cycles among them. */
export function manifestProblems(all: readonly Manifest[], table: Table): string[] {
  const circle = cycle(all)
  return [
    ...(circle ? [`package-cycle: ${circle.join(' → ')}`] : []),
    ...all.flatMap((manifest) => rowProblems(manifest, all, table)),
    ...all.flatMap(missingScripts),
  ]
}

function rowProblems(manifest: Manifest, all: readonly Manifest[], table: Table): string[] {
  const { folder } = manifest
  const row = Object.entries(table).find(([key]) => matches(folder, key))?.[1]
  if (row === undefined) return [`no-row: ${folder} has no row in scripts/boundaries/table.ts`]
  const { any, types, tests } = allowed(row)
  const folderOf = (name: string) => all.find((other) => other.name === name)?.folder ?? name
  const refuse = (names: readonly string[], kind: string, may: readonly string[]) =>
    names
      .filter((name) => !may.some((key) => matches(folderOf(name), `packages/${key}`)))
      .map((name) => `package-table: ${folder}/package.json has ${name} in ${kind}`)
  return [
    ...refuse(manifest.dependencies, 'dependencies', [...any, ...types]),
    ...refuse(manifest.devDependencies, 'devDependencies', tests),
  ]
}

/** Every package of code takes part in every check: turbo passes over a task without a script. */
function missingScripts({ folder, scripts, private: hidden }: Manifest): string[] {
  if (folder === 'examples') return []
  const needed = hidden ? ['test', 'typecheck'] : ['build', 'test', 'typecheck', 'pack:check']
  return needed
    .filter((name) => !scripts.includes(name))
    .map((name) => `missing-script: ${folder}/package.json has no script \`${name}\``)
}

const matches = (folder: string, key: string) => new RegExp(`^${pattern(key)}$`).test(folder)

/** A way around among the packages, if there is one; turbo would refuse to start without a hint. */
function cycle(all: readonly Manifest[]): readonly string[] | undefined {
  const finished = new Set<string>()
  const visit = (name: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name]
    if (finished.has(name)) return undefined
    const manifest = all.find((other) => other.name === name)
    for (const next of [...(manifest?.dependencies ?? []), ...(manifest?.devDependencies ?? [])]) {
      const found = visit(next, [...trail, name])
      if (found) return found
    }
    finished.add(name)
    return undefined
  }
  for (const { name } of all) {
    const found = visit(name, [])
    if (found) return found
  }
  return undefined
}
