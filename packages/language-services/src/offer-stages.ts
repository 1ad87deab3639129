import {
  ChainruleError,
  configure,
  type Layer,
  type RawValue,
  type Registry,
} from '@chainrule/core'
import { dataDirectives, type Node, type ObservedTensor } from '@chainrule/language'
import type { CompletionKind, Offer } from './completions.ts'
import type { Cursor } from './cursor.ts'
import { layerSummary, signature } from './describe.ts'
import { docOf } from './offer-names.ts'
import { referenceItems } from './offer-references.ts'
import { blockTakes } from './slots.ts'
import { directiveWords, editionWord, stageWords, statementWords, type WordInfo } from './words.ts'

/** What may begin a stage of a pipeline, and what a statement. */

/** Layers, blocks and constructs, those first that take what flows there. */
export function stageItems(cursor: Cursor): Offer[] {
  return [...blockItems(cursor), ...layerItems(cursor), ...wordItems(stageWords, 'keyword')]
}

/** The first word of a statement: a layer, a reference, a directive. */
export function statementItems(cursor: Cursor): Offer[] {
  const { path } = cursor
  const around = path.slice(0, -3).findLast((node) => node.kind !== 'body')
  if (around?.kind === 'directive')
    return directiveItems(cursor, (name) => dataDirectives.has(name))
  const stages = [...stageItems(cursor), ...startItems(cursor)]
  const isAtTop = around?.kind === 'file' || around?.kind === 'model'
  if (!isAtTop) return [...stages, ...wordItems({ let: statementWords['let'] }, 'keyword')]
  const words = around.kind === 'file' ? statementWords : inModels
  const edition = around.kind === 'file' && around.edition === undefined ? editionWord : {}
  const hasPipeline = around.body.statements.some(
    (each) => each.kind === 'pipeline' && each !== path.at(-3),
  )
  const others = [
    ...directiveItems(cursor, (name) => name !== 'export'),
    ...wordItems(words, 'keyword'),
    ...wordItems(edition, 'keyword'),
  ]
  // Below the network most statements say how it is trained.
  return hasPipeline ? [...others, ...stages] : [...stages, ...others]
}

const inModels = { let: statementWords['let'], block: statementWords['block'] }

const startItems = (cursor: Cursor): Offer[] => referenceItems(cursor)

function wordItems(
  words: Readonly<Record<string, WordInfo | undefined>>,
  kind: CompletionKind,
): Offer[] {
  return Object.entries(words).flatMap(([label, info]) =>
    info === undefined
      ? []
      : [{ label, kind, detail: info.syntax, documentation: info.about, text: `${label} ` }],
  )
}

/** Directives, those that stand once and are there already behind the others. */
function directiveItems({ path }: Cursor, isWanted: (name: string) => boolean): Offer[] {
  const written = new Set<string>()
  for (const node of path) for (const each of statementsOf(node)) written.add(each)
  const items = wordItems(directiveWords, 'directive').filter(({ label }) => isWanted(label))
  return items.toSorted((a, b) => Number(written.has(a.label)) - Number(written.has(b.label)))
}

function statementsOf(node: Node): string[] {
  if (node.kind !== 'body') return []
  return node.statements.flatMap((each) => (each.kind === 'directive' ? [each.name.text] : []))
}

function blockItems({ marked, path }: Cursor): Offer[] {
  const at = path.at(-1)?.span.start ?? 0
  const inside = new Set(path)
  return marked.declarations.visible(at, 'block').flatMap(({ name, node, from }) => {
    // A block in itself would have no end.
    if (node.kind !== 'block' || inside.has(node)) return []
    const source = from === undefined ? 'this text' : `\`${from}\``
    const documentation = docOf(node) ?? `A block of ${source}.`
    return [
      { label: name, kind: 'block', detail: signature(name, blockTakes(node)), documentation },
    ]
  })
}

function layerItems({ marked, path }: Cursor): Offer[] {
  const { registry } = marked.context
  const stage = path.at(-2)
  const inputs =
    stage?.kind === 'layer'
      ? marked.observedAt(stage).find(({ inputs: given }) => given)?.inputs
      : undefined
  const offers = registry.names('layer').flatMap((name) => {
    const layer = registry.find('layer', name)
    if (layer === undefined) return []
    const isActivation = registry.find('activation', name) !== undefined
    const doesFit = inputs === undefined || fits(layer, inputs, registry)
    const summary = layerSummary(name, registry)
    const offer: Offer = {
      label: name,
      kind: isActivation ? 'activation' : 'layer',
      detail: signature(name, layer),
      documentation: doesFit ? summary : `${summary} It does not take what flows here.`,
    }
    return [{ offer, order: (doesFit ? 0 : 2) + (isActivation ? 1 : 0) }]
  })
  return offers.toSorted((a, b) => a.order - b.order).map(({ offer }) => offer)
}

/** Whether a layer takes tensors of these shapes with arguments that are as modest as can be. */
function fits(layer: Layer, inputs: readonly ObservedTensor[], registry: Registry): boolean {
  const required = layer.inputs.filter(({ optional }) => optional !== true).length
  const isCounted = layer.minimumInputs === undefined
  const least = layer.minimumInputs ?? required
  if (inputs.length < least || (isCounted && inputs.length > layer.inputs.length)) return false
  const wanted = layer.inputs[0]?.dtype ?? 'float'
  if (inputs.some(({ dtype }) => dtype !== undefined && dtype !== wanted && dtype !== 'boolean'))
    return false
  if (inputs.some(({ shape }) => shape === undefined)) return true
  const { config, problems } = configure(layer, { positional: modest(layer), named: {} }, registry)
  if (problems.length > 0) return true
  try {
    const shapes = inputs.map(({ shape }) => shape)
    layer.shape(config, shapes)
    layer.init(config, shapes)
    return true
  } catch (error) {
    if (error instanceof ChainruleError) return false
    throw error
  }
}

/** 1 for each argument that must be written. */
const modest = ({ arguments: fields }: Layer): RawValue[] => {
  const all = Object.values(fields)
  const count = all.findLastIndex(({ optional }) => !optional) + 1
  return all.slice(0, count).map(({ default: usual }) => usual ?? 1)
}
