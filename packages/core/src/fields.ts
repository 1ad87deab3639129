/**
 * Fields: the typed arguments and options that plugins declare. A field turns what a person wrote into a value, or says
 * what is required, and describes itself as JSON Schema for manifests and editors.
 */
import type { Activation, Initializer, Schedule } from './configured.ts'

/** What the language or a caller hands over: words are strings, `20%` is 0.2, `3x3` is [3, 3]. */
export type RawValue = number | boolean | string | readonly RawValue[] | RawCall

/** `cosine(warmup=500)`: a plugin by name with arguments of its own. */
export interface RawCall {
  readonly call: string
  readonly positional: readonly RawValue[]
  readonly named: Readonly<Record<string, RawValue>>
}

export type PluginFieldKind = 'activation' | 'initializer' | 'schedule'

/** Finds the plugins that a field names; the registry is one. */
export interface Lookup {
  configure(kind: PluginFieldKind, call: RawCall): Parsed<unknown>
}

/** The value, or in the reader's words what is required: "a whole number from 1". */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false
      readonly code: 'argument-type' | 'argument-range' | 'argument-word'
      readonly required: string
      readonly words?: readonly string[]
    }

/** One typed argument or option: how its value is read, what is required, and its JSON Schema. */
export interface Field<T> {
  /** What is required, in the reader's words. */
  readonly required: string
  /** What is taken where nothing is written; a field without one must be written. */
  readonly default: RawValue | undefined
  readonly optional: boolean
  readonly schema: Readonly<Record<string, unknown>>
  parse(value: RawValue, lookup: Lookup): Parsed<T>
}

/** The arguments or the options of a plugin by their names. */
export type Fields = Readonly<Record<string, Field<unknown>>>

/** What a definition declares where it declares none. */
export type Empty = Record<never, never>

/** The configuration that a set of fields yields. */
export type ConfigOf<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

const accept = <T>(value: T): Parsed<T> => ({ ok: true, value })

/** What a field says of the value that is taken where nothing is written. */
function defaultOf(
  schema: Readonly<Record<string, unknown>>,
  fallback: RawValue | undefined,
): Pick<Field<unknown>, 'default' | 'optional' | 'schema'> {
  return fallback === undefined
    ? { default: fallback, optional: false, schema }
    : { default: fallback, optional: true, schema: { ...schema, default: fallback } }
}

interface Range {
  /** Smallest value allowed. */
  readonly from?: number
  /** Largest value allowed. */
  readonly to?: number
  /** The value must be greater than this. */
  readonly above?: number
  /** The value must be less than this. */
  readonly below?: number
}

function rangeText({ from, to, above, below }: Range): string {
  const parts = [
    from === undefined ? '' : ` from ${from}`,
    above === undefined ? '' : ` above ${above}`,
    to === undefined ? '' : ` up to ${to}`,
    below === undefined ? '' : ` below ${below}`,
  ]
  return parts.join('')
}

function inRange(value: number, { from = -Infinity, to = Infinity, above, below }: Range): boolean {
  return (
    value >= from &&
    value <= to &&
    (above === undefined || value > above) &&
    (below === undefined || value < below)
  )
}

function rangeSchema({ from, to, above, below }: Range): Record<string, number> {
  return {
    ...(from === undefined ? {} : { minimum: from }),
    ...(to === undefined ? {} : { maximum: to }),
    ...(above === undefined ? {} : { exclusiveMinimum: above }),
    ...(below === undefined ? {} : { exclusiveMaximum: below }),
  }
}

function numeric(
  noun: string,
  type: 'integer' | 'number',
  { default: fallback, ...range }: Range & { default?: number },
): Field<number> {
  const required = `${noun}${rangeText(range)}`
  return {
    required,
    ...defaultOf({ type, ...rangeSchema(range) }, fallback),
    parse: (value) => {
      const fits =
        typeof value === 'number' &&
        Number.isFinite(value) &&
        (type === 'number' || Number.isInteger(value))
      if (!fits) return { ok: false, code: 'argument-type', required }
      return inRange(value, range) ? accept(value) : { ok: false, code: 'argument-range', required }
    },
  }
}

