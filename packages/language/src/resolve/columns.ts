import { integer, optional, word } from '@chainrule/core'
import type { Argument, Directive, Value } from '../ast.ts'
import { diagnostic, type Report } from '../diagnostic.ts'
import type { ColumnRequest, FeatureRequest, TargetRequest, Written } from '../experiment.ts'
import { quote } from '../quote.ts'
import { given } from './arguments.ts'
import type { Context } from './context.ts'
import { pathText } from './evaluate.ts'
import { declaredTwice } from './name-errors.ts'
import { readArguments } from './plugins.ts'
import { text } from './text-field.ts'

/** Directives that name columns: `target`, `features`, `column`. Words stand for themselves there, never for constants. */

/** `species`, `wind.speed`, `"Beak Length (mm)"`. */
function readName(value: Value, report: Report): Written<string> | undefined {
  const { span } = value
  if (value.kind === 'word') return { value: pathText(value.path), span }
  if (value.kind === 'text' && value.value !== '') return { value: value.value, span }
  if (value.kind === 'missing') return undefined
  const help =
    value.kind === 'number' ? 'columns without a header are called `column1`, `column2` …' : []
  report(
    diagnostic('argument-type', span, {
      message: 'a column is named here',
      label: 'this is no name: write a word, or a text in quotes',
      help,
    }),
  )
  return undefined
}

const itemsIn = (value: Value): readonly Value[] => (value.kind === 'list' ? value.items : [value])

function readNames(value: Value, report: Report): Written<string>[] {
  return itemsIn(value).flatMap((item) => readName(item, report) ?? [])
}

/** One thing, or a list of them: `metrics accuracy`, `metrics [mae, r2]`. */
export function itemsOf(
  node: Directive,
  thing: string,
  report: Report,
): readonly Value[] | undefined {
  refuseNamed(node, thing, report)
  const value = oneValue(node, node.arguments, thing, report)
  return value === undefined ? undefined : itemsIn(value)
}

/** The one value of a directive; several words are the items of a list without its brackets. */
function oneValue(
  { name, damaged }: Directive,
  args: readonly Argument[],
  thing: string,
  report: Report,
): Value | undefined {
  const [first, ...more] = args.filter((argument) => argument.name === undefined)
  const last = more.at(-1)
  if (first === undefined) {
    const message = `${quote(name.text)} names no ${thing}`
    const help = `write \`${name.text} NAME\`, or several as a list, \`${name.text} [A, B]\``
    if (!damaged) report(diagnostic('argument-missing', name.span, { message, help }))
    return undefined
  }
  if (last === undefined) return first.value
  const [start, end] = [first.span.start, last.span.end]
  const plain = [first, ...more].every(({ value: { kind } }) =>
    ['word', 'text', 'call'].includes(kind),
  )
  report(
    diagnostic(
      'argument-extra',
      { start, end },
      {
        message: `${quote(name.text)} takes one ${thing}, or a list of them`,
        label: `several ${thing}s make a list`,
        edits: plain
          ? [
              { span: { start, end: start }, text: '[' },
              ...[first, ...more.slice(0, -1)].map(({ span }) => ({
                span: { start: span.end, end: span.end },
                text: ',',
              })),
              { span: { start: end, end }, text: ']' },
            ]
          : [],
      },
    ),
  )
  return undefined
}

/** Named arguments where a directive takes none. */
function refuseNamed({ name, arguments: args }: Directive, thing: string, report: Report): void {
  for (const argument of args) {
    if (argument.name === undefined) continue
    report(
      diagnostic('argument-unknown', argument.name.span, {
        message: `${quote(name.text)} has no argument ${quote(argument.name.text)}`,
        label: `it takes ${thing}s`,
      }),
    )
  }
}

export const targetSubject = {
  name: 'target',
  arguments: {},
  options: {
    weight: optional(text('the name of a column')),
    shift: optional(integer({ from: 0 })),
  },
  literal: new Set(['weight']),
}

