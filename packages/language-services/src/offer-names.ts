import type { RawValue } from '@chainrule/core'
import type { Node } from '@chainrule/language'
import type { Offer } from './completions.ts'
import type { Cursor } from './cursor.ts'
import type { Declaration } from './declarations.ts'
import { rawText, tensorsText } from './describe.ts'
import { around } from './tree.ts'

/** Names that the text itself declares, and those of its data. */

/** What `@` may find: inputs, and the stages above. */
export function referenceItems(cursor: Cursor): Offer[] {
  const { marked, path } = cursor
  const at = path.at(-1)?.span.start ?? 0
  const isInPipeline = around(path, 'pipeline') !== undefined
  return marked.declarations
    .visible(at, 'stage', 'input')
    .filter(({ kind, span }) => !isInPipeline || kind === 'input' || span.start < at)
    .map((each) => referenceItem(each, cursor))
    .toReversed()
}

function referenceItem({ name, kind, node }: Declaration, { marked }: Cursor): Offer {
  const stage = marked.observed.stages.findLast((each) => each.stage === node)
  const input = marked.observed.inputs.get(name)
  const tensors = kind === 'input' ? input && [input] : stage?.outputs
  const documentation =
    kind === 'input' ? 'An input of the model.' : `The output of ${stageText(node, marked.text)}.`
  const label = `@${name}`
  return { label, kind: 'reference', detail: tensorsText(tensors) ?? '', documentation }
}

const longest = 60

/** A stage as it is written, but for its name. */
export function stageText(node: Node, text: string): string {
  const end = 'as' in node && node.as !== undefined ? node.as.span.start : node.span.end
  const written = text.slice(node.span.start, end).replace(/\s+as\s*$/, '')
  const line = written.replaceAll(/\s+/g, ' ').trim()
  return `\`${line.length > longest ? `${line.slice(0, longest - 1)}…` : line}\``
}

/** The outputs of the model, which `on` speaks of. */
export function headItems(cursor: Cursor): Offer[] {
  const { all } = cursor.marked.declarations
  const outputs = all.filter(({ kind }) => kind === 'output')
  const heads = outputs.length > 0 ? outputs : endsNamed(cursor)
  return heads.map((each) => {
    const offer = referenceItem(each, cursor)
    return each.kind === 'output' ? { ...offer, documentation: 'An output of the model.' } : offer
  })
}

/** Stages with a name at the end of a pipeline, which no other reads. */
function endsNamed({ marked }: Cursor): Declaration[] {
  const { all, occurrences } = marked.declarations
  const stages = all.filter(({ kind }) => kind === 'stage')
  const read = new Set(
    occurrences
      .filter(({ span, declaration }) => span !== declaration.span)
      .map(({ declaration }) => declaration),
  )
  const unread = stages.filter((each) => !read.has(each))
  return unread.length > 0 ? unread : stages
}

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
export function columnOffers({ marked, isText }: Cursor): Offer[] {
  return (marked.context.columns ?? []).map(({ name, about = '' }) => ({
    label: name,
    kind: 'column',
    text: isText || isWord(name) ? name : `"${name.replaceAll(/(["\\])/g, '\\$1')}"`,
    detail: about,
    documentation: 'A column of the data.',
  }))
}

/** Whether a name stands by itself; others stand in quotes. */
const isWord = (name: string): boolean =>
  name
    .split('.')
    .every((part) => /^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$/.test(part) && !reserved.has(part))

const reserved = new Set([
  ...['mlp', 'use', 'let', 'block', 'model', 'branch', 'residual', 'repeat', 'same', 'as', 'on'],
  ...['only', 'true', 'false'],
])

/** What `stop watch=` may name. */
export function measuredOffers({ marked }: Cursor): Offer[] {
  const written = metricNames(marked.ast)
  const names = ['val.loss', ...written.map((name) => `val.${name}`), 'train.loss']
  return names.map((label) => {
    const of = label.startsWith('train.') ? 'the training rows' : 'the rows that validate'
    const what = label.split('.').slice(1).join('.')
    return { label, kind: 'value', detail: '', documentation: `The ${what} over ${of}.` }
  })
}

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
