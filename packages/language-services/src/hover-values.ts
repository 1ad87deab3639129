import type { PluginKind, RawValue } from '@chainrule/core'
import type { Argument, Node, Span } from '@chainrule/language'
import type { Analysis } from './analysis.ts'
import { describeField, generatorText, pluginSignature, rawText, sentence } from './describe.ts'
import type { Fact, Hover } from './hover.ts'
import { docOf } from './offer-names.ts'
import type { Slot } from './slots.ts'
import type { Path } from './tree.ts'
import { argumentWord } from './words.ts'

/** What is said of values: which argument they are, what the words among them name. */

/** Nothing, to which what is known is added. */
export const plain = { signature: '', about: '', doc: '', facts: [] } as const

type NodeOf<K extends Node['kind']> = Extract<Node, { kind: K }>

export function hoverOfValue(path: Path, slot: Slot, analysis: Analysis): Hover | undefined {
  const argument = path.findLast((node) => node.kind === 'argument')
  const value = path.at(-1)?.kind === 'name' ? path.at(-2) : path.at(-1)
  if (argument === undefined || value === undefined) return undefined
  const { span } = value
  const named =
    value.kind === 'word' || value.kind === 'call'
      ? (hoverOfConstant(value, slot, analysis) ?? hoverOfWord(value, slot, path, analysis))
      : undefined
  const described = named ?? { ...hoverOfArgument(argument, slot), span }
  return described.signature === '' ? undefined : described
}

/** Which argument it is, and what it takes. */
export function hoverOfArgument(
  { name, span }: Argument,
  { name: called = '', ...slot }: Slot,
): Hover {
  const { field, taker } = slot
  const signature = taker === undefined ? called : `${called} of ${taker.name}`
  const about = field === undefined ? '' : describeField(field)
  return { ...plain, span: name?.span ?? span, signature, about }
}

function argumentFacts({ name, taker }: Slot): Fact[] {
  return name === undefined || taker === undefined
    ? []
    : [{ name: 'argument', value: `${name} of ${taker.name}` }]
}

function hoverOfConstant(
  { kind, span }: NodeOf<'word' | 'call'>,
  slot: Slot,
  analysis: Analysis,
): Hover | undefined {
  const found = analysis.declarations.at(span.start)?.declaration
  if (kind !== 'word' || found === undefined) return undefined
  const facts = argumentFacts(slot)
  if (found.node.kind === 'let')
    return { ...plain, span, ...constantParts(found.node, analysis), facts }
  if (found.node.kind !== 'parameter') return undefined
  return { ...plain, span, signature: found.name, about: 'A parameter of the block.', facts }
}

/** A constant with the value that it has. */
export function constantParts(
  node: NodeOf<'let'>,
  { observed, text }: Analysis,
): Pick<Hover, 'signature' | 'about' | 'doc'> {
  const value: RawValue | undefined = observed.constants.get(node.name)
  const written = text.slice(node.value.span.start, node.value.span.end)
  const result = value === undefined || rawText(value) === written ? '' : ` = ${rawText(value)}`
  const signature = `let ${node.name.text} = ${written}${result}`
  return { signature, about: 'A constant of the text.', doc: docOf(node) ?? '' }
}

/** `relu`, `cosine(…)`, `standard`, a column. */
function hoverOfWord(
  { path: words, span: whole }: NodeOf<'word' | 'call'>,
  slot: Slot,
  path: Path,
  { context }: Analysis,
): Hover | undefined {
  const name = words.map(({ text }) => text).join('.')
  const span: Span = { start: whole.start, end: words.at(-1)?.span.end ?? whole.end }
  const facts = argumentFacts(slot)
  const kind = slot.schema['kind']
  if (kind === 'generator') {
    const found = [...(context.generators ?? [])].find((each) => each.name === name)
    return (
      found && { ...plain, span, signature: generatorText(found), about: sentence(found.about) }
    )
  }
  if (slot.named === 'column') {
    const { about = 'a column of the data' } =
      context.columns?.find((each) => each.name === name) ?? {}
    return { ...plain, span, signature: name, about: sentence(about), facts }
  }
  const directive = path.findLast((node) => node.kind === 'directive')
  const meant = argumentWord(directive?.name.text ?? '', slot.name ?? '', name)
  if (meant !== undefined) return { ...plain, span, signature: name, about: meant, facts }
  // What stands behind `data` is a word of the language, or a reader.
  const isSource = slot.name === 'kind' && slot.taker?.name === 'data'
  const plugin =
    typeof kind === 'string' || isSource
      ? context.registry.find(isSource ? 'reader' : (kind as PluginKind), name)
      : undefined
  if (plugin === undefined) return undefined
  return { ...plain, span, signature: pluginSignature(plugin), about: plugin.summary, facts }
}
