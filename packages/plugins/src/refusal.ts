import { ChainruleError } from '@chainrule/core'

/** Whether a plugin refused what it was given, by an error of core: perhaps by one of its own copy, whose class is another. */
export const isRefusal = (error: unknown): error is ChainruleError =>
  error instanceof ChainruleError ||
  (error instanceof Error && error.name.endsWith('Error') && 'code' in error && 'help' in error)
