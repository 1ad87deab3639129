import { layerName, type Node, type ObservedStage } from '@chainrule/language'
import type { Offer } from './completions.ts'
import type { Cursor } from './cursor.ts'
import type { Declaration } from './declarations.ts'
import { stageText, tensorsText } from './describe.ts'
import { slotAt } from './slots.ts'
import { around } from './tree.ts'

/** What may stand behind `@`, by what it is for. */
export function referenceOffers(cursor: Cursor): Offer[] {
  const { path, marked } = cursor
  const [reference, owner] = [path.at(-2), path.at(-3)]
  if (owner?.kind === 'directive' && owner.on === reference)
    return owner.name.text === 'regularise' ? stageItems(cursor) : headItems(cursor)
  if (owner?.kind === 'same') return stageItems(cursor)
  const directive = around(path, 'directive')?.name.text
  if (directive === 'features') return inputItems(cursor)
  if (directive !== undefined) return stageItems(cursor)
  if (slotAt(path, marked)?.schema['kind'] === 'initializer') return tieItems(cursor)
  return referenceItems(cursor)
}

/** Inputs and stages above, and the parts that some stages have. */
export function referenceItems(cursor: Cursor): Offer[] {
  return [...stageItems(cursor), ...inputItems(cursor), ...partItems(cursor)]
}

/** The named stages that a place sees, the nearest first; of a pipeline those above. */
export function stageItems(cursor: Cursor): Offer[] {
  return stagesSeen(cursor).map((each) => referenceItem(each, cursor))
}

function stagesSeen({ marked, path }: Cursor): Declaration[] {
  const at = path.at(-1)?.span.start ?? 0
  const { declarations } = marked
  // Statements outside of all braces speak of what stands inside those of a model.
  const isInPipeline = around(path, 'pipeline') !== undefined
  const all = declarations.all.filter(({ kind }) => kind === 'stage')
  const seen = isInPipeline
    ? declarations.visible(at, 'stage').filter(({ span }) => span.start < at)
    : all
  return seen.toSorted((a, b) => b.span.start - a.span.start)
}

function inputItems(cursor: Cursor): Offer[] {
  const { declarations } = cursor.marked
  const inputs = declarations.all.filter(({ kind }) => kind === 'input')
  return inputs.map((each) => referenceItem(each, cursor))
}

/** A stage as it was read last. */
const observed = ({ node }: Declaration, { marked }: Cursor): ObservedStage | undefined =>
  marked.observedAt(node).at(-1)

function referenceItem(declaration: Declaration, cursor: Cursor): Offer {
  const { name, kind, node } = declaration
  const { marked } = cursor
  const input = marked.observed.inputs.get(name)
  const tensors = kind === 'input' ? input && [input] : observed(declaration, cursor)?.outputs
  const documentation =
    kind === 'input' ? 'An input of the model.' : `The output of ${stageText(node, marked.text)}.`
  const label = `@${name}`
  return { label, kind: 'reference', detail: tensorsText(tensors) ?? '', documentation }
}

/** `@lstm.state` and `@cell.0`: further outputs of a layer, copies of a `repeat`. */
function partItems(cursor: Cursor): Offer[] {
  return stagesSeen(cursor).flatMap((declaration) => {
    const { name, node } = declaration
    const written = stageText(node, cursor.marked.text)
    const layer =
      node.kind === 'layer'
        ? cursor.marked.context.registry.find('layer', layerName(node))
        : undefined
    const outputs = layer?.outputs ?? []
    const copies = node.kind === 'repeat' ? copiesOf(declaration, cursor) : 0
    return [...outputs, ...Array.from({ length: copies }, (_, copy) => String(copy))].map(
      (part): Offer => {
        const isCopy = node.kind === 'repeat'
        const what = isCopy ? `The output of copy ${part} of` : `The output \`${part}\` of`
        const documentation = `${what} ${written}.`
        return { label: `@${name}.${part}`, kind: 'reference', detail: '', documentation }
      },
    )
  })
}

// More copies nobody picks from a list.
const mostCopies = 8

/** The copies of a named `repeat`, whose layers are called after them: `cell.2.dense1`. */
function copiesOf(declaration: Declaration, cursor: Cursor): number {
  const numbers = (observed(declaration, cursor)?.instances ?? []).map(({ name }) =>
    Number(name.slice(declaration.name.length + 1).split('.')[0]),
  )
  const known = numbers.filter((each) => Number.isInteger(each))
  return Math.min(mostCopies, Math.max(-1, ...known) + 1)
}

/** `weights=@embed.weight`: parameters of the named layers above. */
export function tieItems(cursor: Cursor): Offer[] {
  return stagesSeen(cursor).flatMap((declaration) => {
    const { name, node } = declaration
    if (node.kind !== 'layer') return []
    const kept = observed(declaration, cursor)?.parameters ?? []
    return kept.flatMap(({ name: parameter, shape }): Offer[] => {
      // One number for each output is no table of weights.
      if (shape.length < 2) return []
      const detail = `[${shape.join(', ')}]`
      const documentation = `The same weights as ${stageText(node, cursor.marked.text)}.`
      return [{ label: `@${name}.${parameter}`, kind: 'reference', detail, documentation }]
    })
  })
}

/** The outputs of the model, which `on` speaks of. */
function headItems(cursor: Cursor): Offer[] {
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
  const directives = marked.ast.body.statements.filter(({ kind }) => kind === 'directive')
  const isSpoken = ({ span }: Pick<Node, 'span'>): boolean =>
    directives.some((each) => each.span.start <= span.start && span.end <= each.span.end)
  const read = new Set(
    occurrences
      .filter((each) => each.span !== each.declaration.span && !isSpoken(each))
      .map(({ declaration }) => declaration),
  )
  const unread = stages.filter((each) => !read.has(each))
  return unread.length > 0 ? unread : stages
}
