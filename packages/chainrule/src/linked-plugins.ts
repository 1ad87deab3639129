/** The plugins that a text and the files it uses name, found through a source that the host brings. */
import { ChainruleError, type Plugin, type Registry } from '@chainrule/core'
import { type File, joinPaths, namesFile, namesIn, type Use, type Used } from '@chainrule/language'
import type { PluginSource, Wanted } from '@chainrule/plugins'
import { type AnyDiagnostic, dataDiagnostic } from './diagnostics.ts'
import { pluginNameUnknown, pluginTwice } from './errors.ts'

export interface LinkedPlugins {
  /** That of the caller and what the text's plugins give, under the names by which the text calls them. */
  readonly registry: Registry
  readonly uses: ReadonlyMap<Use, Used>
  readonly diagnostics: readonly AnyDiagnostic[]
  /** Whether some of them are only described, so that nothing can be run. */
  readonly areDescribed: boolean
  /** Readers that are only described, by the names that the text calls them. */
  readonly describedReaders: ReadonlySet<string>
  /** Layers whose shape is known only when they run, by the names that the text calls them. */
  readonly shapeless: ReadonlySet<string>
}

/** A file that may name plugins, and its path from the main file's folder. */
export interface UsingFile {
  readonly ast: File
  readonly path: string
}

/** Finds the plugins of every `use` that names some, with their code where it `runs`; without a source none is found. */
export async function linkPlugins(
  files: readonly UsingFile[],
  registry: Registry,
  source: PluginSource | undefined,
  runs: boolean,
): Promise<LinkedPlugins> {
  const found = files.flatMap(({ ast, path }) =>
    ast.body.statements.flatMap((node) =>
      node.kind === 'use' && !namesFile(node) ? [{ node, path }] : [],
    ),
  )
  if (source === undefined || found.length === 0) return { ...none, registry }
  const linker = new PluginLinker(registry, source, runs)
  for (const { node, path } of found) await linker.use(node, path)
  return linker
}

const none: Omit<LinkedPlugins, 'registry'> = {
  ...{ uses: new Map(), diagnostics: [], areDescribed: false },
  ...{ describedReaders: new Set(), shapeless: new Set() },
}

class PluginLinker implements LinkedPlugins {
  readonly registry: Registry
  readonly uses = new Map<Use, Used>()
  readonly diagnostics: AnyDiagnostic[] = []
  areDescribed = false
  readonly describedReaders = new Set<string>()
  readonly shapeless = new Set<string>()
  readonly #source: PluginSource
  readonly #runs: boolean
  /** Which package or file gave a name. */
  readonly #givers = new Map<string, string>()

  constructor(registry: Registry, source: PluginSource, runs: boolean) {
    this.registry = registry.copy()
    this.#source = source
    this.#runs = runs
  }

  /** `path` is that of the file in which it stands. */
  async use(node: Use, path: string): Promise<void> {
    const { source } = node
    const wanted = wantedBy(node, path)
    try {
      const found = await this.#source.find(wanted, this.#runs)
      const { plugins, described, shapeless = [], unknown } = found
      this.uses.set(node, { areKnown: plugins !== undefined })
      if (unknown !== undefined) {
        const { fileUnchecked } = await import('./unchecked.ts')
        this.diagnostics.push(fileUnchecked(node, unknown))
      }
      if (described) this.areDescribed = true
      for (const plugin of chosen(plugins ?? [], node, this.diagnostics)) {
        this.#add(plugin, node, wanted.name)
        const name = calledIn(node, plugin)
        if (described && plugin.kind === 'reader') this.describedReaders.add(name)
        if (plugin.kind === 'layer' && shapeless.includes(plugin.name)) this.shapeless.add(name)
      }
    } catch (error) {
      if (!(error instanceof ChainruleError)) throw error
      this.uses.set(node, { areKnown: false })
      this.diagnostics.push(dataDiagnostic('error', error, source.span))
    }
  }

  /** `from` is the package or file as the main one's folder calls it: two files may write one path and mean two. */
  #add(plugin: Plugin, node: Use, from: string): void {
    const name = calledIn(node, plugin)
    const key = `${plugin.kind} ${name}`
    const giver = this.#givers.get(key)
    // Two files of one model may use the same package.
    if (giver === from) return
    if (this.registry.find(plugin.kind, name) === undefined) {
      this.registry.register(name === plugin.name ? plugin : { ...plugin, name })
      this.#givers.set(key, from)
      return
    }
    const { value, span } = node.source
    const error = pluginTwice(plugin.kind, name, { written: value, from }, giver)
    this.diagnostics.push(dataDiagnostic('error', error, span))
  }
}

/** How the text of a `use` calls a plugin. */
const calledIn = ({ as }: Use, { name }: Plugin): string =>
  as === undefined ? name : `${as.text}.${name}`

function wantedBy({ source, options }: Use, path: string): Wanted {
  const version = options.find(({ name }) => name?.text === 'version')?.value
  const range = version?.kind === 'text' ? version.value : undefined
  // A file of the person's own is found from the file that names it, and called after the main one's folder.
  const { value } = source
  const name = /^\.{1,2}\//.test(value) ? `./${joinPaths(path, value)}` : value
  return { name, ...(range === undefined ? {} : { version: range }) }
}

/** Those of a package that the text takes: all, or what `only` lists. */
function chosen(
  plugins: readonly Plugin[],
  { only, source }: Use,
  diagnostics: AnyDiagnostic[],
): readonly Plugin[] {
  if (only === undefined || plugins.length === 0) return plugins
  const names = new Set(plugins.map(({ name }) => name))
  const wanted = namesIn(only)
  for (const { name, span } of wanted) {
    if (names.has(name)) continue
    const error = pluginNameUnknown(name, source.value, [...names])
    diagnostics.push(dataDiagnostic('error', error, span))
  }
  return plugins.filter(({ name }) => wanted.some((each) => each.name === name))
}
