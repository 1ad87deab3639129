/** What can be wrong with a plugin that a text names; one builder a code. */
import { ChainruleError } from '@chainrule/core'
import { messageOf, stackOf } from './refusal.ts'

export function nameInvalid(name: string): ChainruleError {
  return new ChainruleError('plugin-name-invalid', `\`${name}\` names no plugin package`, {
    help: 'a plugin is called `chainrule-plugin-NAME` or `@SCOPE/chainrule-plugin-NAME`; a file of your own begins with `./`',
    data: { name },
  })
}

export function notInstalled(name: string, install: string): ChainruleError {
  return new ChainruleError('plugin-not-installed', `${name} is not installed for this file`, {
    help: `install it: \`${install}\``,
    data: { name, install },
  })
}

export function wrongVersion(
  name: string,
  required: string,
  came: string,
  install: string,
): ChainruleError {
  return new ChainruleError(
    'plugin-version',
    `the text asks for ${name} ${required}, and ${came} is installed`,
    { help: `install another: \`${install}\``, data: { name, required, came } },
  )
}

export function rangeInvalid(name: string, range: string): ChainruleError {
  return new ChainruleError('plugin-version', `\`${range}\` is no range of versions of ${name}`, {
    help: 'write it as npm does: `version="^2.1"`',
    data: { name, range },
  })
}

export function wrongApi(name: string, came: unknown, known: number): ChainruleError {
  const isNewer = typeof came === 'number' && came > known
  return new ChainruleError(
    'plugin-api',
    `${name} is written for API ${JSON.stringify(came)} of Chainrule, and this version has API ${known}`,
    {
      help: isNewer ? 'install a newer version of Chainrule' : `install a newer version of ${name}`,
      data: { name, came, known },
    },
  )
}

export function wrongCore(name: string, range: string, came: string): ChainruleError {
  return new ChainruleError(
    'plugin-api',
    `${name} is written for @chainrule/core ${range}, and this Chainrule has ${came}`,
    {
      help: `install a version of ${name} for it, or another Chainrule`,
      data: { name, range, came },
    },
  )
}

export function noPlugin(name: string): ChainruleError {
  return new ChainruleError('plugin-none', `${name} is installed, but it is no plugin`, {
    help: 'the package.json of a plugin has `"chainrule": { "api": 1, "manifest": "./chainrule.json" }`',
    data: { name },
  })
}

export function manifestInvalid(name: string, problem: string, cause?: unknown): ChainruleError {
  return new ChainruleError('plugin-manifest-invalid', `the manifest of ${name} ${problem}`, {
    help: 'its author writes it anew with `chainrule manifest`',
    data: { name },
    cause,
  })
}

export function manifestDiffers(name: string, differences: readonly string[]): ChainruleError {
  return new ChainruleError(
    'plugin-manifest-differs',
    `the manifest of ${name} says other things than its code: ${differences.join('; ')}`,
    {
      help: 'nothing was trained; its author writes the manifest anew with `chainrule manifest`',
      data: { name, differences },
    },
  )
}

export interface Untrusted {
  readonly name: string
  readonly version: string
  readonly path: string
  readonly hash: string
  /** Whether it is a file, which has no version. */
  readonly isFile: boolean
  /** What of the same name was trusted before. */
  readonly before: { readonly path: string; readonly hash: string } | undefined
}

export function untrusted(code: Untrusted): ChainruleError {
  const { name, version, path, hash, before, isFile } = code
  const title = isFile ? name : `${name} ${version}`
  return new ChainruleError(
    'plugin-untrusted',
    `${title} ${whyUntrusted(code)}, so it is not run`,
    {
      help: `look at ${path}, and trust it by \`--trust ${name}@${hash}\``,
      data: { name, version, path, hash, before: before?.hash },
    },
  )
}

function whyUntrusted({ path, hash, before }: Untrusted): string {
  if (before?.path === path) return 'has changed since it was trusted here'
  // Others of the same name, such as the `./mine.js` of another model, say nothing of it.
  return before?.hash === hash
    ? `was trusted at ${before.path}, and not here`
    : 'was never trusted here'
}

