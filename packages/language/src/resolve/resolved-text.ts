import type { Registry } from '@chainrule/core'
import { type Directive, type File, type Layer, type Node, type Span, walk } from '../ast.ts'
import { applyEdits, type Edit } from '../diagnostic.ts'
import type { Experiment } from '../experiment.ts'
import { format } from '../format.ts'
import { shifted } from '../shift.ts'
import { fillSource, type GeneratorDefaults } from './data-defaults.ts'
import { type DefaultsContext, fillArguments } from './defaults.ts'
import { standardisedNote } from './settings.ts'

/** Directives whose settings are filled in; inputs stay as they are written. */
const filled = [
  'window',
  'split',
  'scale',
  'loss',
  'optimizer',
  'train',
  'metrics',
  'init',
  'seed',
  'stop',
]

export interface ResolvedTextOptions {
  readonly registry: Registry
  /** What a generator of synthetic data takes where the text does not say. */
  readonly generatorDefaults?: GeneratorDefaults
}

/**
 * The text with every default filled in, those of its layers too (`chainrule show --resolved`): a text of the language that
 * resolves to the same graph and settings. What is written stands where it was; what is not, behind it, or at the end of the
 * model. Other models of the file stay as they are, and so do the blocks of other files.
 */
export function resolvedText(
  text: string,
  ast: File,
  experiment: Experiment,
  { registry, generatorDefaults = () => ({}) }: ResolvedTextOptions,
): string {
  const own = ownNodes(ast, experiment)
  const constants = new Set(own.flatMap(constantOf))
  const context: DefaultsContext = { registry, constants, init: experiment.init }
  const directives = own.filter((node) => node.kind === 'directive')
  const { edits, missing } = fillSettings(directives, experiment.settings)
  for (const node of own) if (node.kind === 'layer') edits.push(...fillLayer(node, context))
  for (const { name, arguments: args } of directives)
    if (name.text === 'data') edits.push(...fillSource(args, context, generatorDefaults))
  return format(placed(text, ast, experiment, edits, missing))
}

/** The nodes that are not about other models. */
function ownNodes({ body }: File, { foreign }: Experiment): Node[] {
  const isForeign = ({ span }: Node): boolean =>
    foreign.some(({ start, end }) => start <= span.start && span.end <= end)
  const nodes: Node[] = []
  walk(body, (node) => {
    if (foreign.length === 0 || !isForeign(node)) nodes.push(node)
  })
  return nodes
}

function constantOf(node: Node): string[] {
  return node.kind === 'let' || node.kind === 'parameter' ? [node.name.text] : []
}

interface Filled {
  readonly edits: Edit[]
  /** Statements that the text leaves out. */
  readonly missing: readonly string[]
}

function fillSettings(directives: readonly Directive[], settings: readonly string[]): Filled {
  const edits: Edit[] = []
  const missing: string[] = []
  for (const name of filled) {
    const written = directives.filter((each) => each.name.text === name)
    const lines = settings
      .filter((line) => line.split(' ')[0] === name)
      .map((line) => line.replace(standardisedNote, ''))
    if (written.length === 0) missing.push(...lines)
    if (lines.length === 0) continue
    for (const [i, { span }] of written.entries()) {
      const own = i === written.length - 1 ? lines.slice(i) : lines.slice(i, i + 1)
      edits.push({ span, text: own.join('\n') })
    }
  }
  return { edits, missing }
}

function fillLayer({ name, qualifier, arguments: args }: Layer, context: DefaultsContext): Edit[] {
  const layer = qualifier === undefined ? context.registry.find('layer', name.text) : undefined
  if (layer === undefined) return []
  return fillArguments(layer, args, args.at(-1)?.span.end ?? name.span.end, context)
}

/** The edited text, what is missing put where it holds for this model alone. */
function placed(
  text: string,
  { body }: File,
  { model }: Experiment,
  edits: Edit[],
  missing: readonly string[],
): string {
  const lines = missing.map((line) => `${line}\n`).join('')
  if (model === undefined) return `${applyEdits(text, edits).trimEnd()}\n\n${lines}`.trimStart()
  const node = body.statements.find(
    (statement) => statement.kind === 'model' && statement.name?.text === model,
  )
  if (node?.kind === 'model') {
    const end = node.body.span.end - 1
    return applyEdits(text, [...edits, { span: { start: end, end }, text: `\n${lines}` }])
  }
  // Pipelines outside of all braces get some, since what stands outside holds for other models too.
  const pipelines = body.statements.filter(({ kind }) => kind === 'pipeline')
  const spans = pipelines.map(({ doc, span }) => ({
    start: (doc ?? { span }).span.start,
    end: span.end,
  }))
  const inside = spans.map((span) => `${part(text, span, edits)}\n`).join('')
  const rest = edits.filter((edit) => !spans.some((span) => isInside(edit.span, span)))
  const without = applyEdits(text, [...rest, ...spans.map((span) => ({ span, text: '' }))])
  return `${without.trimEnd()}\n\nmodel ${model} {\n${inside}${lines}}\n`
}

const isInside = (inner: Span, { start, end }: Span): boolean =>
  start <= inner.start && inner.end <= end

/** A piece of the text with those edits that lie in it. */
function part(text: string, span: Span, edits: readonly Edit[]): string {
  const own = edits.filter((edit) => isInside(edit.span, span))
  return applyEdits(text.slice(span.start, span.end), shifted(own, -span.start))
}

/** Graph and settings in one text, the same for two texts that say the same in another order of arguments. */
export function meaningOf({ graph, settings }: Experiment): string {
  return JSON.stringify({ graph, settings }, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}
