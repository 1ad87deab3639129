import { type Fields, optional, type PluginKind, type Registry, word } from '@chainrule/core'
import { columnSubject, targetSubject, windowSubject } from './columns.ts'
import { scaleSubject } from './data-request.ts'
import { dataKinds, idx, tables } from './data-source.ts'
import { lossFields } from './losses.ts'
import { takerOf } from './reader-source.ts'
import { regulariseSubject } from './regularise.ts'
import { seedSubject } from './seed.ts'
import { splitSubject } from './split.ts'
import { text } from './text-field.ts'
import { stopSubject, trainSubject } from './training.ts'

/** What a text names in an argument beside plugins and words. */
export type Named = 'column' | 'path' | 'measured' | 'parameter'

/** What stands behind a directive's word, for editors: the fields by which it is read. */
export interface DirectiveArguments {
  readonly arguments: Fields
  readonly options: Fields
  /** The kind of plugin that the first argument names; what the plugin takes may follow. */
  readonly plugin?: PluginKind
  /** Whether there may be several of them in a list. */
  readonly isList?: boolean
  /** Arguments that are given by their place alone. */
  readonly unnamed?: readonly string[]
  /** Arguments that name something which the text or the data have. */
  readonly named?: Readonly<Record<string, Named>>
}

const none: DirectiveArguments = { arguments: {}, options: {} }
const columns = { time: 'column', group: 'column' } as const
const column = text('the name of a column')

const table: Readonly<Record<string, DirectiveArguments>> = {
  input: {
    arguments: {
      name: text('the name of the input'),
      shape: text('the numbers of a row, `4` or `28x28x1`'),
      type: optional(word(['integer', 'boolean'])),
    },
    options: {},
    unnamed: ['name', 'shape', 'type'],
  },
  output: none,
  column: { ...columnSubject, named: { name: 'column' } },
  target: {
    arguments: { column },
    options: targetSubject.options,
    isList: true,
    unnamed: ['column'],
    named: { column: 'column', weight: 'column' },
  },
  features: {
    arguments: { column },
    options: {},
    isList: true,
    unnamed: ['column'],
    named: { column: 'column' },
  },
  split: { ...splitSubject, named: { stratify: 'column' } },
  scale: scaleSubject,
  window: windowSubject,
  loss: { ...none, options: lossFields, plugin: 'loss' },
  optimizer: { ...none, plugin: 'optimizer' },
  train: trainSubject,
  metrics: { ...none, plugin: 'metric', isList: true },
  regularise: { ...regulariseSubject, named: { except: 'parameter' } },
  seed: seedSubject,
  init: { ...none, plugin: 'initializer' },
  stop: { ...stopSubject, named: { watch: 'measured' } },
}

const sources: Readonly<Record<string, DirectiveArguments>> = {
  csv: { ...tables.csv, named: { path: 'path', ...columns } },
  json: { ...tables.json, named: { path: 'path', ...columns } },
  text: { ...tables.text, named: { path: 'path' } },
  idx: {
    ...idx,
    named: { images: 'path', labels: 'path', 'test-images': 'path', 'test-labels': 'path' },
  },
}

/**
 * What a directive takes; `undefined` for one that this version does not bring. Of `data` the kind comes first, and what
 * follows depends on it; what follows `synthetic` is for its generator to say, and what follows a plugin's reader for that.
 */
export function directiveArguments(
  directive: string,
  kind?: string | undefined,
  registry?: Registry,
): DirectiveArguments | undefined {
  if (directive !== 'data') return Object.hasOwn(table, directive) ? table[directive] : undefined
  const source = kind === undefined ? undefined : sourceArguments(kind, registry)
  const first = { kind: word([...dataKinds, ...(registry?.names('reader') ?? [])]) }
  const unnamed = ['kind']
  if (source === undefined) return { arguments: first, options: {}, unnamed }
  return { ...source, unnamed, arguments: { ...first, ...source.arguments } }
}

function sourceArguments(
  kind: string,
  registry: Registry | undefined,
): DirectiveArguments | undefined {
  if (Object.hasOwn(sources, kind)) return sources[kind]
  const reader = registry?.find('reader', kind)
  return reader && { ...takerOf(reader), named: { path: 'path', ...columns } }
}
