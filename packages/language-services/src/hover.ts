import { formatShape, sizeOf } from '@chainrule/core'
import {
  type Layer,
  layerName,
  type Node,
  type ObservedParameter,
  type ObservedStage,
  type ObservedTensor,
  type Span,
  type Stage,
} from '@chainrule/language'
import type { Analysis } from './analysis.ts'
import { countText, layerSummary, signature, stageText, tensorsText } from './describe.ts'
import { constantParts, hoverOfArgument, hoverOfValue, plain } from './hover-values.ts'
import { docOf } from './offer-names.ts'
import { blockOf, blockTakes, slotAt } from './slots.ts'
import { type Path, pathAt } from './tree.ts'
import { wordInfo } from './words.ts'

/** What is to be said of a place in the text. */
export interface Hover {
  /** What it is said of. */
  readonly span: Span
  /** In the language: how it is written. */
  readonly signature: string
  /** A sentence or two. */
  readonly about: string
  /** What the text says of it itself, in its `///` lines; may be empty. */
  readonly doc: string
  /** What it is here: its shape, its parameters, its value. */
  readonly facts: readonly Fact[]
}

/** A line below the sentence, such as a shape. */
export interface Fact {
  readonly name: string
  readonly value: string
}

/** What is to be said of an offset, if anything is. It takes every text and never throws. */
export function hover(analysis: Analysis, offset: number): Hover | undefined {
  const path = pathAt(analysis.ast, offset)
  return hoverOfNode(path, analysis) ?? hoverOfLexeme(analysis, offset)
}

/** The same in Markdown, as the Language Server Protocol takes it. */
export function hoverMarkdown({ signature: code, about, doc, facts }: Hover): string {
  const said = facts.map(({ name, value }) => `${name}: \`${value}\``)
  const parts = [code === '' ? '' : `\`\`\`mlp\n${code}\n\`\`\``, about, doc, said.join('  \n')]
  return parts.filter((part) => part !== '').join('\n\n')
}

function hoverOfNode(path: Path, analysis: Analysis): Hover | undefined {
  const node = path.at(-1)
  const parent = path.at(-2)
  if (node === undefined) return undefined
  const own = parent === undefined ? undefined : hoverOfName(node, parent, path, analysis)
  if (own !== undefined) return own
  if (node.kind === 'reference') return hoverOfReference(node, analysis)
  const slot = slotAt(path, analysis)
  return slot === undefined ? undefined : hoverOfValue(path, slot, analysis)
}

/** A name that stands for what its parent is. */
function hoverOfName(node: Node, parent: Node, path: Path, analysis: Analysis): Hover | undefined {
  if (node.kind !== 'name') return undefined
  switch (parent.kind) {
    case 'layer':
      return parent.as === node
        ? hoverOfStage(parent, node.span, analysis)
        : hoverOfLayer(parent, analysis)
    case 'argument': {
      const slot = slotAt([...path.slice(0, -1), parent.value], analysis)
      return slot === undefined ? undefined : hoverOfArgument(parent, slot)
    }
    case 'reference':
      return hoverOfReference(parent, analysis)
    case 'let':
      return { ...plain, span: node.span, ...constantParts(parent, analysis) }
    case 'block': {
      const code = `block ${signature(node.text, blockTakes(parent))}`
      return { ...plain, span: node.span, signature: code, doc: docOf(parent) ?? '' }
    }
    case 'parameter':
      return { ...plain, span: node.span, signature: node.text, about: 'A parameter of the block.' }
    case 'directive': {
      const info = wordInfo.get(parent.name.text)
      if (info === undefined) return undefined
      return {
        ...plain,
        span: node.span,
        signature: info.syntax,
        about: info.about,
        doc: docOf(parent) ?? '',
      }
    }
    default:
      if ('as' in parent && parent.as === node && 'damaged' in parent && isStage(parent))
        return hoverOfStage(parent, node.span, analysis)
      return undefined
  }
}

const stageKinds: ReadonlySet<Node['kind']> = new Set([
  ...(['layer', 'source', 'gather', 'same', 'branch', 'residual', 'repeat'] as const),
])
const isStage = (node: Node): node is Stage => stageKinds.has(node.kind)

// Stages

