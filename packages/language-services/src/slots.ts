import {
  type Field,
  type Fields,
  number,
  optional,
  type PluginKind,
  type RawValue,
} from '@chainrule/core'
import {
  type Argument,
  type Block,
  type Call,
  type Directive,
  directiveArguments,
  genericFields,
  type Layer,
  layerName,
  type Named,
  type Node,
  type Parameter,
  type Use,
  type Value,
} from '@chainrule/language'
import type { Analysis } from './analysis.ts'
import type { Takes } from './describe.ts'
import type { Path } from './tree.ts'

/** Which argument of what a value stands for: the question that completion and hover share. */

/** Who takes arguments, and how they are written. */
export interface Taker extends Takes {
  /** `dense`, `optimizer adam` */
  readonly name: string
  /** Options that every layer takes beside its own. */
  readonly generic: Fields
  readonly named: Readonly<Record<string, Named>>
  readonly unnamed: readonly string[]
  /** The arguments as they are written, but for those that name the taker itself. */
  readonly args: readonly Argument[]
  /** Inside parentheses, apart by commas. */
  readonly isCall: boolean
}

/** What may stand at a place, as JSON Schema says it; plugins by the `kind` of theirs. */
export type Schema = Readonly<Record<string, unknown>>

export interface Slot {
  /** The argument's name; missing where the place has none, as that of a plugin behind `loss`. */
  readonly name: string | undefined
  readonly field: Field<unknown> | undefined
  readonly schema: Schema
  /** What is named there. */
  readonly named: Named | undefined
  readonly taker: Taker | undefined
  /** It stands in a list, or in a calculation. */
  readonly isInside: boolean
}

/** The slot in which the last node of a path stands; `undefined` where it is no value among arguments. */
export function slotAt(path: Path, analysis: Analysis): Slot | undefined {
  const at = path.findLastIndex(({ kind }) => kind === 'argument')
  const argument = path[at]
  const owner = path[at - 1]
  if (argument?.kind !== 'argument' || owner === undefined) return undefined
  const within = path.slice(at + 1)
  const inner = within.filter(({ kind }) => inside.has(kind))
  const found = slotOf(argument, owner, path.slice(0, at), analysis)
  if (found === undefined || inner.length === 0) return found
  const isList = inner.some(({ kind }) => kind === 'list')
  const schema = isList ? itemsOf(found.schema) : found.schema
  return { ...found, schema, isInside: true }
}

const inside: ReadonlySet<Node['kind']> = new Set([
  ...(['list', 'group', 'arithmetic', 'operation', 'negation'] as const),
])

/** What the items of a list are. */
function itemsOf(schema: Schema): Schema {
  const { items, anyOf, oneOf, isList } = schema as {
    readonly items?: Schema
    readonly anyOf?: readonly Schema[]
    readonly oneOf?: readonly Schema[]
    readonly isList?: boolean
  }
  if (items !== undefined) return items
  const lists = [...(anyOf ?? []), ...(oneOf ?? [])].filter((each) => 'items' in each)
  return lists[0] === undefined ? (isList === true ? schema : {}) : itemsOf(lists[0])
}

/** The slot of an argument of a layer, directive, call or braces. */
function slotOf(
  argument: Argument,
  owner: Node,
  above: Path,
  analysis: Analysis,
): Slot | undefined {
  if (owner.kind === 'directive' && isName(argument, owner))
    return { ...nameless, schema: namingSchema(owner) }
  const taker = takerOf(owner, above, analysis)
  if (taker === undefined) return undefined
  const name = argument.name?.text ?? nameAt(taker, argument)
  const field = name === undefined ? undefined : fieldOf(taker, name)
  const named =
    name !== undefined && Object.hasOwn(taker.named, name) ? taker.named[name] : undefined
  return { name, field, schema: field?.schema ?? {}, named, taker, isInside: false }
}

const nameless = {
  ...{ name: undefined, field: undefined, named: undefined, taker: undefined, isInside: false },
}

/** Whether an argument is the first of a directive that begins with the name of a plugin or of a generator. */
function isName(argument: Argument, { name, arguments: args }: Directive): boolean {
  if (argument.name !== undefined) return false
  const at = args.indexOf(argument)
  const { plugin, isList = false } = directiveArguments(name.text) ?? {}
  if (plugin !== undefined) return at === 0 || isList
  return name.text === 'data' && at === 1 && sourceOf(args) === 'synthetic'
}

function namingSchema({ name }: Directive): Schema {
  const { plugin, isList = false } = directiveArguments(name.text) ?? {}
  return { kind: plugin ?? 'generator', ...(isList && { isList }) }
}

/** The field of a positional argument by its place. */
function nameAt({ args, arguments: fields }: Taker, argument: Argument): string | undefined {
  // That of `features @image [photo]` says whose features they are.
  const positional = args.filter(
    ({ name, value }) => name === undefined && value.kind !== 'reference',
  )
  return Object.keys(fields)[positional.indexOf(argument)]
}

export function fieldOf(
  { arguments: args, options, generic }: Taker,
  name: string,
): Field<unknown> | undefined {
  for (const fields of [options, args, generic])
    if (Object.hasOwn(fields, name)) return fields[name]
  return undefined
}

