import { asCall, type Field, type Fields, type RawValue, type Registry } from '@chainrule/core'
import type { Argument, Value } from '../ast.ts'
import type { Edit } from '../diagnostic.ts'
import { nameText } from '../word.ts'
import { type FieldKind, pluginKindOf } from './arguments.ts'
import { pathText } from './evaluate.ts'

/** Defaults as a person would have written them: arguments that were left out, also those of plugins among them. */

/** What takes arguments: a layer, or a plugin that stands among the arguments of another. */
export interface Taker {
  readonly arguments: Fields
  readonly options: Fields
}

/** Where defaults are looked up. */
export interface DefaultsContext {
  readonly registry: Registry
  /** Names of constants and parameters, which are no plugins even where they are called like one. */
  readonly constants: ReadonlySet<string>
  /** What stands for every initializer that is left out: that of `init`. */
  readonly init: RawValue | undefined
  /** Initializers that are left out stay so: other files say what stands for them. */
  readonly leavesInit?: boolean
}

const fieldOf = (taker: Taker, name: string): Field<unknown> | undefined =>
  taker.options[name] ?? taker.arguments[name]

/** `slope=0.01`: what is left out and has a default, in the order of its declaration. */
function missing(
  taker: Taker,
  positional: number,
  named: ReadonlySet<string>,
  context: DefaultsContext,
): string[] {
  const order = Object.keys(taker.arguments)
  const names = new Set([...order.slice(positional), ...Object.keys(taker.options)])
  for (const name of order.slice(0, positional)) names.delete(name)
  return [...names].flatMap((name) => {
    const field = fieldOf(taker, name)
    if (field === undefined || named.has(name)) return []
    const isDrawn = pluginKindOf(field) === 'initializer' && Object.hasOwn(taker.options, name)
    if (isDrawn && context.leavesInit === true) return []
    const usual = isDrawn ? (context.init ?? field.default) : field.default
    const isPlugin = usual !== undefined && pluginKindOf(field) !== undefined
    const call = isPlugin ? asCall(usual) : undefined
    // What is called like a constant cannot be written: the constant would be read. Left out, it stays what it is.
    if (call !== undefined && context.constants.has(call.call)) return []
    return usual === undefined ? [] : [`${name}=${textOf(usual, pluginKindOf(field), context)}`]
  })
}

/** A value with the defaults of the plugin that it names; `kind` is missing where it names none. */
export function textOf(
  raw: RawValue,
  kind: FieldKind | undefined,
  context: DefaultsContext,
): string {
  if (kind === undefined) return plainText(raw)
  const call = asCall(raw)
  const plugin = call === undefined ? undefined : context.registry.find(kind, call.call)
  if (call === undefined || plugin === undefined) return plainText(raw)
  const order = Object.keys(plugin.arguments)
  const kindOf = (name = ''): FieldKind | undefined => {
    const field = fieldOf(plugin, name)
    return field === undefined ? undefined : pluginKindOf(field)
  }
  const named = Object.entries(call.named)
  const inner = { ...context, init: undefined }
  const parts = [
    ...call.positional.map((value, i) => textOf(value, kindOf(order[i]), inner)),
    ...named.map(([name, value]) => `${name}=${textOf(value, kindOf(name), inner)}`),
    ...missing(plugin, call.positional.length, new Set(Object.keys(call.named)), inner),
  ]
  return parts.length === 0 ? call.call : `${call.call}(${parts.join(', ')})`
}

function plainText(raw: RawValue): string {
  if (typeof raw === 'string') return raw === '*' ? raw : nameText(raw)
  if (typeof raw !== 'object') return String(raw)
  if (!('call' in raw)) return `[${raw.map(plainText).join(', ')}]`
  const named = Object.entries(raw.named).map(([name, value]) => `${name}=${plainText(value)}`)
  return `${raw.call}(${[...raw.positional.map(plainText), ...named].join(', ')})`
}

/** The edits that write out what is left out of a list of arguments; `end` is where it ends. */
export function fillArguments(
  taker: Taker,
  args: readonly Argument[],
  end: number,
  context: DefaultsContext,
): Edit[] {
  const order = Object.keys(taker.arguments)
  const edits = args.flatMap(({ name, value }, i) => {
    const field = fieldOf(taker, name?.text ?? order[i] ?? '')
    const kind = field === undefined ? undefined : pluginKindOf(field)
    return kind === undefined ? [] : fillValue(kind, value, context)
  })
  const left = missingOf(taker, args, context)
  if (left.length > 0) edits.push(insertion(end, ` ${left.join(' ')}`))
  return edits
}

function missingOf(taker: Taker, args: readonly Argument[], context: DefaultsContext): string[] {
  const named = new Set(args.flatMap(({ name }) => (name === undefined ? [] : [name.text])))
  return missing(taker, args.filter(({ name }) => name === undefined).length, named, context)
}

/** `leaky-relu` becomes `leaky-relu(slope=0.01)`. */
function fillValue(kind: FieldKind, value: Value, context: DefaultsContext): Edit[] {
  if (value.kind !== 'word' && value.kind !== 'call') return []
  const name = pathText(value.path)
  const plugin = context.registry.find(kind, name)
  if (plugin === undefined || (value.kind === 'word' && context.constants.has(name))) return []
  const args = value.kind === 'call' ? value.arguments : []
  const inner = { ...context, init: undefined }
  const left = missingOf(plugin, args, inner).join(', ')
  const order = Object.keys(plugin.arguments)
  const edits = args.flatMap((argument, i) => {
    const field = fieldOf(plugin, argument.name?.text ?? order[i] ?? '')
    const own = field === undefined ? undefined : pluginKindOf(field)
    return own === undefined ? [] : fillValue(own, argument.value, inner)
  })
  if (left === '') return edits
  const { end } = value.span
  if (value.kind === 'word') return [insertion(end, `(${left})`)]
  const hasParentheses = value.span.end > (value.path.at(-1)?.span.end ?? 0)
  if (!hasParentheses) return [...edits, insertion(end, `(${left})`)]
  return [...edits, insertion(end - 1, args.length === 0 ? left : `, ${left}`)]
}

export const insertion = (at: number, text: string): Edit => ({
  span: { start: at, end: at },
  text,
})
