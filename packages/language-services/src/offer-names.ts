import type { RawValue } from '@chainrule/core'
import {
  type DataFacts,
  type Directive,
  type Node,
  nameText,
  type Value,
} from '@chainrule/language'
import type { Offer } from './completions.ts'
import type { Cursor } from './cursor.ts'
import type { Declaration } from './declarations.ts'
import { rawText } from './describe.ts'
import { around, type Path } from './tree.ts'

/** Names that the text itself declares, and those of its data. */

/** Constants and parameters whose value fits; of those whose value is not known all. */
export function constantOffers({ marked, path }: Cursor, type?: 'number' | 'other'): Offer[] {
  const at = path.at(-1)?.span.start ?? 0
  const declaring = around(path, 'let')
  const isAbove = ({ kind, span, node }: Declaration): boolean =>
    declaring === undefined || kind === 'parameter' || (span.start < at && node !== declaring)
  return marked.declarations
    .visible(at, 'parameter', 'constant')
    .filter(isAbove)
    .flatMap(({ name, kind, node }) => {
      const value = node.kind === 'let' ? marked.observed.constants.get(node.name) : undefined
      if (!fits(value, type)) return []
      const detail = value === undefined ? '' : `= ${rawText(value)}`
      const what = kind === 'parameter' ? 'A parameter of the block.' : 'A constant of the text.'
      const documentation = docOf(node) ?? what
      return [{ label: name, kind: 'constant', detail, documentation }]
    })
}

const fits = (value: RawValue | undefined, type: 'number' | 'other' | undefined): boolean =>
  value === undefined ||
  type === undefined ||
  (type === 'number') === (typeof value === 'number' || isSizes(value))

const isSizes = (value: RawValue): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'number')

/** What the text says of a statement in its `///` lines. */
export const docOf = (node: Node): string | undefined =>
  'doc' in node ? node.doc?.text : undefined

/** The columns of the data. */
export function columnOffers({ marked, isText, path }: Cursor): Offer[] {
  const columns = marked.context.columns ?? []
  const taken = takenColumns(path)
  const left = columns.filter(({ name }) => !taken.has(name))
  return left.map(({ name, about = '' }) => ({
    label: name,
    kind: 'column',
    text: isText || isWord(name) ? name : `"${name.replaceAll(/(["\\])/g, '\\$1')}"`,
    detail: about,
    documentation: 'A column of the data.',
  }))
}

/** Columns that a place does not take any more: of a list those in it, of `features` the targets beside it. */
function takenColumns(path: Path): ReadonlySet<string> {
  const cursor = path.at(-1)
  const directive = around(path, 'directive')
  const list = around(path, 'list')
  const named = new Set(list === undefined ? [] : columnsIn(list))
  const body = around(path, 'body')
  if (directive?.name.text === 'features')
    for (const each of body?.statements ?? [])
      if (each.kind === 'directive' && each.name.text === 'target' && !isLater(each))
        for (const { name, value } of each.arguments)
          if (name === undefined) for (const column of columnsIn(value)) named.add(column)
  if (cursor?.kind === 'text') named.delete(cursor.value)
  return named
}

/** What stands in a later row is no copy of what the model sees. */
const isLater = ({ arguments: args }: Directive): boolean =>
  args.some(({ name }) => name?.text === 'shift')

function columnsIn(value: Value): string[] {
  if (value.kind === 'list') return value.items.flatMap(columnsIn)
  if (value.kind === 'text') return [value.value]
  return value.kind === 'word' ? [value.path.map(({ text }) => text).join('.')] : []
}

/** Whether a name stands by itself; others stand in quotes. */
const isWord = (name: string): boolean => name.split('.').every((part) => nameText(part) === part)

/** What `stop watch=` may name. */
export function measuredOffers({ marked }: Cursor): Offer[] {
  const written = metricNames(marked.ast)
  if (written.length === 0) written.push(...usualMetrics(marked.context.facts))
  const names = ['val.loss', ...written.map((name) => `val.${name}`), 'train.loss']
  return names.map((label) => {
    const of = label.startsWith('train.') ? 'the training rows' : 'the rows that validate'
    const what = label.split('.').slice(1).join('.')
    return { label, kind: 'value', detail: '', documentation: `The ${what} over ${of}.` }
  })
}

/** What is measured where the text does not say. */
const usual = { number: ['mae', 'r2'], class: ['accuracy'], binary: ['accuracy'] } as const

const usualMetrics = (facts: DataFacts | undefined): string[] =>
  facts?.targets.length === 1 ? facts.targets.flatMap(({ kind }) => usual[kind]) : []

function metricNames(file: Node): string[] {
  const names: string[] = []
  if (file.kind !== 'file') return names
  for (const statement of file.body.statements) {
    if (statement.kind !== 'directive' || statement.name.text !== 'metrics') continue
    for (const { value } of statement.arguments) {
      const items = value.kind === 'list' ? value.items : [value]
      for (const item of items)
        if (item.kind === 'word' || item.kind === 'call')
          names.push(item.path.map(({ text }) => text).join('.'))
    }
  }
  return names
}

/** Kinds of parameters, and the names of those that the layers of the text keep. */
export function parameterOffers({ marked }: Cursor): Offer[] {
  const roles = ['bias', 'weight', 'scale', 'embedding']
  const references = marked.declarations.all.filter(({ kind }) => kind === 'stage')
  return [
    ...roles.map((label): Offer => {
      const documentation = `All parameters of the kind \`${label}\`.`
      return { label, kind: 'value', detail: '', documentation }
    }),
    ...references.map(({ name }): Offer => {
      const documentation = 'The parameters of this layer.'
      return { label: `@${name}`, kind: 'reference', detail: '', documentation }
    }),
  ]
}
