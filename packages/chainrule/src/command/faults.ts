/** Errors that nobody has foreseen: our own, and those of code that runs beside a command. */
import type { Console } from './console.ts'
import { printError, type ReportedError } from './errors.ts'
import { exits } from './exits.ts'

/** What the text calls the plugins whose code has run in this process. */
export const ran = new Set<string>()

/** A mistake of ours; the code of exit. */
export function tellFault(console: Console, error: unknown, format: string): number {
  printError(console, ours(messageOf(error)), format)
  tellStack(console, error)
  return exits.internal
}

/** An error that nobody waited for: that of code of others, if some has run. */
export function tellUncaught(console: Console, error: unknown, format: string): number {
  if (ran.size === 0) return tellFault(console, error, format)
  printError(console, ofPlugins(`failed where nobody had asked it: ${messageOf(error)}`), format)
  tellStack(console, error)
  return exits.mistake
}

/** The process ends before the command has. */
export function tellUnended(console: Console, format: string): number {
  if (ran.size === 0) return tellFault(console, 'the command did not end', format)
  printError(console, ofPlugins('ended the process, or waits for what never comes'), format)
  return exits.mistake
}

const ours = (message: string): ReportedError => ({
  code: 'internal',
  message: message.replace(/\s+/g, ' '),
  help: 'this is a mistake of Chainrule: please report it with the file that led to it',
  data: {},
})

function ofPlugins(what: string): ReportedError {
  const plugins = [...ran]
  return {
    code: 'plugin-failed',
    message: `code of ${plugins.join(', ')} ${what}`,
    help: 'the command was not finished; CHAINRULE_DEBUG=1 shows where it was',
    data: { plugins },
  }
}

function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'what was thrown cannot be read'
  }
}

function tellStack(console: Console, error: unknown): void {
  if (process.env['CHAINRULE_DEBUG'] !== undefined && error instanceof Error)
    console.err(`${error.stack}\n`)
}
