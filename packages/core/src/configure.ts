/** Fills in a plugin's arguments from what a person wrote, and collects every mistake. */
import type { Config } from './configured.ts'
import type { Field, Fields, Lookup, Parsed, RawCall, RawValue } from './fields.ts'

/** One mistake, placed at an argument: the position or name of what was written, or the call as a whole. */
export interface ArgumentProblem {
  readonly code:
    | 'argument-missing'
    | 'argument-type'
    | 'argument-range'
    | 'argument-word'
    | 'argument-unknown'
    | 'argument-extra'
    | 'argument-twice'
  readonly at: { readonly position: number } | { readonly name: string } | undefined
  readonly message: string
  /** Names that would have been right, for "did you mean". */
  readonly candidates: readonly string[]
}

/** What `configure` needs of a plugin: its name and its fields. */
export interface Configurable {
  readonly name: string
  readonly arguments: Fields
  readonly options: Fields
}

/** The values of a plugin's fields, and what is wrong with what was written. */
export interface Configuration {
  readonly config: Config
  readonly problems: readonly ArgumentProblem[]
}

/** Reads positional and named arguments by the plugin's fields; with problems the configuration is incomplete. */
export function configure(
  plugin: Configurable,
  { positional, named }: Omit<RawCall, 'call'>,
  lookup: Lookup,
): Configuration {
  const problems: ArgumentProblem[] = []
  const config: Record<string, unknown> = {}
  const order = Object.keys(plugin.arguments)

  const read = (
    name: string,
    field: Field<unknown>,
    value: RawValue,
    at: ArgumentProblem['at'],
  ): void => {
    const parsed: Parsed<unknown> = field.parse(value, lookup)
    if (parsed.ok) config[name] = parsed.value
    else {
      const message = `\`${name}\` of \`${plugin.name}\` must be ${parsed.required}, not ${formatRaw(value)}`
      problems.push({ code: parsed.code, at, message, candidates: parsed.words ?? [] })
    }
  }

  positional.forEach((value, position) => {
    const name = order[position]
    const field = name === undefined ? undefined : fieldOf(plugin, name)
    if (name === undefined || field === undefined) {
      problems.push(extraArgument(plugin, order, value, position))
    } else {
      read(name, field, value, { position })
    }
  })
  for (const [name, value] of Object.entries(named)) {
    const field = fieldOf(plugin, name)
    if (field === undefined) {
      problems.push(unknownArgument(plugin, name))
    } else if (order.slice(0, positional.length).includes(name)) {
      const message = `\`${name}\` of \`${plugin.name}\` is given twice, by position and by name`
      problems.push({ code: 'argument-twice', at: { name }, message, candidates: [] })
    } else {
      read(name, field, value, { name })
    }
  }
  const fill = (name: string): void => {
    const field = fieldOf(plugin, name)
    if (field === undefined || Object.hasOwn(named, name)) return
    if (field.default !== undefined) read(name, field, field.default, undefined)
    else if (field.optional) config[name] = undefined
    else {
      const message = `\`${plugin.name}\` needs \`${name}\`: ${field.required}`
      problems.push({ code: 'argument-missing', at: undefined, message, candidates: [] })
    }
  }
  for (const name of order.slice(positional.length)) fill(name)
  for (const name of Object.keys(plugin.options))
    if (!Object.hasOwn(plugin.arguments, name)) fill(name)
  return { config, problems }
}

// The two tables are not joined: a model of many layers would join them for each.
function fieldOf(
  { arguments: args, options }: Configurable,
  name: string,
): Field<unknown> | undefined {
  if (Object.hasOwn(options, name)) return options[name]
  return Object.hasOwn(args, name) ? args[name] : undefined
}

function extraArgument(
  plugin: Configurable,
  order: readonly string[],
  value: RawValue,
  position: number,
): ArgumentProblem {
  const takes =
    order.length === 0 ? 'no arguments' : `only ${order.map((name) => `\`${name}\``).join(', ')}`
  const options = Object.keys(plugin.options)
  const hint =
    options.length === 0
      ? ''
      : `; by name it also takes ${options.map((name) => `\`${name}=\``).join(', ')}`
  const message = `\`${plugin.name}\` takes ${takes} without a name, so ${formatRaw(value)} is too many${hint}`
  return { code: 'argument-extra', at: { position }, message, candidates: [] }
}

function unknownArgument(plugin: Configurable, name: string): ArgumentProblem {
  const names = Object.keys({ ...plugin.arguments, ...plugin.options })
  const known =
    names.length === 0
      ? 'it takes none'
      : `it takes ${names.map((known) => `\`${known}\``).join(', ')}`
  const message = `\`${plugin.name}\` has no argument \`${name}\`: ${known}`
  return { code: 'argument-unknown', at: { name }, message, candidates: names }
}

/** A raw value as a person would have written it, in backticks for a message. */
export function formatRaw(value: RawValue): string {
  return `\`${rawText(value)}\``
}

/** A raw value as a person would have written it. */
export function rawText(value: RawValue): string {
  if (typeof value !== 'object') return String(value)
  if (!('call' in value)) return `[${value.map(rawText).join(', ')}]`
  const named = Object.entries(value.named).map(([name, v]) => `${name}=${rawText(v)}`)
  return `${value.call}(${[...value.positional.map(rawText), ...named].join(', ')})`
}
