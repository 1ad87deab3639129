import type {
  Configuration,
  Fields,
  Plugin,
  PluginKind,
  PluginKinds,
  RawCall,
  RawValue,
} from '@chainrule/core'
import type { Argument, Name, Span, Value } from '../ast.ts'
import { diagnostic } from '../diagnostic.ts'
import { quote } from '../quote.ts'
import {
  type Given,
  given,
  givenByConstant,
  matchArguments,
  type ReadArguments,
  type Subject,
} from './arguments.ts'
import type { Context } from './context.ts'
import { evaluate, pathText } from './evaluate.ts'
import { unknownPlugin } from './name-errors.ts'

/** Losses, optimizers, activations and the like: named, with arguments of their own. */

/** Kinds whose names stand as values; a reader stands behind `data`. */
export type NamedKind = Exclude<PluginKind, 'reader'>

export interface ReadPlugin<K extends NamedKind> {
  readonly plugin: PluginKinds[K]
  readonly config: Configuration['config']
  /** As it may stand among another's arguments. */
  readonly raw: RawCall
  readonly span: Span
  /** What was written, by the name of its field. */
  readonly written: ReadonlyMap<string, Argument>
}

export interface PluginOptions {
  /** What a directive adds to the plugin's own options: `weight` of `loss`. */
  readonly extra?: Fields
  /** Arguments that follow the name in the statement. */
  readonly following?: readonly Argument[]
}

/** Reads the arguments of a layer, plugin or directive; `name` is where it is named. */
export function readArguments(
  subject: Subject,
  list: readonly Given[],
  name: Span,
  context: Context,
): ReadArguments {
  const nested = (kind: NamedKind, value: Value) =>
    bareCall(kind, value, context) ?? readPlugin(kind, value, context)?.raw
  return matchArguments(subject, list, name, context, nested)
}

/** Reads `huber`, `huber(delta=1.5)` or a constant that stands for one; says what is wrong and yields `undefined`. */
export function readPlugin<K extends NamedKind>(
  kind: K,
  value: Value,
  context: Context,
  { extra = {}, following = [] }: PluginOptions = {},
): ReadPlugin<K> | undefined {
  const found = named(kind, value, context)
  if (found === undefined) return undefined
  const { name, span, own } = found
  const { registry, report, scope, crowded } = context
  const plugin = registry.find(kind, name)
  if (plugin === undefined) {
    if (context.mayBeUsed(name)) return undefined
    const names = crowded() ? [] : [...registry.names(kind), ...wordConstants(scope)]
    report(unknownPlugin(kind, span, name, names))
    return undefined
  }
  const subject = { name, arguments: plugin.arguments, options: { ...plugin.options, ...extra } }
  const read = readArguments(subject, [...own, ...given(following)], span, context)
  if (read.config === undefined) return undefined
  const raw: RawCall = { call: name, positional: read.positional, named: read.named }
  return { plugin, config: read.config, raw, span, written: read.written }
}

/** `relu`: the name of a plugin that takes nothing, with nothing behind it. Most layers of most models have one. */
function bareCall(
  kind: NamedKind,
  value: Value,
  { registry, scope }: Context,
): RawCall | undefined {
  if (value.kind !== 'word') return undefined
  const name = pathText(value.path)
  const plugin = registry.find(kind, name)
  if (plugin === undefined || !takesNothing(plugin)) return undefined
  const isConstant = scope.find(name) !== undefined || scope.below(name) !== undefined
  return isConstant ? undefined : { call: name, positional: [], named: {} }
}

function takesNothing({ arguments: args, options }: Plugin): boolean {
  for (const _ in args) return false
  for (const _ in options) return false
  return true
}

interface Named {
  readonly name: string
  readonly span: Span
  readonly own: readonly Given[]
}

const spanOf = (path: readonly Name[], otherwise: Span): Span => ({
  start: path[0]?.span.start ?? otherwise.start,
  end: path.at(-1)?.span.end ?? otherwise.end,
})

/** The name and arguments that a value gives. */
function named(kind: NamedKind, value: Value, context: Context): Named | undefined {
  if (value.kind === 'call') {
    const span = spanOf(value.path, value.span)
    return { name: pathText(value.path), span, own: given(value.arguments) }
  }
  const evaluated = evaluate(value, context)
  if (evaluated === undefined) return undefined
  const call = callOf(evaluated.raw)
  const { span } = value
  if (call !== undefined) return { name: call.call, span, own: givenByConstant(call, span) }
  const names = context.registry.names(kind)
  const message = `here stands the name of a ${kind}`.replace(/a (?=[aeio])/, 'an ')
  const help = names[0] === undefined ? [] : [`such as ${quote(names[0])}`]
  const constant = value.kind === 'word' ? context.scope.find(pathText(value.path)) : undefined
  const said =
    constant === undefined
      ? { label: 'this is no name' }
      : {
          label: 'a constant, and no name',
          related: [{ span: constant.given, label: 'its value is given here' }],
        }
  context.report(diagnostic('argument-type', span, { ...said, message, help }))
  return undefined
}

function callOf(raw: RawValue): RawCall | undefined {
  if (typeof raw === 'string') return { call: raw, positional: [], named: {} }
  return typeof raw === 'object' && 'call' in raw ? raw : undefined
}

/** Constants that stand for a word may be meant where a plugin is named. */
const wordConstants = (scope: Context['scope']): string[] =>
  scope.names().filter((name) => typeof scope.find(name)?.value?.raw === 'string')
