/** Plugins under Node: where they are installed, whether the person trusts them, and their code. */
import { realpathSync } from 'node:fs'
import { sep } from 'node:path'
import type { ChainruleError, Plugin } from '@chainrule/core'
import { fileVersion, manifestDiffers, untrusted } from './errors.ts'
import { type Manifest, manifestOf } from './manifest.ts'
import { differences } from './manifest-differences.ts'
import { filesIn, type HashedFiles } from './node/file-hash.ts'
import { fileManifest } from './node/file-manifest.ts'
import { findPackage } from './node/find-package.ts'
import { entryOf, pluginsIn, withinLimit } from './node/load.ts'
import { findFile } from './node/local-file.ts'
import { LockFile } from './node/lock.ts'
import { type Trusted, TrustStore } from './node/trust.ts'
import type { FoundPlugins, PluginSource, Wanted } from './source.ts'
import { standIn } from './stand-in.ts'

export { filesIn, folderHash, type HashedFiles } from './node/file-hash.ts'
export { fileManifestPath, fileManifestText } from './node/file-manifest.ts'
export {
  findPackage,
  installedNames,
  type PackageJson,
  type PluginPackage,
} from './node/find-package.ts'
export { entryOf, limitedTo, type Origin, pluginsIn, withinLimit } from './node/load.ts'
export { filesOf } from './node/local-file.ts'
export { configurationFolder, type Trusted, TrustStore } from './node/trust.ts'

/** Whether a `use` names a file of the person's own. */
const isFile = (name: string): boolean => /^\.{0,2}[\\/]/.test(name)

/** Code that is to run, as the person is asked about it. */
export interface Candidate {
  readonly name: string
  readonly version: string
  readonly path: string
  readonly hash: string
  /** What was trusted of this name before: other files at this path, or what lies elsewhere. */
  readonly before: Pick<Trusted, 'version' | 'hash' | 'path'> | undefined
}

export interface RunOptions {
  /** Asks the person; without it nothing is run that is not trusted yet. */
  readonly ask?: (candidate: Candidate) => Promise<boolean>
  /** What the person trusts for this run: the hash by the name. */
  readonly trust?: ReadonlyMap<string, string>
  readonly store?: TrustStore
  /** Milliseconds that one call of a plugin may take beside what its input is given; 10,000 where it is left out. */
  readonly timeout?: number
}

/**
 * The plugins that are installed for a folder. Where a model is only looked at, their manifests speak for them; what a file
 * of the person's own gives is known only when it runs, or where `chainrule manifest` has written one beside it. Where the
 * model runs, so does their code, if the person trusts exactly these files at their place, which is asked once and
 * remembered. `chainrule.lock` in the folder pins what was run.
 *
 * Errors     those of `findPackage` and `findFile`; plugin-untrusted, plugin-locked, plugin-load-failed,
 *            plugin-manifest-differs; plugin-version, where one is asked for of a file
 */
export function installedPlugins(folder: string, options: RunOptions = {}): PluginSource {
  const lock = new LockFile(folder)
  const loaded = new Map<string, Promise<Plugin[]>>()
  const load = async ({ name, version }: Wanted): Promise<Plugin[]> => {
    const look = async (): Promise<Code> =>
      isFile(name) ? localCode(folder, name) : await packageCode(folder, name, version)
    const code = await look()
    if (code.isPinned) lock.check(name, code)
    if ((await consent(code, options)) === 'asked') {
      // While the person thought it over, the files may have become others.
      const now = await look()
      if (now.hash !== code.hash) throw refusal({ ...now, before: code })
    }
    const plugins = await run(code, options.timeout)
    if (code.isPinned) lock.pin(name, code)
    return plugins
  }
  return {
    find: async (wanted, runs) => {
      const { name, version } = wanted
      if (isFile(name) && version !== undefined) throw fileVersion(name)
      if (!runs) return described(folder, wanted)
      const key = `${name}@${version ?? ''}`
      const plugins = loaded.get(key) ?? load(wanted)
      loaded.set(key, plugins)
      return { plugins: await plugins, described: false }
    },
  }
}

async function described(folder: string, wanted: Wanted): Promise<FoundPlugins> {
  if (!isFile(wanted.name)) return standInsOf((await findPackage(folder, wanted)).manifest)
  const { path, hash } = findFile(folder, wanted.name)
  const written = fileManifest(path, wanted.name)
  if (written?.hash === hash) return standInsOf(written)
  const unknown = written === undefined ? 'no-manifest' : 'old-manifest'
  return { plugins: undefined, described: true, unknown }
}

function standInsOf({ plugins }: Manifest): FoundPlugins {
  const shapeless = plugins.flatMap((each) =>
    each.kind === 'layer' && each.shape === undefined ? [each.name] : [],
  )
  return { plugins: plugins.map(standIn), described: true, shapeless }
}

interface Code extends Omit<Candidate, 'before'>, HashedFiles {
  /** What is installed is pinned; what the person works on, a file or a linked package, changes all the time. */
  readonly isPinned: boolean
  /** As `Origin` has it. */
  readonly folder: string
  /** The file that is to be run. */
  entry(): string
  /** What is written of it, where it holds for these files. */
  readonly manifest: Manifest | undefined
}

async function packageCode(
  folder: string,
  name: string,
  version: string | undefined,
): Promise<Code> {
  const found = await findPackage(folder, { name, ...(version === undefined ? {} : { version }) })
  const { path, json, manifest } = found
  return {
    ...{ name, version: found.version, path, folder: path, manifest, ...filesIn(path) },
    isPinned: path.split(sep).includes('node_modules'),
    entry: () => entryOf(path, json, name),
  }
}

function localCode(folder: string, name: string): Code {
  const found = findFile(folder, name)
  const { path, hash } = found
  const written = fileManifest(path, name)
  const manifest = written?.hash === hash ? written : undefined
  const own = { version: 'as it is', folder: realpathSync(folder), isPinned: false }
  return { ...found, ...own, name, manifest, entry: () => path }
}

/** Loads the plugins, if their manifest says of them what the code says. */
async function run(
  { name, folder, hash, files, entry, manifest }: Code,
  timeout?: number,
): Promise<Plugin[]> {
  const origin = { name, folder, hash, files, timeout }
  const plugins = await pluginsIn(entry(), origin)
  if (manifest === undefined) return plugins
  const wrong = differences(
    manifest,
    withinLimit(origin, () => manifestOf(plugins)),
  )
  if (wrong.length > 0) throw manifestDiffers(name, wrong)
  return plugins
}

/** Whether the person had agreed before, or has now been asked; throws where they do not agree. */
async function consent(
  { name, version, path, hash }: Code,
  { ask, trust, store = new TrustStore() }: RunOptions,
): Promise<'known' | 'asked'> {
  // What is trusted for one run is not remembered.
  if (store.has({ name, hash, path }) || trust?.get(name) === hash) return 'known'
  const candidate = { name, version, path, hash, before: store.last(name, path) }
  if ((await ask?.(candidate)) !== true) throw refusal(candidate)
  store.add({ name, version, path, hash })
  return 'asked'
}

const refusal = (candidate: Candidate): ChainruleError =>
  untrusted({ ...candidate, isFile: isFile(candidate.name) })
