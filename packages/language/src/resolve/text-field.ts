import type { Field } from '@chainrule/core'

/** A text that is not empty: a path, the name of a column. */
export function text(required: string): Field<string> {
  return {
    required,
    default: undefined,
    optional: false,
    schema: { type: 'string', minLength: 1 },
    parse: (value) =>
      typeof value === 'string' && value !== ''
        ? { ok: true, value }
        : { ok: false, code: 'argument-type', required },
  }
}