/** `target species`, `target [width, height]`, `target label weight=importance on @label`, `target load shift=24`. */
export function readTarget(node: Directive, context: Context): TargetRequest[] {
  const { report } = context
  const options = node.arguments.filter(({ name }) => name !== undefined)
  const { config, written } = readArguments(targetSubject, given(options), node.name.span, context)
  const value = oneValue(node, node.arguments, 'column', report)
  if (value === undefined || config === undefined) return []
  const placed = <T>(option: string): Written<T> | undefined => {
    const span = written.get(option)?.value.span
    return span === undefined ? undefined : { value: config[option] as T, span }
  }
  const [weight, shift] = [placed<string>('weight'), placed<number>('shift')]
  const head = node.on?.name.text
  const said = { ...(weight && { weight }), ...(shift && { shift }) }
  return readNames(value, report).map((name) => ({ name, head, ...said }))
}

/** The targets of one output are weighed by one column, and stand equally many rows later. */
export function refuseDifferent(
  option: 'weight' | 'shift',
  targets: readonly TargetRequest[],
  report: Report,
): void {
  const first = new Map<string | undefined, Written<string | number>>()
  for (const { head, [option]: own } of targets) {
    if (own === undefined) continue
    const known = first.get(head)
    if (known === undefined) first.set(head, own)
    else if (known.value !== own.value && own.span !== undefined && known.span !== undefined)
      report(declaredTwice(own.span, known.span, `the ${option} of one target`))
  }
}

/** `features [a, b]`, `features @input [a, b]`. */
export function readFeatures(node: Directive, report: Report): FeatureRequest | undefined {
  refuseNamed(node, 'column', report)
  const [first, ...rest] = node.arguments
  const input = first?.value.kind === 'reference' ? first.value.name.text : undefined
  const value = oneValue(node, input === undefined ? node.arguments : rest, 'column', report)
  if (value === undefined) return undefined
  const names = readNames(value, report)
  if (value.kind === 'list' && value.items.length === 0) {
    const [message, help] = ['`features` lists no column', 'list some, or leave it out for all']
    report(diagnostic('argument-missing', value.span, { message, help }))
  }
  refuseRepeated(names, report)
  return names.length === 0 ? undefined : { input, names }
}

/** A column that is named twice in one place. */
export function refuseRepeated(names: readonly Written<string>[], report: Report): void {
  const seen = new Map<string, Written<string>>()
  for (const name of names) {
    const first = seen.get(name.value)
    if (first === undefined) seen.set(name.value, name)
    else if (name.span !== undefined && first.span !== undefined)
      report(declaredTwice(name.span, first.span, `the column ${quote(name.value)}`))
  }
}

export const columnSubject = {
  name: 'column',
  arguments: {
    name: text('the name of a column'),
    type: optional(word(['number', 'category', 'boolean', 'integer', 'timestamp'])),
  },
  options: { missing: optional(word(['mean', 'median', 'most', 'refuse'])) },
  literal: new Set(['name', 'type']),
}

/** `column age number missing=median`. */
export function readColumn(node: Directive, context: Context): ColumnRequest | undefined {
  const list = given(node.arguments)
  const { config, written } = readArguments(columnSubject, list, node.name.span, context)
  if (config === undefined) return undefined
  const { name, type, missing } = config as {
    name: string
    type: ColumnRequest['type']
    missing: ColumnRequest['missing']
  }
  const span = written.get('name')?.value.span
  return { name: span === undefined ? { value: name } : { value: name, span }, type, missing }
}

export const windowSubject = {
  name: 'window',
  arguments: { rows: integer({ from: 1 }) },
  options: {},
}

/** `window 48` */
export function readWindow(node: Directive, context: Context): Written<number> | undefined {
  if (node.damaged) return undefined
  const list = given(node.arguments)
  const { config } = readArguments(windowSubject, list, node.name.span, context)
  const rows = config?.['rows']
  return typeof rows === 'number' ? { value: rows, span: node.span } : undefined
}
