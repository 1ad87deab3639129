/** What schemas of plugins and their files share. */
import * as v from 'valibot'

/** Whether a value that may be anything is an object of names, and no list. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The schema of such an object; valibot's own takes a list too. */
export const recordOf = <const V extends v.GenericSchema>(
  value: V,
  key: v.GenericSchema<string> = v.string(),
) => v.pipe(v.any(), v.check(isRecord, 'it must be an object of names'), v.record(key, value))

/** A name as the language's lexer takes it. */
export const written = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/,
    'it is none that a text can write: letters, digits and `_`, parts joined by `-`',
  ),
)

/** What is wrong, in words behind the name of what was looked at. */
export function problemIn(issue: v.BaseIssue<unknown>, outer: readonly string[] = []): string {
  const path = [...outer, ...(issue.path ?? []).map(({ key }) => String(key))]
  // Of a choice of several, the one that was meant is wrong further inside.
  const inner = issue.issues?.find((each) => each.path !== undefined)
  if (inner !== undefined) return problemIn(inner, path)
  const at = path.length === 0 ? '' : ` at \`${path.join('.')}\``
  return `is wrong${at}: ${whatIn(issue)}`
}

function whatIn({ kind, message, expected, received }: v.BaseIssue<unknown>): string {
  if (kind === 'validation') return message
  return received === 'undefined' ? 'it is missing' : `it must be ${expected}, and is ${received}`
}
