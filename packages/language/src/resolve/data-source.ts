import { boolean, optional, type RawValue, type Registry } from '@chainrule/core'
import type { Argument, Directive, Value } from '../ast.ts'
import { type Diagnostic, diagnostic } from '../diagnostic.ts'
import type { DataSource, Written } from '../experiment.ts'
import { fileKind } from '../file-kind.ts'
import { quote } from '../quote.ts'
import { suggestion } from '../suggest.ts'
import { argumentTwice } from './argument-errors.ts'
import { given } from './arguments.ts'
import type { Context } from './context.ts'
import type { Taker } from './defaults.ts'
import { evaluate, pathText } from './evaluate.ts'
import { readArguments } from './plugins.ts'
import { readerNamed, readReaderSource, takerOf } from './reader-source.ts'
import {
  literal,
  path,
  readTableArguments,
  refuseBarePaths,
  series,
  wordOf,
  written,
} from './source-arguments.ts'
import { text } from './text-field.ts'

/** `data csv "iris.csv" header=true`, and the other kinds of data. */

const csv = {
  name: 'data csv',
  arguments: { path },
  options: {
    header: boolean({ default: true }),
    delimiter: optional(text('the sign between two cells, in quotes')),
    ...series,
  },
  literal,
}
const json = { name: 'data json', arguments: { path }, options: series, literal }
const characters = { name: 'data text', arguments: { path }, options: {} }
export const idx = {
  name: 'data idx',
  arguments: {},
  options: {
    ...{ images: path, labels: path },
    ...{ 'test-images': optional(path), 'test-labels': optional(path) },
  },
}
export const tables = { csv, json, text: characters }
/** Characters of a row where no `window` says so. */
export const defaultWindow = 64
export const dataKinds = ['csv', 'json', 'text', 'idx', 'synthetic'] as const
type Kind = (typeof dataKinds)[number]

/** What a kind of data takes behind its name; synthetic data take what their generator does. */
export function sourceTaker(kind: string, registry: Registry): Taker | undefined {
  const reader = registry.find('reader', kind)
  if (reader !== undefined) return takerOf(reader)
  return [csv, json, idx].find(({ name }) => name === `data ${kind}`)
}

/** The source that a `data` directive names; says what is wrong and yields `undefined`. */
export function readSource(node: Directive, context: Context): DataSource | undefined {
  if (node.damaged) return undefined
  const [first, ...rest] = node.arguments
  const kind = first === undefined ? undefined : kindOf(first)
  if (kind === undefined) {
    const found = first && readerNamed(first, context)
    if (found !== undefined) return readReaderSource(found, node, rest, context)
    const word = first === undefined ? undefined : wordOf(first)
    if (word === undefined || !context.mayBeUsed(word))
      context.report(unknownData(node, first, context))
    return undefined
  }
  if (kind === 'synthetic') return readSynthetic(node, rest, context)
  if (kind === 'idx') return readIdx(node, rest, context)
  return readTable(kind, node, rest, context)
}

/** The kind of data that a directive names, also where the rest of it is wrong. */
export function sourceKind({ arguments: [first] }: Directive): Kind | undefined {
  return first && kindOf(first)
}

function kindOf(argument: Argument): Kind | undefined {
  const word = wordOf(argument)
  return dataKinds.find((kind) => kind === word)
}

function unknownData(
  { name }: Directive,
  first: Argument | undefined,
  { registry }: Context,
): Diagnostic {
  const help =
    'there is `csv "file"`, `json "file"`, `text "file"`, `idx images="file" labels="file"` and `synthetic NAME`'
  if (first === undefined)
    return diagnostic('unknown-data', name.span, { message: '`data` names no source', help })
  const { value, span } = first
  if (value.kind === 'text') {
    const kind = kindByName(value.value)
    return diagnostic('unknown-data', span, {
      message: '`data` does not say of which kind this file is',
      label: `the kind comes first: \`data ${kind} …\``,
      edits: [{ span: { start: span.start, end: span.start }, text: `${kind} ` }],
    })
  }
  const word = value.kind === 'word' || value.kind === 'call' ? pathText(value.path) : ''
  const found = suggestion(span, word, [...dataKinds, ...registry.names('reader')])
  return diagnostic('unknown-data', span, {
    message: word === '' ? '`data` names no kind of source' : `unknown kind of data ${quote(word)}`,
    help: found.help.length > 0 ? found.help : help,
    edits: value.kind === 'word' ? found.edits : [],
  })
}