export function locked(
  name: string,
  lock: { readonly version: string; readonly hash: string },
  came: { readonly version: string; readonly hash: string },
): ChainruleError {
  const difference =
    lock.version === came.version
      ? `${name} ${came.version} has other files than`
      : `${name} ${came.version} is installed, and not ${lock.version}, as`
  return new ChainruleError(
    'plugin-locked',
    `${difference} \`chainrule.lock\` beside the model says`,
    {
      help: `install ${name}@${lock.version}, or take ${name} out of \`chainrule.lock\` to pin what is installed`,
      data: { name, lock, came },
    },
  )
}

/** What is kept of a plugin, the trust in it or its version, cannot be written. */
export function notKept(file: string, cause: unknown): ChainruleError {
  return new ChainruleError('plugin-not-kept', `${file} cannot be written`, {
    help: 'nothing was trained; make the folder writable, or train a copy that lies elsewhere',
    data: { file },
    cause,
  })
}

/** The files of a plugin are others than those that the process has loaded. */
export function changedSince(name: string): ChainruleError {
  return unusable(
    name,
    'its files have changed since this process loaded them',
    'start the process anew',
  )
}

/** A version is asked for of what has none. */
export function fileVersion(name: string): ChainruleError {
  return new ChainruleError('plugin-version', `${name} is a file, and has no version`, {
    help: 'leave `version=` out',
    data: { name },
  })
}

/** A file of a plugin loads one that nobody could see before it ran. */
export function loadsUnseen(name: string, specifier: string, file: string): ChainruleError {
  return new ChainruleError(
    'plugin-load-failed',
    `${name} could not be loaded: ${file} imports \`${specifier}\`, which is not among the files that were trusted`,
    {
      help: 'a plugin imports its own files by relative paths that are written out: `from "./helper.js"`',
      data: { name, specifier, file },
    },
  )
}

/** The code of a plugin can be run, and gives nothing that can be used; or it cannot be run here. */
export function unusable(
  name: string,
  problem: string,
  help = `${name} is to be mended by its author`,
): ChainruleError {
  return new ChainruleError('plugin-load-failed', `${name} could not be loaded: ${problem}`, {
    help,
    data: { name },
  })
}

/** Where something fails in files of a plugin, the innermost place first; empty where that is not known. */
export const placesText = (places: readonly string[]): string =>
  places.length === 0 ? '' : `it is at ${places.join(', called at ')}`

/** Of which some are empty, behind each other. */
const sentences = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join('; ')

/** The code of a plugin fails before any of its stages; `where` as `placesText` gives it. */
export function loadFailed(name: string, cause: unknown, where = ''): ChainruleError {
  return new ChainruleError(
    'plugin-load-failed',
    `${name} could not be loaded: ${messageOf(cause)}`,
    {
      help: sentences(where, 'it fails by itself, before anything of Chainrule runs'),
      data: { name, stack: stackOf(cause) },
      cause,
    },
  )
}

export interface Failure {
  /** As the text names it. */
  readonly package: string
  readonly plugin: string
  readonly stage: string
  /** As its author wrote the stage. */
  readonly stageText: string
  readonly what: string
  /** What its author may do. */
  readonly help?: string | undefined
  readonly where: string
  readonly cause: unknown
}

/** A stage of a plugin fails, or does what it may not. */
export function stageFailed({
  stageText,
  what,
  help = '',
  where,
  cause,
  ...rest
}: Failure): ChainruleError {
  const stack = stackOf(cause)
  return new ChainruleError(
    'plugin-failed',
    `${stageText} of \`${rest.plugin}\` (${rest.package}) ${what}`,
    {
      help: sentences(where, help, `${rest.package} is to be mended by its author`),
      data: { package: rest.package, plugin: rest.plugin, stage: rest.stage, stack },
      cause,
    },
  )
}
