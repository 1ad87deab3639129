/** Tells a person's mistake (exit 1) from ours (exit 2). */
import { ChainruleError } from '@chainrule/core'

/** Codes of exit. */
export const exits = { success: 0, mistake: 1, internal: 2 } as const

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