/** What takes the arguments of a node. */
export function takerOf(owner: Node, above: Path, analysis: Analysis): Taker | undefined {
  switch (owner.kind) {
    case 'layer':
      return layerTaker(owner, analysis)
    case 'directive':
      return directiveTaker(owner, analysis)
    case 'call':
      return callTaker(owner, [...above], analysis)
    case 'residual':
    case 'repeat':
      return { ...bare(owner.kind, owner.options), options: genericFields }
    case 'use':
      return useTaker(owner)
    default:
      return undefined
  }
}

const bare = (name: string, args: readonly Argument[]): Taker => ({
  ...{ name, args, arguments: {}, options: {}, generic: {}, named: {}, unnamed: [], isCall: false },
})

function layerTaker(stage: Layer, analysis: Analysis): Taker | undefined {
  const name = layerName(stage)
  const block = blockOf(stage, analysis)
  const taken =
    block === undefined ? analysis.context.registry.find('layer', name) : blockTakes(block)
  if (taken === undefined) return undefined
  return {
    ...bare(name, stage.arguments),
    arguments: taken.arguments,
    options: taken.options,
    generic: genericFields,
  }
}

/** The block that a stage takes as its layer. */
export function blockOf({ name }: Layer, { declarations }: Analysis): Block | undefined {
  const found = declarations.occurrences.find(({ span }) => span.start === name.span.start)
  const node = found?.declaration.node
  return node?.kind === 'block' ? node : undefined
}

/** What a block takes: its parameters, which may be anything. */
export function blockTakes({ parameters }: Block): Takes {
  const fields = parameters.map((each) => [each.name.text, parameterField(each)] as const)
  return { arguments: Object.fromEntries(fields), options: {} }
}

function parameterField({ default: usual }: Parameter): Field<unknown> {
  const fallback = usual === undefined ? undefined : plainValue(usual)
  return {
    required: 'a value',
    default: fallback,
    optional: usual !== undefined,
    schema: {},
    parse: (value) => ({ ok: true, value }),
  }
}

/** A value that is written out; of others nothing is said. */
function plainValue(value: Value): RawValue | undefined {
  switch (value.kind) {
    case 'number':
    case 'text':
    case 'truth':
      return value.value
    case 'percent':
      return `${value.percent}%`
    case 'shape':
      return value.sizes
    case 'word':
      return value.path.map(({ text }) => text).join('.')
    default:
      return undefined
  }
}

const sourceOf = ([first]: readonly Argument[]): string | undefined =>
  first?.value.kind === 'word' ? first.value.path.map(({ text }) => text).join('.') : undefined

function directiveTaker(node: Directive, analysis: Analysis): Taker | undefined {
  const { name, arguments: args } = node
  const known = directiveArguments(name.text, sourceOf(args), analysis.context.registry)
  if (known === undefined) return undefined
  const { plugin, named = {}, unnamed = [] } = known
  if (name.text === 'data' && sourceOf(args) === 'synthetic') {
    const generator = args[1] === undefined ? undefined : generatorTaker(args[1].value, analysis)
    return generator ?? { ...bare('data', args), arguments: known.arguments, unnamed }
  }
  const own = {
    ...bare(name.text, args),
    arguments: known.arguments,
    options: known.options,
    named,
    unnamed,
  }
  if (plugin === undefined) return own
  const [first, ...following] = args
  const found = first?.name === undefined ? pluginOf(plugin, first?.value, analysis) : undefined
  if (found === undefined) return own
  const options = { ...found.options, ...known.options }
  return { ...own, name: found.name, arguments: found.arguments, options, args: following }
}

function pluginOf(kind: PluginKind, value: Value | undefined, { context }: Analysis) {
  const name = value === undefined ? undefined : calledBy(value)
  return name === undefined ? undefined : context.registry.find(kind, name)
}

const calledBy = (value: Value): string | undefined =>
  value.kind === 'word' || value.kind === 'call'
    ? value.path.map(({ text }) => text).join('.')
    : undefined

/** What stands in the parentheses of `cosine(…)`. */
function callTaker(call: Call, above: Path, analysis: Analysis): Taker | undefined {
  const slot = slotAt(above, analysis)
  const kind = slot?.schema['kind']
  if (kind === 'generator') return generatorTaker(call, analysis)
  const found = typeof kind === 'string' ? pluginOf(kind as PluginKind, call, analysis) : undefined
  const taken = found ?? anyPlugin(call, analysis)
  if (taken === undefined) return undefined
  const { name, arguments: fields, options } = taken
  return { ...bare(name, call.arguments), arguments: fields, options, isCall: true }
}

const called: readonly PluginKind[] = ['schedule', 'initializer', 'activation', 'loss', 'metric']

/** Of a `let` it is not known what it will be for. */
function anyPlugin(call: Call, analysis: Analysis) {
  for (const kind of called) {
    const found = pluginOf(kind, call, analysis)
    if (found !== undefined) return found
  }
  return undefined
}

function generatorTaker(value: Value, { context }: Analysis): Taker | undefined {
  const name = calledBy(value)
  const found = [...(context.generators ?? [])].find((each) => each.name === name)
  if (found === undefined) return undefined
  const fields = Object.entries({ ...found.defaults, seed: 0 }).map(
    ([option, usual]) => [option, number({ default: usual })] as const,
  )
  const args = value.kind === 'call' ? value.arguments : []
  return { ...bare(found.name, args), options: Object.fromEntries(fields), isCall: true }
}

function useTaker({ options }: Use): Taker {
  const required = 'a range of versions in quotes, such as `"^2.1"`'
  const version = { ...optional(number()), required, schema: { type: 'string' } }
  return { ...bare('use', options), options: { version } }
}
