import { ChainruleError } from '@chainrule/core'

/** Whether a plugin refused what it was given, by an error of core: perhaps by one of its own copy, whose class is another. */
export function isRefusal(error: unknown): error is ChainruleError {
  if (error instanceof ChainruleError) return true
  try {
    if (!(error instanceof Error) || !error.name.endsWith('Error')) return false
    const { code, help } = error as { code?: unknown; help?: unknown }
    return (
      typeof code === 'string' &&
      'help' in error &&
      (help === undefined || typeof help === 'string')
    )
  } catch {
    return false
  }
}

/** What was thrown says of itself, whatever it is. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'what it throws cannot be read'
  }
}

/** The stack of what was thrown, if it has one that can be read. */
export function stackOf(error: unknown): string | undefined {
  try {
    return error instanceof Error && typeof error.stack === 'string' ? error.stack : undefined
  } catch {
    return undefined
  }
}
