import type { Field, PluginKind, RawValue } from '@chainrule/core'
import { type Argument, directivesWithOn, type TargetFacts } from '@chainrule/language'
import type { CompletionKind, Offer } from './completions.ts'
import type { Cursor } from './cursor.ts'
import { describeField, generatorText, pluginSignature, rawText, sentence } from './describe.ts'
import { columnOffers, constantOffers, measuredOffers, parameterOffers } from './offer-names.ts'
import { stageItems, tieItems } from './offer-references.ts'
import { type Schema, type Slot, slotAt, type Taker } from './slots.ts'
import { around } from './tree.ts'
import { argumentWord, followingWords } from './words.ts'

/** What may be written as an argument, or as the value of one. */
export function argumentItems(cursor: Cursor, argument: Argument): Offer[] {
  const { path, marked } = cursor
  const slot = slotAt(path, marked)
  if (slot === undefined) return around(path, 'let') === undefined ? [] : constantOffers(cursor)
  if (slot.taker?.name === 'output') return stageItems(cursor)
  const isOpen = argument.name === undefined && !slot.isInside && !cursor.isText
  const values = valueItems(cursor, slot)
  if (!isOpen || slot.taker === undefined) return values
  return [
    ...values,
    ...nameItems(slot.taker, argument),
    ...followingItems(cursor, slot.taker, argument),
  ]
}

/** The name of an argument whose `=` is there already. */
export function nameOffers({ path, marked }: Cursor, argument: Argument): Offer[] {
  const slot = slotAt([...path.slice(0, -1), argument.value], marked)
  if (slot?.taker === undefined) return []
  return nameItems(slot.taker, argument).map((offer) => ({ ...offer, text: offer.label }))
}

/** What the slot takes: plugins by name, words, names of the text and the data. */
export function valueItems(cursor: Cursor, slot: Slot): Offer[] {
  const { isText } = cursor
  const named = namedItems(cursor, slot)
  if (isText || (slot.named !== undefined && slot.named !== 'parameter')) return named
  // By its place an argument with a default can be left out.
  const isNamed = around(cursor.path, 'argument')?.name !== undefined
  const usual = isNamed || !isNumeric(slot.schema) ? slot.field?.default : undefined
  const items = schemaItems(cursor, slot, slot.schema, usual)
  const isTied = slot.schema['kind'] === 'initializer' && around(cursor.path, 'call') === undefined
  const ties = isTied && around(cursor.path, 'layer') !== undefined ? tieItems(cursor) : []
  return [...named, ...items, ...ties, ...constantOffers(cursor, typeOf(slot.schema))]
}

function namedItems(cursor: Cursor, { named }: Slot): Offer[] {
  switch (named) {
    case 'column':
      return columnOffers(cursor)
    case 'measured':
      return measuredOffers(cursor)
    case 'parameter':
      return parameterOffers(cursor)
    default:
      return []
  }
}

const pluginKinds: ReadonlySet<string> = new Set<PluginKind>([
  ...(['activation', 'loss', 'optimizer', 'schedule', 'initializer', 'metric'] as const),
])

const isPluginKind = (kind: unknown): kind is Exclude<PluginKind, 'layer'> =>
  typeof kind === 'string' && pluginKinds.has(kind)

function schemaItems(
  cursor: Cursor,
  slot: Slot,
  schema: Schema,
  usual: RawValue | undefined,
): Offer[] {
  const { kind, type, anyOf, oneOf } = schema as {
    readonly kind?: string
    readonly type?: string
    readonly anyOf?: readonly Schema[]
    readonly oneOf?: readonly Schema[]
  }
  if (isPluginKind(kind)) return pluginItems(cursor, kind, usual)
  if (kind === 'generator') return generatorItems(cursor)
  const words = type === 'boolean' ? ['true', 'false'] : schema['enum']
  const parts = [...(anyOf ?? []), ...(oneOf ?? [])]
  const item = (word: string): Offer => wordItem(word, usual, wordText(word, slot, cursor))
  const offers = [
    ...(Array.isArray(words) ? words.map((word) => item(String(word))) : []),
    ...parts.flatMap((part) => schemaItems(cursor, slot, part, usual)),
  ]
  const isWritten = usual === undefined || offers.some(({ label }) => label === rawText(usual))
  return isWritten || parts.length > 0 || type === undefined
    ? offers
    : [item(rawText(usual)), ...offers]
}

/** Which constants fit; where nothing is required, all do. */
function typeOf(schema: Schema): 'number' | 'other' | undefined {
  if (isNumeric(schema)) return 'number'
  return Object.keys(schema).length === 0 ? undefined : 'other'
}

const isNumeric = (schema: Schema): boolean => {
  const parts = [schema['anyOf'], schema['oneOf']].flatMap((each) =>
    Array.isArray(each) ? (each as Schema[]) : [],
  )
  return ['integer', 'number'].includes(String(schema['type'])) || parts.some(isNumeric)
}

/** What a word means there: of a directive's own what is known of it, else what the argument takes. */
function wordText(word: string, { name, field }: Slot, { path }: Cursor): string {
  const directive = around(path, 'directive')?.name.text ?? ''
  const known = argumentWord(directive, name ?? '', word)
  return known ?? (field === undefined ? '' : describeField(field))
}

