/** Tells a person's mistake (exit 1) from ours (exit 2). */

/** Codes of exit. */
export const exits = { success: 0, mistake: 1, internal: 2 } as const

export interface ReportedError {
  readonly code: string
  readonly message: string
  readonly help: string | undefined
}

/** Every error that one of our packages throws for a person's mistake has a code; whatever has none is ours. */
export function reported(error: unknown): ReportedError | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return undefined
  if (/^E[A-Z]+$/.test(error.code)) return systemError(error.code, error.message)
  const help = 'help' in error && typeof error.help === 'string' ? error.help : undefined
  const message = error.message.split('\n')[0] ?? ''
  return error.code.startsWith('ERR_') || message.startsWith('internal:')
    ? undefined
    : { code: error.code, message, help }
}

/** What the operating system refuses. */
function systemError(code: string, message: string): ReportedError {
  return { code: 'system', message: message.replace(/\s+/g, ' '), help: `the system says ${code}` }
}