/** The kind that the ending of a file suggests. */
function kindByName(path: string): Kind {
  const kind = fileKind(path)
  return kind === 'json' || kind === 'text' ? kind : 'csv'
}

function readTable(
  kind: 'csv' | 'json' | 'text',
  { name }: Directive,
  args: readonly Argument[],
  context: Context,
): DataSource | undefined {
  const read = readTableArguments(kind, tables[kind], args, name.span, context)
  if (read === undefined) return undefined
  const { path, columns } = read
  if (kind === 'text') return { kind, path, window: { value: defaultWindow } }
  if (kind === 'json') return { kind, path, ...columns }
  const { header, delimiter } = read.config as {
    readonly header: boolean
    readonly delimiter: string | undefined
  }
  const separated = delimiter === undefined ? {} : { delimiter }
  return { kind, path, header, ...separated, ...columns }
}

function readIdx(
  { name }: Directive,
  args: readonly Argument[],
  context: Context,
): DataSource | undefined {
  if (refuseBarePaths(args, Object.keys(idx.options), context)) return undefined
  const read = readArguments(idx, given(args), name.span, context)
  if (read.config === undefined) return undefined
  const files = read.config as Readonly<Record<string, string | undefined>>
  const file = (key: string): Written<string> =>
    written(files[key] ?? '', read.written.get(key)?.value.span)
  const hasImages = files['test-images'] !== undefined
  if (hasImages !== (files['test-labels'] !== undefined)) {
    const [have, lacks] = hasImages ? ['images', 'labels'] : ['labels', 'images']
    context.report(
      diagnostic('argument-missing', read.written.get(`test-${have}`)?.span ?? name.span, {
        message: `\`data idx\` has \`test-${have}\`, but no \`test-${lacks}\``,
        label: 'the two belong together',
      }),
    )
    return undefined
  }
  const test = hasImages ? { testImages: file('test-images'), testLabels: file('test-labels') } : {}
  return { kind: 'idx', images: file('images'), labels: file('labels'), ...test }
}

/** `data synthetic spiral(points=500, noise=0.1)`; which generators there are is the data package's to say. */
function readSynthetic(
  { name }: Directive,
  [first, ...more]: readonly Argument[],
  context: Context,
): DataSource | undefined {
  const value = first?.name === undefined ? first?.value : undefined
  if (value?.kind !== 'word' && value?.kind !== 'call') {
    context.report(
      diagnostic('argument-missing', value?.span ?? first?.span ?? name.span, {
        message: '`data synthetic` needs the name of a generator',
        help: 'such as `data synthetic spiral(points=500, noise=0.1)`',
      }),
    )
    return undefined
  }
  const args = [...(value.kind === 'call' ? value.arguments : []), ...more]
  const pairs = args.map((argument) => readOption(argument, context))
  const known = pairs.filter((pair) => pair !== undefined)
  if (known.length < pairs.length) return undefined
  const byName = new Map<string, Argument>()
  for (const argument of args) {
    const option = argument.name?.text ?? ''
    const first = byName.get(option)
    if (first !== undefined) {
      context.report(argumentTwice(argument, first, pathText(value.path)))
      return undefined
    }
    byName.set(option, argument)
  }
  const options = Object.fromEntries(known)
  const places = new Map([...byName].map(([option, { span }]) => [option, span]))
  const last = value.path.at(-1)
  const span = { start: value.span.start, end: last?.span.end ?? value.span.end }
  return { kind: 'synthetic', generator: { value: pathText(value.path), span }, options, places }
}

function readOption(
  { name, value, span }: Argument,
  context: Context,
): readonly [string, number | string | boolean] | undefined {
  if (name === undefined) {
    context.report(
      diagnostic('argument-extra', span, {
        message: 'the options of a generator have names',
        label: 'such as `points=500`',
      }),
    )
    return undefined
  }
  const raw = evaluate(value, context)?.raw
  if (raw === undefined) return undefined
  if (isPlain(raw)) return [name.text, raw]
  context.report(optionType(name.text, value))
  return undefined
}

const isPlain = (raw: RawValue): raw is number | string | boolean => typeof raw !== 'object'

function optionType(name: string, { span }: Value): Diagnostic {
  return diagnostic('argument-type', span, {
    message: `${quote(name)} is a number, a text or a truth value`,
    label: 'none of them',
  })
}