function wordItem(label: string, usual: RawValue | undefined, documentation: string): Offer {
  const isUsual = usual !== undefined && label === rawText(usual)
  return { label, kind: 'value', detail: isUsual ? 'default' : '', documentation }
}

/** The plugins of a kind, the default first. */
export function pluginItems(
  cursor: Cursor,
  kind: Exclude<PluginKind, 'layer'>,
  usual?: RawValue,
): Offer[] {
  const { registry } = cursor.marked.context
  const first = usual === undefined ? undefined : rawText(usual).replace(/\(.*/, '')
  const names = registry.names(kind)
  const target = kind === 'loss' || kind === 'metric' ? targetAt(cursor) : undefined
  const isFor = (name: string): boolean => {
    const plugin = registry.find(kind, name)
    if (target === undefined || plugin === undefined || !('targets' in plugin)) return true
    return plugin.targets.includes(target.kind)
  }
  const order = (name: string): number => Number(name !== first) + Number(!isFor(name))
  const ordered = names.toSorted((a, b) => order(a) - order(b))
  return ordered.flatMap((name) => {
    const plugin = registry.find(kind, name)
    if (plugin === undefined) return []
    // Two classes can be taken as the numbers 0 and 1.
    const isSure = target?.kind === 'number' || (target?.classes.length ?? 0) > 2
    const isNot = isSure && !isFor(name)
    const documentation = isNot ? `${plugin.summary} Not for this target.` : plugin.summary
    const signature = pluginSignature(plugin)
    const usual = signature === name ? 'default' : `${signature} (default)`
    return [{ label: name, kind, detail: name === first ? usual : signature, documentation }]
  })
}

/** What the target is of which a `loss` or `metrics` speaks, where the data say so. */
function targetAt({ marked, path }: Cursor): TargetFacts | undefined {
  const targets = marked.context.facts?.targets ?? []
  const head = around(path, 'directive')?.on?.name.text
  const [only, ...others] = targets
  const found = targets.find((each) => each.head === head && head !== undefined)
  return found ?? (others.length === 0 ? only : undefined)
}

function generatorItems({ marked }: Cursor): Offer[] {
  return [...(marked.context.generators ?? [])].map((each) => ({
    ...{ label: each.name, kind: 'generator', detail: generatorText(each) },
    documentation: sentence(each.about),
  }))
}

/** Arguments by name that are not given yet. */
export function nameItems(taker: Taker, current: Argument): Offer[] {
  const others = taker.args.filter((each) => each !== current)
  const given = new Set(others.flatMap(({ name }) => (name === undefined ? [] : [name.text])))
  const before = taker.args.slice(0, Math.max(0, taker.args.indexOf(current)))
  const positional = before.filter(({ name }) => name === undefined).length
  for (const name of Object.keys(taker.arguments).slice(0, positional)) given.add(name)
  for (const name of taker.unnamed) given.add(name)
  const own = { ...taker.arguments, ...taker.options }
  const offers = (fields: Taker['options']): Offer[] =>
    Object.entries(fields).flatMap(([name, field]) =>
      given.has(name) ? [] : [nameItem(name, field, taker)],
    )
  return [...offers(own), ...offers(taker.generic)]
}

function nameItem(name: string, field: Field<unknown>, taker: Taker): Offer {
  const usual = field.default === undefined ? undefined : rawText(field.default)
  const kind: CompletionKind = 'argument'
  return {
    label: name,
    kind,
    text: `${name}=`,
    detail: usual === undefined ? `of ${taker.name}` : `${name}=${usual}`,
    documentation: describeField(field),
    ...(usual === undefined ? {} : { default: usual }),
  }
}

/** What may follow the last argument. */
function followingItems({ path }: Cursor, taker: Taker, current: Argument): Offer[] {
  if (taker.isCall) return []
  const layer = path.findLast(({ kind }) => kind === 'layer' || kind === 'directive')
  const isOwn = around(path, 'call') === undefined
  if (layer?.kind === 'layer' && isOwn && isWhole(taker, current))
    return [arrowItem, keywordItem('as')]
  return layer?.kind === 'directive' && isOwn ? directiveItems(layer.name.text) : []
}

/** Whether all is given that must be, without what is being written. */
function isWhole({ arguments: fields, options, args }: Taker, current: Argument): boolean {
  const others = args.filter((each) => each !== current)
  const named = new Set(others.flatMap(({ name }) => (name === undefined ? [] : [name.text])))
  const positional = others.filter(({ name }) => name === undefined).length
  const left = Object.entries(fields).slice(positional)
  return [...left, ...Object.entries(options)].every(
    ([name, { optional }]) => optional || named.has(name),
  )
}

const directiveItems = (name: string): Offer[] =>
  directivesWithOn.includes(name) ? [keywordItem('on')] : []

const arrowItem: Offer = {
  ...{ label: '->', kind: 'operator', text: '-> ' },
  ...{ detail: 'the next layer', documentation: 'Hands the output on to the layer that follows.' },
}

function keywordItem(word: string): Offer {
  const { syntax: detail = '', about: documentation = '' } = followingWords[word] ?? {}
  return { label: word, kind: 'keyword', text: `${word} `, detail, documentation }
}
