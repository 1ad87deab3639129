/** Writes a package for a plugin from the template. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { identifierOf, wrongWithIdentifier, wrongWithName, wrongWithScope } from './names.ts'

/** The kinds of plugins; a test holds them against those of core, which this package does without. */
export const kinds = [
  'layer',
  'activation',
  'loss',
  'optimizer',
  'schedule',
  'initializer',
  'metric',
  'reader',
] as const
export type PluginKind = (typeof kinds)[number]

export interface Choices {
  /** As a text calls it: `swiglu`. */
  readonly name: string
  readonly kind: PluginKind
  /** A scope on npm, with or without `@`. */
  readonly scope?: string
  /** Where the package is written; a folder of its own name where left out. */
  readonly folder?: string
}

/** The name without what every package of a plugin begins with. */
export const shortName = (given: string): string => given.replace(/^chainrule-plugin-/, '')

export function packageName({ name, scope }: Pick<Choices, 'name' | 'scope'>): string {
  const own = `chainrule-plugin-${name}`
  return scope === undefined || scope === '' ? own : `@${scope.replace(/^@/, '')}/${own}`
}

/** Writes the package and says which files; throws where something is in the way, and writes nothing then. */
export function create({ name, kind, scope, folder }: Choices): {
  readonly folder: string
  readonly files: readonly string[]
} {
  const files = ['common', kind].flatMap((part) => templateFiles(join(template, part)))
  const problem = wrongWithName(name) ?? wrongWithScope(scope) ?? wrongWithIdentifier(name, files)
  if (problem !== undefined) throw new Error(problem)
  const target = folder ?? `chainrule-plugin-${name}`
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new Error(`the folder ${target} is there already, and not empty`)
  const words = wordsFor({ name, kind, ...(scope === undefined ? {} : { scope }) })
  for (const { path, text } of files) {
    const file = join(target, filled(targetName(path), words))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, filled(text, words))
  }
  return { folder: target, files: files.map(({ path }) => filled(targetName(path), words)).sort() }
}

// The same from the sources and from `dist`.
const template = fileURLToPath(new URL('../template', import.meta.url))

function templateFiles(folder: string, at = folder): { path: string; text: string }[] {
  return readdirSync(at, { withFileTypes: true }).flatMap((entry) => {
    const path = join(at, entry.name)
    if (entry.isDirectory()) return templateFiles(folder, path)
    return [{ path: relative(folder, path), text: readFileSync(path, 'utf8') }]
  })
}

/** npm packs no `.gitignore`, and tools take a package.json or a configuration for one of this package. */
const targetName = (path: string): string =>
  path.replace(/(^|[\\/])_dot_/, '$1.').replace(/(^|[\\/])_(?!_)/, '$1')

type Words = Readonly<Record<string, string>>

function wordsFor({ name, kind, scope }: Omit<Choices, 'folder'>): Words {
  const own = {
    name,
    kind,
    identifier: identifierOf(name),
    package: packageName({ name, ...(scope === undefined ? {} : { scope }) }),
  }
  return { ...own, ...versions() }
}

/** The versions of our packages that this one was published with. */
function versions(): Words {
  const file = fileURLToPath(new URL('../package.json', import.meta.url))
  const { devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
    devDependencies: Record<string, string>
  }
  return Object.fromEntries(
    Object.entries(devDependencies).map(([name, range]) => [`version of ${name}`, range]),
  )
}

function filled(text: string, words: Words): string {
  return text.replace(/__([a-z@][a-z @/-]*?)__/g, (whole, word: string) => words[word] ?? whole)
}