/** A whole number. */
export function integer(options: Range & { default?: number } = {}): Field<number> {
  return numeric('a whole number', 'integer', options)
}

/** A whole number from 1. */
export function positiveInteger(options: { default?: number } = {}): Field<number> {
  return integer({ from: 1, to: 0x7fff_ffff, ...options })
}

/** A finite number. */
export function number(options: Range & { default?: number } = {}): Field<number> {
  return numeric('a number', 'number', options)
}

/** A number from 0 up to, and without, 1. */
export function rate(options: { default?: number } = {}): Field<number> {
  return number({ from: 0, below: 1, ...options })
}

/** `true` or `false`. */
export function boolean({ default: fallback }: { default?: boolean } = {}): Field<boolean> {
  const required = '`true` or `false`'
  return {
    required,
    ...defaultOf({ type: 'boolean' }, fallback),
    parse: (value) =>
      typeof value === 'boolean' ? accept(value) : { ok: false, code: 'argument-type', required },
  }
}

/** One of a few words. */
export function word<const W extends string>(
  words: readonly W[],
  options: { default?: W } = {},
): Field<W> {
  const required = `one of ${words.map((w) => `\`${w}\``).join(', ')}`
  return {
    required,
    ...defaultOf({ enum: words }, options.default),
    parse: (value) => {
      const found = words.find((candidate) => candidate === value)
      return found === undefined
        ? { ok: false, code: 'argument-word', required, words }
        : accept(found)
    },
  }
}

/** A list whose items are all of one kind. */
export function listOf<T>(
  item: Field<T>,
  options: { default?: readonly RawValue[] } = {},
): Field<readonly T[]> {
  const required = `a list in \`[ ]\`, each item ${item.required}`
  return {
    required,
    ...defaultOf({ type: 'array', items: item.schema }, options.default),
    parse: (value, lookup) => {
      if (!Array.isArray(value)) return { ok: false, code: 'argument-type', required }
      const items = (value as readonly RawValue[]).map((element) => item.parse(element, lookup))
      const wrong = items.find((parsed) => !parsed.ok)
      if (wrong !== undefined && !wrong.ok) return { ...wrong, required }
      return accept(items.flatMap((parsed) => (parsed.ok ? [parsed.value] : [])))
    },
  }
}

/** The same field, which may be left out and is then `undefined`. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  const { default: _, ...schema } = field.schema
  return { ...field, default: undefined, optional: true, schema }
}

function pluginField<T>(kind: PluginFieldKind, options: { default?: RawValue }): Field<T> {
  const required = `${kind === 'activation' || kind === 'initializer' ? 'an' : 'a'} ${kind}`
  return {
    required,
    ...defaultOf({ kind }, options.default),
    parse: (value, lookup) => {
      const call = asCall(value)
      if (call === undefined) return { ok: false, code: 'argument-type', required }
      return lookup.configure(kind, call) as Parsed<T>
    },
  }
}

/** A word alone, or a call. */
export function asCall(value: RawValue): RawCall | undefined {
  if (typeof value === 'string') return { call: value, positional: [], named: {} }
  return typeof value === 'object' && 'call' in value ? value : undefined
}

/** An activation by name, `relu` or `leaky-relu(slope=0.2)`. */
export function activation(options: { default?: RawValue } = {}): Field<Activation> {
  return pluginField('activation', options)
}

/** An initializer by name, `he-normal` or `uniform(-0.1, 0.1)`. */
export function initializer(options: { default?: RawValue } = {}): Field<Initializer> {
  return pluginField('initializer', options)
}

/** A learning-rate schedule by name, `cosine(warmup=500)`. */
export function schedule(options: { default?: RawValue } = {}): Field<Schedule> {
  return pluginField('schedule', options)
}
