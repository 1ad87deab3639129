/** The plugins that a text names: what their manifests say, or their code, after the person was asked. */
import { dirname } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { ChainruleError } from '@chainrule/core'
import { printable } from '@chainrule/language'
import type { PluginSource } from '@chainrule/plugins'
import type { Candidate } from '@chainrule/plugins/node'
import { type Console, styled } from './console.ts'
import { ran } from './faults.ts'

export interface PluginOptions {
  /** `NAME@HASH`: what is run in this call without a question. */
  readonly trust?: readonly string[]
}

/** Finds the plugins of a model file; where they are to run, the person is asked, if there is one. */
export function pluginsFor(
  path: string,
  { trust = [] }: PluginOptions = {},
  console?: Console,
): PluginSource {
  const trusted = new Map(trust.map(readTrust))
  let source: PluginSource | undefined
  return {
    find: async (wanted, runs) => {
      const { installedPlugins } = await import('@chainrule/plugins/node')
      const ask = console?.live === true && process.stdin.isTTY ? { ask: askOf(console) } : {}
      source ??= installedPlugins(dirname(path), { trust: trusted, ...ask })
      if (runs) ran.add(wanted.name)
      return source.find(wanted, runs)
    },
  }
}

function readTrust(given: string): [name: string, hash: string] {
  const at = given.lastIndexOf('@')
  const [name, hash] = [given.slice(0, at), given.slice(at + 1)]
  if (at > 0 && /^[0-9a-f]{64}$/.test(hash)) return [name, hash]
  throw new ChainruleError('usage', `\`--trust ${given}\` is not NAME@HASH`, {
    help: 'the hash has 64 hexadecimal digits; the error of a plugin that is not trusted says it',
  })
}

/** Why a person is asked, and what would be run. A stranger's package may not write over it. */
export function questionAbout(console: Pick<Console, 'color'>, candidate: Candidate): string {
  const label = (text: string): string => styled(console, 'dim', text.padEnd(8))
  return `
${styled(console, 'bold', `${printable(candidate.name)} ${whyAsked(candidate)}.`)}
  ${label('version')} ${printable(candidate.version)}
  ${label('path')} ${printable(candidate.path)}
  ${label('hash')} ${candidate.hash}

It can do all that you can on this machine, and so can what it depends on.
`
}

function whyAsked({ path, hash, before }: Candidate): string {
  if (before === undefined) return 'is code that this model runs, and you have not trusted it yet'
  const known = `(${printable(before.version)}, ${before.hash.slice(0, 12)}…)`
  if (before.path === path) return `has changed since you trusted it ${known}`
  const place = printable(before.path)
  return before.hash === hash
    ? `is code that this model runs, and you have trusted the same files at ${place}, not here`
    : `is code that this model runs, and what you have trusted of that name is another, at ${place} ${known}`
}

/** Shows what would be run, and asks. Running a plugin is running code: it may do all that the person may. */
const askOf =
  (console: Console) =>
  async (candidate: Candidate): Promise<boolean> => {
    console.err(questionAbout(console, candidate))
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      const answer = await lines.question(
        'Run it, now and as long as it stays as and where it is? [y/N] ',
      )
      return /^y(es)?$/i.test(answer.trim())
    } catch {
      // Ctrl-C, of which whoever reads a line hears first, is no consent either.
      console.err('\n')
      return false
    } finally {
      lines.close()
    }
  }
