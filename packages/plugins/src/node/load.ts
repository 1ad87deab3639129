/** The code of a plugin, run for the first time. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { ChainruleError, type Plugin } from '@chainrule/core'
import { exports as exported } from 'resolve.exports'
import { withRefusableChance } from '../chance.ts'
import { changedSince, loadFailed, placesText, unusable } from '../errors.ts'
import { guarded, type Limit, TimeLimit } from '../guard.ts'
import { pluginsOfModule } from '../module-plugins.ts'
import type { HashedFiles } from './file-hash.ts'
import { installLine, type PackageJson } from './find-package.ts'
import { isInside } from './inside.ts'
import { keepToOwnFiles } from './own-files.ts'
import { ownPlaces } from './own-places.ts'

const require = createRequire(import.meta.url)

/** Milliseconds that one call of a plugin may take beside what its input is given: tracing takes a thousandth of it. */
const callLimit = 10_000

/** Of the files that were loaded in this process, by the first of them. */
const hashes = new Map<string, string>()

/** Code that is to run, and how it is watched. */
export interface Origin extends HashedFiles {
  /** As the text names it. */
  readonly name: string
  /** That of the package, or that in which a file of the person's own lies with the text. */
  readonly folder: string
  /** Milliseconds that one call may take; 10,000 where it is left out. */
  readonly timeout?: number | undefined
}

/**
 * All plugins that a module gives, watched: each by itself, in lists, or as its default.
 *
 * Errors     plugin-load-failed
 */
export async function pluginsIn(file: string, origin: Origin): Promise<Plugin[]> {
  const { name, hash, files, timeout = callLimit } = origin
  // Node loads a module once.
  if ((hashes.get(file) ?? hash) !== hash) throw changedSince(name)
  hashes.set(file, hash)
  keepToOwnFiles(file, origin)
  const module = await withRefusableChance(() => imported(file, origin))
  return withinLimit(origin, () => {
    const found = pluginsOfModule(name, module)
    const placesOf = (error: unknown): readonly string[] => ownPlaces(error, files)
    const watching = { package: name, limit: limitedTo(timeout), placesOf }
    return found.map((plugin) => guarded(plugin, watching))
  })
}

/** Does what a package's code may let fail, or never come to an end. Throws `plugin-load-failed`. */
export function withinLimit<T>(origin: Origin, run: () => T): T {
  try {
    return limitedTo(origin.timeout ?? callLimit)(run)
  } catch (error) {
    throw told(origin, error)
  }
}

/** `hint` says what to do where no line of a file of its own is to blame. */
function told({ name, files }: Origin, error: unknown, hint?: string): ChainruleError {
  if (error instanceof ChainruleError) return error
  if (error instanceof TimeLimit) return unusable(name, error.message)
  const places = ownPlaces(error, files)
  return loadFailed(name, error, places.length > 0 ? placesText(places) : hint)
}

async function imported(file: string, origin: Origin): Promise<object> {
  if (/\.[cm]?ts$/.test(file) && !process.features.typescript)
    throw unusable(
      origin.name,
      `Node ${process.versions.node} does not run TypeScript`,
      'take Node 22.18 or newer, or compile it to JavaScript',
    )
  const { timeout = callLimit } = origin
  try {
    // A module that never ends can be ended where it is required.
    return limitedTo(timeout)(() => require(file) as object)
  } catch (error) {
    if (!isAsynchronous(error)) throw told(origin, error, await hintFor(error, file))
  }
  try {
    return await settled(import(pathToFileURL(file).href) as Promise<object>, timeout)
  } catch (error) {
    throw told(origin, error)
  }
}

/** What helps where a file could not be imported. */
async function hintFor(error: unknown, file: string): Promise<string | undefined> {
  if (error instanceof SyntaxError) return `\`node --check ${file}\` shows the line`
  const [, missing] =
    /^Cannot find package '([^']+)'/.exec(error instanceof Error ? error.message : '') ?? []
  if (missing === undefined) return undefined
  return `install what it imports: \`${await installLine(dirname(file), missing)}\``
}

/** Whether a module cannot be required: it has an `await` of its own. */
const isAsynchronous = (error: unknown): boolean => codeOf(error) === 'ERR_REQUIRE_ASYNC_MODULE'

function codeOf(error: unknown): unknown {
  try {
    return error instanceof Error && 'code' in error ? error.code : undefined
  } catch {
    return undefined
  }
}

/** What is promised, if that is not left open for longer than a call may take. */
async function settled<T>(promised: Promise<T>, timeout: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeLimit()), timeout)
  })
  try {
    return await Promise.race([promised, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The file that `import` of the package leads to. */
export function entryOf(path: string, json: PackageJson, name: string): string {
  const wanted = wantedEntry(json)
  const file = join(path, wanted ?? 'index.js')
  // What is installed in the package is no file of its own.
  const isOwn = isInside(file, path) && !relative(path, file).split(sep).includes('node_modules')
  if (isOwn && existsSync(file)) return file
  throw unusable(
    name,
    `its package.json leads to ${wanted ?? 'no file'}, which is ${isOwn ? 'not there' : 'none of its own files'}`,
  )
}

function wantedEntry(json: PackageJson): string | undefined {
  try {
    const [found] = exported(json, '.') ?? []
    if (found !== undefined) return found
  } catch {}
  return typeof json.main === 'string' ? json.main : undefined
}

/** Under this name the script finds what it is to call. */
const called = Symbol.for('chainrule.limited-call')
const script = new Script("globalThis[Symbol.for('chainrule.limited-call')]()")

/** Ends a call that takes longer. V8 stops whatever the script has called, wherever that was written. */
export const limitedTo =
  (timeout: number): Limit =>
  (run, more = 0) => {
    const shared = globalThis as unknown as Record<symbol, unknown>
    const before = shared[called]
    let result: ReturnType<typeof run> | undefined
    let isThrown = false
    shared[called] = () => {
      try {
        result = run()
      } catch (error) {
        isThrown = true
        throw error
      }
    }
    try {
      script.runInThisContext({ timeout: Math.ceil(timeout + more), displayErrors: false })
    } catch (error) {
      // Nothing that is called can catch its own end.
      throw isThrown ? error : new TimeLimit()
    } finally {
      shared[called] = before
    }
    return result as ReturnType<typeof run>
  }
