import type { Registry } from '@chainrule/core'
import {
  type Directive,
  type File,
  type Layer,
  layerName,
  type Node,
  type Span,
  walk,
} from '../ast.ts'
import { applyEdits, type Edit } from '../diagnostic.ts'
import type { Experiment } from '../experiment.ts'
import { format } from '../format.ts'
import { shifted } from '../shift.ts'
import {
  type Filled,
  fillColumns,
  fillSource,
  type GeneratorDefaults,
  type ReadColumns,
} from './data-defaults.ts'
import { type DefaultsContext, fillArguments, insertion } from './defaults.ts'
import { standardisedNote } from './settings.ts'

/** Directives of the model whose settings are filled in. */
const ofModel = ['loss', 'optimizer', 'train', 'metrics', 'init', 'seed', 'stop']
/** Those about the data, which stand in the braces of `data`. */
const ofData = ['window', 'split', 'scale']

/** What the defaults of a text depend on. */
export interface ResolvedTextOptions {
  readonly registry: Registry
  /** What a generator of synthetic data takes where the text does not say. */
  readonly generatorDefaults?: GeneratorDefaults
  /** How the columns of a table were read. */
  readonly columns?: ReadColumns
}

/**
 * The text with every default filled in, those of its layers too (`chainrule show --resolved`): a text of the language that
 * resolves to the same graph and settings. What is written stands where it was; what is not, behind it, in the braces of
 * `data`, or at the end of the model. Other models of the file stay as they are, and so do the blocks of other files
 * (`resolvedBlocks`).
 */
export function resolvedText(
  text: string,
  ast: File,
  experiment: Experiment,
  { registry, generatorDefaults = () => ({}), columns }: ResolvedTextOptions,
): string {
  const own = ownNodes(ast, experiment)
  const context: DefaultsContext = { registry, constants: constantsOf(own), init: experiment.init }
  const directives = own.filter((node) => node.kind === 'directive')
  const settings = experiment.settings.filter((line) => isWritable(line, context.constants))
  const model = fillSettings(directives, settings, ofModel)
  const data = fillSettings(directives, settings, ofData)
  const read = columns === undefined ? nothing : fillColumns(directives, columns)
  const dataLines = [...read.missing, ...data.missing]
  const inputs = missingInputs(own, directives, settings)
  // What stands outside of a model's braces would hold for the others too.
  const place = experiment.model === undefined ? directives.find(isData) : undefined
  const edits = [
    ...[model, data, read].flatMap((each) => each.edits),
    ...own.flatMap((node) => (node.kind === 'layer' ? fillLayer(node, context) : [])),
    ...directives
      .filter(isData)
      .flatMap(({ arguments: args }) => fillSource(args, context, generatorDefaults)),
    ...(place === undefined
      ? []
      : [...insideBraces(text, place, dataLines), ...behind(place, inputs)]),
  ]
  const missing = [...(place === undefined ? [...inputs, ...dataLines] : []), ...model.missing]
  return format(placed(text, ast, experiment, edits, missing))
}

/** The same of a file of blocks, for other files to use: what draws their weights is for those to say. */
export function resolvedBlocks(text: string, { body }: File, registry: Registry): string {
  const nodes: Node[] = []
  walk(body, (node) => nodes.push(node))
  const context = { registry, constants: constantsOf(nodes), init: undefined, leavesInit: true }
  const edits = nodes.flatMap((node) => (node.kind === 'layer' ? fillLayer(node, context) : []))
  return format(applyEdits(text, edits))
}

/** Whether no constant is called like the plugin that a directive names, which could then not be written. */
const isWritable = (line: string, constants: ReadonlySet<string>): boolean =>
  !/^(?:loss|optimizer|init|metrics) /.test(line) ||
  !(line.split(' ')[1] ?? '').split(/[[\],(]+/).some((name) => constants.has(name))

const isData = ({ name }: Directive): boolean => name.text === 'data'

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

/** The names of constants and parameters. */
function constantsOf(nodes: readonly Node[]): Set<string> {
  return new Set(
    nodes.flatMap((node) =>
      node.kind === 'let' || node.kind === 'parameter' ? [node.name.text] : [],
    ),
  )
}

const nothing: Filled = { edits: [], missing: [] }

function fillSettings(
  directives: readonly Directive[],
  settings: readonly string[],
  names: readonly string[],
): Filled {
  const edits: Edit[] = []
  const missing: string[] = []
  for (const name of names) {
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

/** The only input of a text that declares none. */
function missingInputs(
  nodes: readonly Node[],
  directives: readonly Directive[],
  settings: readonly string[],
): string[] {
  if (directives.some(({ name }) => name.text === 'input')) return []
  const names = new Set(nodes.flatMap((node) => ('as' in node && node.as ? [node.as.text] : [])))
  // A stage may be called as the input is; then only the columns can say what comes in.
  return settings.filter(
    (line) => line.startsWith('input ') && !names.has(line.split(' ')[1] ?? ''),
  )
}

/** Lines that go into the braces of a statement, which may have none yet. */
function insideBraces(text: string, { span, body }: Directive, lines: readonly string[]): Edit[] {
  if (lines.length === 0) return []
  const inside = lines.map((line) => `${line}\n`).join('')
  if (body === undefined) return [insertion(span.end, ` {\n${inside}}`)]
  const end = body.span.end - 1
  const isOnOwnLine = /\n[ \t]*$/.test(text.slice(0, end))
  return [insertion(end, isOnOwnLine ? inside : `\n${inside}`)]
}

const behind = ({ span }: Directive, lines: readonly string[]): Edit[] =>
  lines.map((line) => insertion(span.end, `\n\n${line}`))

function fillLayer(stage: Layer, context: DefaultsContext): Edit[] {
  const layer = context.registry.find('layer', layerName(stage))
  if (layer === undefined) return []
  const { name, arguments: args } = stage
  return fillArguments(layer, args, args.at(-1)?.span.end ?? name.span.end, context)
}

/** The edited text, what is missing put where it holds for this model alone. */
function placed(
  text: string,
  { body }: File,
  { model }: Experiment,
  edits: readonly Edit[],
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