function hoverOfLayer(stage: Layer, analysis: Analysis): Hover | undefined {
  const { registry } = analysis.context
  const start = (stage.qualifier ?? stage.name).span.start
  const span = { start, end: stage.name.span.end }
  const name = layerName(stage)
  const facts = stageFacts(stage, analysis)
  const block = blockOf(stage, analysis)
  if (block !== undefined) {
    const code = signature(name, blockTakes(block))
    const from = analysis.declarations.at(stage.name.span.start)?.declaration.from
    const about = `A block of ${from === undefined ? 'this text' : `\`${from}\``}.`
    return { span, signature: code, about, doc: docOf(block) ?? '', facts }
  }
  const layer = registry.find('layer', name)
  if (layer === undefined) return undefined
  const about = layerSummary(name, registry)
  return { span, signature: signature(name, layer), about, doc: '', facts }
}

/** Of the name that a stage gets by `as`. */
function hoverOfStage(stage: Stage, span: Span, analysis: Analysis): Hover {
  const about = `The output of ${stageText(stage, analysis.text)}.`
  return {
    ...plain,
    span,
    signature: analysis.text.slice(span.start, span.end),
    about,
    facts: stageFacts(stage, analysis),
  }
}

/** What flows into a stage and out of it, and what it learns, wherever it is read. */
function stageFacts(stage: Stage, analysis: Analysis): Fact[] {
  const uses = analysis.observedAt(stage)
  const shapes = (of: (each: ObservedStage) => readonly ObservedTensor[] | undefined): string[] => [
    ...new Set(uses.flatMap((each) => tensorsText(of(each)) ?? [])),
  ]
  const [inputs, outputs] = [shapes(({ inputs }) => inputs), shapes(({ outputs }) => outputs)]
  const facts: Fact[] = []
  if (inputs.length > 0) facts.push({ name: 'input', value: several(inputs) })
  if (outputs.length > 0) facts.push({ name: 'output', value: several(outputs) })
  const kept = uses.flatMap(({ parameters }) => parameters ?? [])
  const { described } = analysis.context
  const instances = uses.flatMap((each) => each.instances)
  const makes = instances.length > 0 && !instances.some(({ layer }) => described?.has(layer.name))
  if (makes && uses.every(({ parameters }) => parameters !== undefined))
    facts.push({ name: 'parameters', value: countText(numbersIn(kept)) })
  if (uses.length > 1) facts.push({ name: 'used', value: `${uses.length} times` })
  return facts
}

const numbersIn = (parameters: readonly ObservedParameter[]): number =>
  parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)

const several = ([first = '', ...others]: readonly string[]): string =>
  others.length === 0 ? first : `${first} … (${others.length + 1} shapes)`

// References

function hoverOfReference(
  node: Extract<Node, { kind: 'reference' }>,
  analysis: Analysis,
): Hover | undefined {
  const found = analysis.declarations.at(node.name.span.start)?.declaration
  if (found === undefined) return undefined
  const { kind, name } = found
  const code = analysis.text.slice(node.span.start, node.span.end)
  const about = { ...plain, span: node.span, signature: code }
  if (kind === 'input') {
    const shape = analysis.observed.inputs.get(name)?.shape
    const facts = shape === undefined ? [] : [{ name: 'shape', value: formatShape(shape) }]
    return { ...about, about: 'An input of the model.', doc: docOf(found.node) ?? '', facts }
  }
  if (kind === 'output') return { ...about, about: 'An output of the model.' }
  if (!isStage(found.node)) return undefined
  return { ...hoverOfStage(found.node, node.span, analysis), signature: code }
}

// Words and signs

/** Keywords, and what flows through an arrow. */
function hoverOfLexeme(analysis: Analysis, offset: number): Hover | undefined {
  const { lexemes, text } = analysis
  const lexeme = lexemes.find(({ span }) => span.start <= offset && offset < span.end)
  if (lexeme === undefined) return undefined
  const { span, kind } = lexeme
  if (kind === 'arrow') return hoverOfArrow(span, analysis)
  if (kind !== 'keyword' && kind !== 'directive') return undefined
  const info = wordInfo.get(text.slice(span.start, span.end))
  if (info === undefined) return undefined
  const stage = pathAt(analysis.ast, offset).findLast(isStage)
  const facts = stage?.span.start === span.start ? stageFacts(stage, analysis) : []
  return { span, signature: info.syntax, about: info.about, doc: '', facts }
}

function hoverOfArrow(span: Span, analysis: Analysis): Hover | undefined {
  const pipeline = pathAt(analysis.ast, span.start).findLast(({ kind }) => kind === 'pipeline')
  if (pipeline?.kind !== 'pipeline') return undefined
  const before = pipeline.stages.findLast((stage) => stage.span.end <= span.start)
  if (before === undefined) return undefined
  const facts = stageFacts(before, analysis).filter(({ name }) => name === 'output')
  if (facts.length === 0) return undefined
  return { ...plain, span, signature: '->', about: 'What flows here.', facts }
}
