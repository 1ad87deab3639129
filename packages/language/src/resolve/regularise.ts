import {
  listOf,
  number,
  optional,
  type ParameterRole,
  type ParameterSelector,
  type Penalty,
  reaches,
  word,
} from '@chainrule/core'
import type { Directive, List, Reference, Span } from '../ast.ts'
import { diagnostic } from '../diagnostic.ts'
import { listed, quote } from '../quote.ts'
import { maxSuggested, suggestion } from '../suggest.ts'
import { type Given, given } from './arguments.ts'
import type { Context } from './context.ts'
import { pathText } from './evaluate.ts'
import { parametersAt, referenceText } from './parameter-references.ts'
import type { Pipelines } from './pipelines.ts'
import { readArguments } from './plugins.ts'
import type { Placed, Statements } from './statements.ts'
import { text } from './text-field.ts'

/** `regularise`: what is added to the loss for large parameters. */

/** A penalty, and the statement that it was read from, as settings say it. */
export interface WrittenPenalty {
  readonly penalty: Penalty
  readonly line: string
}

/** Kinds of parameters; every other word is the name of one. */
export const roles: readonly ParameterRole[] = ['weight', 'bias', 'scale', 'embedding']

const exceptions = text('a kind of parameter, the name of one, or a layer such as `@enc`')

export const regulariseSubject = {
  name: 'regularise',
  arguments: { kind: word(['l1', 'l2']), factor: number({ from: 0 }) },
  options: { except: optional(listOf(exceptions)) },
}

type Read = {
  readonly kind: Penalty['kind']
  readonly factor: number
  readonly except: readonly string[] | undefined
}

/** All `regularise` of a file, in order; wrong ones are said and left out. */
export function readPenalties(
  statements: Statements,
  pipelines: Pipelines,
  contextOf: (placed: Placed<Directive>) => Context,
): WrittenPenalty[] {
  return statements.directives('regularise').flatMap((placed) => {
    const read = readPenalty(placed.node, pipelines, contextOf(placed))
    return read === undefined ? [] : [read]
  })
}

/** `regularise l2 1e-5 except=[bias, @head] on @enc` */
function readPenalty(
  node: Directive,
  pipelines: Pipelines,
  context: Context,
): WrittenPenalty | undefined {
  if (node.damaged) return undefined
  const list = given(node.arguments).map((each) => asWords(each, context))
  const read = readArguments(regulariseSubject, list, node.name.span, context)
  const { names, builder } = pipelines
  const on = node.on === undefined ? undefined : parametersAt(node.on, names, builder, context)
  if (read.config === undefined || (node.on !== undefined && on === undefined)) return undefined
  const { kind, factor, except = [] } = read.config as unknown as Read
  const value = read.written.get('except')?.value
  const items = itemsOf(except, value?.kind === 'list' ? value : undefined, value?.span)
  const selectors = items.map((item) => exception(item, pipelines, context))
  if (selectors.includes(undefined)) return undefined
  const penalty = {
    kind,
    factor,
    ...(on === undefined ? {} : { on }),
    ...(selectors.length === 0 ? {} : { except: selectors.flatMap((each) => each ?? []) }),
  }
  if (reachesNothing(penalty, pipelines)) {
    context.report(nothingReached(node))
    return undefined
  }
  const besides = except.length === 0 ? '' : ` except=[${except.join(', ')}]`
  const where = node.on === undefined ? '' : ` on ${referenceText(node.on)}`
  return { penalty, line: `regularise ${kind} ${factor}${besides}${where}` }
}

/** References among the items of a list stand for themselves, as words do; a word alone is no list. */
function asWords(each: Given, context: Context): Given {
  const { name, value } = each.argument
  if (name?.text !== 'except') return each
  if (value.kind === 'word' && context.scope.find(pathText(value.path)) === undefined)
    return { ...each, raw: pathText(value.path) }
  if (value.kind !== 'list') return each
  const words = value.items.map((item) => {
    if (item.kind === 'reference') return referenceText(item)
    return item.kind === 'word' ? pathText(item.path) : undefined
  })
  return words.includes(undefined) ? each : { ...each, raw: words.map((item) => item ?? '') }
}

interface Item {
  readonly text: string
  readonly span: Span
  readonly reference: Reference | undefined
}

function itemsOf(
  except: readonly string[],
  list: List | undefined,
  span: Span | undefined,
): Item[] {
  return except.map((item, i) => {
    const value = list?.items[i]
    const reference = value?.kind === 'reference' ? value : undefined
    return { text: item, span: value?.span ?? span ?? { start: 0, end: 0 }, reference }
  })
}

function exception(
  { text: written, span, reference }: Item,
  { names, builder, incomplete }: Pipelines,
  context: Context,
): readonly ParameterSelector[] | undefined {
  if (reference !== undefined) return parametersAt(reference, names, builder, context)
  const role = roles.find((each) => each === written)
  if (role !== undefined) return [{ role }]
  const all = [...builder.parameters.values()].flatMap((kept) => Object.keys(kept))
  const known = new Set(all)
  const isComplete = builder.parameters.size === builder.instances.length && !incomplete
  if (known.has(written) || !isComplete) return [{ parameter: written }]
  const candidates = [...new Set([...roles, ...known])].slice(0, maxSuggested)
  const { help, edits } = suggestion(span, written, candidates)
  context.report(
    diagnostic('unknown-parameter', span, {
      message: `no parameter is called ${quote(written)}`,
      label: 'neither a kind of parameters nor the name of one',
      help: help.length > 0 ? help : `there is ${listed(candidates)}`,
      edits,
    }),
  )
  return undefined
}

/** Whether no layer keeps a parameter that is meant; where shapes are not known, nobody can say so. */
function reachesNothing(penalty: Penalty, { builder, incomplete }: Pipelines): boolean {
  const { parameters, instances } = builder
  if (incomplete || parameters.size < instances.length) return false
  for (const [instance, kept] of parameters) {
    const tied = builder.instance(instance)?.ties ?? {}
    for (const [parameter, { role }] of Object.entries(kept)) {
      if (Object.hasOwn(tied, parameter)) continue
      if (reaches(penalty, { instance, parameter, role })) return false
    }
  }
  return true
}

function nothingReached({ name }: Directive) {
  return diagnostic('penalty-without-parameters', name.span, {
    message: 'this penalty reaches no parameter',
    label: 'it adds nothing to the loss',
    help: 'name fewer exceptions, or a layer with weights behind `on`',
  })
}
