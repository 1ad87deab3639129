import * as v from 'valibot'

/** Whether a value that may be anything is an object of names, and no list. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The schema of such an object; valibot's own takes a list too. */
export const recordOf = <const V extends v.GenericSchema>(
  value: V,
  key: v.GenericSchema<string> = v.string(),
) => v.pipe(v.any(), v.check(isRecord, 'it must be an object of names'), v.record(key, value))
