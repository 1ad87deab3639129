/** Tells a person's mistake (exit 1) from ours (exit 2). */
import { ChainruleError, printable } from '@chainrule/core'
import { type Console, printOwnError } from './console.ts'
import { exits } from './exits.ts'

export interface ReportedError {
  readonly code: string
  readonly message: string
  readonly help: string | undefined
  /** What the message speaks of, for programs. */
  readonly data: Readonly<Record<string, unknown>>
}

/** A person's mistake is a `ChainruleError`, or what the system refuses; whatever else is thrown is ours. */
export function reported(error: unknown): ReportedError | undefined {
  if (error instanceof ChainruleError) return reportedError(error)
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return undefined
  return /^E[A-Z]+$/.test(error.code) ? systemError(error.code, error.message) : undefined
}

export function reportedError({ code, message, help, data }: ChainruleError): ReportedError {
  return { code, message, help, data }
}

/** What the operating system refuses. */
function systemError(code: string, message: string): ReportedError {
  const help = `the system says ${code}`
  return { code: 'system', message: message.replace(/\s+/g, ' '), help, data: { system: code } }
}

/** Prints an error, without the signs by which words of others would steer the terminal. */
export function printError(console: Console, error: ReportedError, format: string): void {
  const { message, help } = error
  const shown = { message: printable(message), help: help && printable(help) }
  printOwnError(console, format === 'json' ? error : { ...error, ...shown }, format)
}

/** Tells a person's mistake, so that a command can go on with its next file; the code of exit. What is ours is thrown on. */
export function tellMistake(console: Console, error: unknown, format: string): number {
  const known = reported(error)
  if (known === undefined) throw error
  printError(console, known, format)
  return exits.mistake
}
