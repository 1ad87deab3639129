import {
  type Directive,
  type File,
  type Model,
  type Node,
  type Pipeline,
  type Reference,
  type Span,
  type Statement,
  walk,
} from '../ast.ts'
import type { Report } from '../diagnostic.ts'
import { quote } from '../quote.ts'
import { declaredTwice } from './name-errors.ts'

/** One of the models of a file: braces, or all pipelines that stand outside of any. */
export interface ModelPart {
  readonly name: string
  readonly node: Model | undefined
  /** Where it is named, or begins. */
  readonly span: Span
}

/** What a model is called that has no name. */
export const mainModel = 'main'

/** The models of a file, each name once, in the order of the text. */
export function modelParts(statements: readonly Statement[], report: Report): ModelPart[] {
  const found = new Map<string, ModelPart>()
  for (const statement of statements) {
    if (statement.kind !== 'model' && statement.kind !== 'pipeline') continue
    const node = statement.kind === 'model' ? statement : undefined
    const name = node?.name?.text ?? mainModel
    const part = { name, node, span: placeOf(statement) }
    const first = found.get(name)
    if (first === undefined) found.set(name, part)
    else if (node !== undefined || first.node !== undefined)
      report(
        declaredTwice(part.span, first.span, `the model ${quote(name)}`, 'give it another name'),
      )
  }
  return [...found.values()]
}

/** What the models of a text are called; one that is not written is not among them. */
export const modelNames = ({ body }: File): string[] =>
  modelParts(body.statements, () => {}).map(({ name }) => name)

function placeOf(statement: Model | Pipeline): Span {
  const { start, end } = statement.span
  if (statement.kind === 'pipeline') return statement.stages[0]?.span ?? statement.span
  return statement.name?.span ?? { start, end: Math.min(start + 'model'.length, end) }
}

/** What a directive outside of all braces is for, where a file holds several models. */
export class SharedDirectives {
  readonly #own: Mentions
  readonly #others: Mentions

  constructor(statements: readonly Statement[], chosen: ModelPart) {
    const isOwn = (statement: Statement): boolean =>
      statement.kind === 'pipeline' ? chosen.node === undefined : statement === chosen.node
    const models = statements.filter(({ kind }) => kind === 'model' || kind === 'pipeline')
    this.#own = mentions(models.filter(isOwn))
    this.#others = mentions(models.filter((statement) => !isOwn(statement)))
  }

  /** Whether it speaks of inputs or outputs that only other models have. */
  isForOthers(directive: Directive): boolean {
    const { name, arguments: args, on } = directive
    const [first] = args
    if (name.text === 'input')
      return first?.value.kind === 'word' && this.#isReadElsewhere(first.value.path[0]?.text)
    if (name.text === 'features' && first?.value.kind === 'reference')
      return this.#isReadElsewhere(first.value.name.text)
    const outputs = name.text === 'output' ? referencesIn(directive) : []
    const spoken = on === undefined ? outputs : [on, ...outputs]
    return (
      spoken.length > 0 &&
      spoken.every(({ name: { text } }) => !this.#own.gives.has(text)) &&
      spoken.some(({ name: { text } }) => this.#others.gives.has(text))
    )
  }

  /** A model that reads no input by its name takes the only one there is. */
  #isReadElsewhere(input: string | undefined): boolean {
    if (input === undefined || this.#own.reads.size === 0) return false
    return !this.#own.reads.has(input) && this.#others.reads.has(input)
  }
}

interface Mentions {
  /** The names of stages and outputs. */
  readonly gives: ReadonlySet<string>
  /** What references name that is no stage. */
  readonly reads: ReadonlySet<string>
}

function mentions(nodes: readonly Node[]): Mentions {
  const gives = new Set<string>()
  const reads = new Set<string>()
  for (const each of nodes)
    walk(each, (node) => {
      if (node.kind === 'reference') reads.add(node.name.text)
      if ('as' in node && node.as !== undefined) gives.add(node.as.text)
      if (node.kind === 'directive' && node.name.text === 'output')
        for (const { name } of node.arguments) if (name !== undefined) gives.add(name.text)
    })
  for (const name of gives) reads.delete(name)
  return { gives, reads }
}

function referencesIn({ arguments: args }: Directive): Reference[] {
  return args.flatMap(({ value }) => (value.kind === 'reference' ? [value] : []))
}
