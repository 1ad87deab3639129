/**
 * The syntax tree of an `.mlp` file: what the parser makes and the resolver, the formatter and editors read.
 *
 *     dense 16 relu -> dense 1          Pipeline
 *                                         Layer  name `dense`  arguments [Number 16, Word relu]
 *                                         Layer  name `dense`  arguments [Number 1]
 *
 * What holds of every tree, also of one made from broken text:
 * - Every node has a `kind` and a `span`; a span lies in the text and contains the spans of the node's children
 *   (`childrenOf`), in the order of the text. Names are nodes too, so that a diagnostic can point at the word.
 * - The tree keeps what was written: parentheses (`Group`), the order of arguments, `20%` as 20 percent. Nothing is
 *   evaluated, no default filled in, no name looked up. Whether `relu` is an activation or a constant, the parser does
 *   not know: a bare word is a `Word`.
 * - It is no deeper than brackets in the text are nested (at most `maxNesting`): long sums and pipelines are flat lists. A
 *   recursive reader is safe.
 * - A value that could not be read is `Missing`; a statement of which not even the name could be read is `Unreadable`; a
 *   stage that could not be read is left out. The nearest statement and stage then have `damaged: true`: a diagnostic was
 *   given already, so say nothing more about what is absent or odd there.
 * - A comment belongs to no node: `File.comments` lists all in order. `doc` on a statement repeats its `///` lines, which
 *   stand before the statement's span.
 *
 * For the resolver: a positional argument that is a `Word` naming a layer means that `->` is missing before it
 * (`missingArrow` in `name-errors.ts`); an unknown word such as `width-1` may be meant as a subtraction
 * (`hyphenReadAsName`).
 */

/** Offsets into the text in UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A whole text. */
export interface File {
  readonly kind: 'file'
  readonly span: Span
  readonly edition: Edition | undefined
  readonly body: Body
  readonly comments: readonly Comment[]
}

/** `mlp 1` */
export interface Edition {
  readonly kind: 'edition'
  readonly span: Span
  readonly number: number
}

/** A comment with its marks: `// …`, `/* … *\/` or `/// …`. */
export interface Comment {
  readonly kind: 'comment'
  readonly span: Span
  readonly style: 'line' | 'block' | 'doc'
  readonly text: string
}

/** Statements: of the file, or between braces, which its span includes. */
export interface Body {
  readonly kind: 'body'
  readonly span: Span
  readonly statements: readonly Statement[]
}

/** What a text, or a body in braces, is a list of. */
export type Statement = Use | Let | Block | Model | Directive | Pipeline | Unreadable

interface StatementBase {
  readonly span: Span
  /** The `///` lines before it, without their marks. */
  readonly doc: Doc | undefined
  /** Text was left out while reading it. */
  readonly damaged: boolean
}

/** The `///` lines before a statement, without their marks. */
export interface Doc {
  readonly span: Span
  readonly text: string
}

/** `use "@acme/chainrule-plugin-attention" version="^2.1" as att only [multihead]` */
export interface Use extends StatementBase {
  readonly kind: 'use'
  readonly source: Text
  readonly options: readonly Argument[]
  readonly as: Name | undefined
  readonly only: List | undefined
}

/** `let width = 64` */
export interface Let extends StatementBase {
  readonly kind: 'let'
  readonly name: Name
  readonly value: Value
}

/** `block cell(w, rate = 10%) { … }` */
export interface Block extends StatementBase {
  readonly kind: 'block'
  readonly name: Name
  readonly parameters: readonly Parameter[]
  readonly body: Body
}

/** `rate = 10%` in the head of a block. */
export interface Parameter {
  readonly kind: 'parameter'
  readonly span: Span
  readonly name: Name
  readonly default: Value | undefined
}

/** `model two-headed { … }` */
export interface Model extends StatementBase {
  readonly kind: 'model'
  readonly name: Name | undefined
  readonly body: Body
}

/** `loss mse weight=0.3 on @price`, `data csv "iris.csv" { … }` */
export interface Directive extends StatementBase {
  readonly kind: 'directive'
  /** The directive's word, one of `directiveNames`; where it was mistyped, and that was said, the one that was meant. */
  readonly name: Name
  readonly arguments: readonly Argument[]
  readonly on: Reference | undefined
  readonly body: Body | undefined
}

/** `@image -> conv 16 3x3 relu -> flatten`; one stage is a pipeline too. */
export interface Pipeline extends StatementBase {
  readonly kind: 'pipeline'
  readonly stages: readonly Stage[]
}

/** A statement that could not be read; its span says how far it reaches. */
export interface Unreadable extends StatementBase {
  readonly kind: 'unreadable'
}

/** What stands between the arrows of a pipeline. */
export type Stage = Layer | Source | Gather | Same | Branch | Residual | Repeat

interface StageBase {
  readonly span: Span
  /** `as trunk`: the name under which `@trunk` finds the stage's output. */
  readonly as: Name | undefined
  readonly damaged: boolean
}

/** `att.multihead heads=4 causal=true`; also a plugin's layer, an activation as a stage, or a block. */
export interface Layer extends StageBase {
  readonly kind: 'layer'
  /** The name or, with `qualifier`, what stands after the dot. */
  readonly name: Name
  /** `att` in `att.multihead` */
  readonly qualifier: Name | undefined
  readonly arguments: readonly Argument[]
}

/** `@image` as a stage. */
export interface Source extends StageBase {
  readonly kind: 'source'
  readonly reference: Reference
}

/** `[@img, @m]` as a stage: several tensors for the next one. */
export interface Gather extends StageBase {
  readonly kind: 'gather'
  readonly references: readonly Reference[]
}

/** `same @enc`: the layers of `enc` again, with the same weights. */
export interface Same extends StageBase {
  readonly kind: 'same'
  readonly reference: Reference
}

/** `branch { … }`: one tensor for each pipeline inside. */
export interface Branch extends StageBase {
  readonly kind: 'branch'
  readonly body: Body
}

/** `residual { … }`: what is inside, added to its input. */
export interface Residual extends StageBase {
  readonly kind: 'residual'
  readonly options: readonly Argument[]
  readonly body: Body
}

/** `repeat 4 { … }`: copies with weights of their own. */
export interface Repeat extends StageBase {
  readonly kind: 'repeat'
  readonly count: Value
  readonly options: readonly Argument[]
  readonly body: Body
}

/** `16`, or with a name `pad=same`. */
export interface Argument {
  readonly kind: 'argument'
  readonly span: Span
  readonly name: Name | undefined
  readonly value: Value
}

/** What an argument, a constant or an item may be. */
export type Value =
  | NumberLiteral
  | Percent
  | Shape
  | Text
  | Truth
  | Word
  | Call
  | Reference
  | List
  | Group
  | Negation
  | Arithmetic
  | All
  | Missing

/** `16`, `1e-3` */
export interface NumberLiteral {
  readonly kind: 'number'
  readonly span: Span
  readonly value: number
}

/** `20%` is 20 in `percent`. */
export interface Percent {
  readonly kind: 'percent'
  readonly span: Span
  readonly percent: number
}

/** `28x28x1` */
export interface Shape {
  readonly kind: 'shape'
  readonly span: Span
  readonly sizes: readonly number[]
}

/** `"iris.csv"`; `value` has its escapes undone. */
export interface Text {
  readonly kind: 'text'
  readonly span: Span
  readonly value: string
}

/** `true`, `false` */
export interface Truth {
  readonly kind: 'truth'
  readonly span: Span
  readonly value: boolean
}

/** A bare word: `relu`, `width`, a column, a path such as `val.loss`. */
export interface Word {
  readonly kind: 'word'
  readonly span: Span
  readonly path: readonly Name[]
}

/** `cosine(warmup=500, total=steps)` */
export interface Call {
  readonly kind: 'call'
  readonly span: Span
  readonly path: readonly Name[]
  readonly arguments: readonly Argument[]
}

/** `@enc`, `@cell.0`, `@embed.weight` */
export interface Reference {
  readonly kind: 'reference'
  readonly span: Span
  readonly name: Name
  /** What stands after the dots. */
  readonly path: readonly (Name | Index)[]
}

/** The number in `@cell.0`. */
export interface Index {
  readonly kind: 'index'
  readonly span: Span
  readonly value: number
}

/** `[first, second]` */
export interface List {
  readonly kind: 'list'
  readonly span: Span
  readonly items: readonly Value[]
}

/** A value in parentheses. */
export interface Group {
  readonly kind: 'group'
  readonly span: Span
  readonly value: Value
}

/** `-1` */
export interface Negation {
  readonly kind: 'negation'
  readonly span: Span
  readonly operand: Value
}

/** A sum (`+` and `-`) or a product (`*` and `/`), from left to right: `a - b + c` is a, [- b, + c]. */
export interface Arithmetic {
  readonly kind: 'arithmetic'
  readonly span: Span
  readonly first: Value
  readonly rest: readonly Operation[]
}

/** A sign of an `Arithmetic`, and what stands behind it. */
export interface Operation {
  readonly kind: 'operation'
  readonly span: Span
  readonly operator: '+' | '-' | '*' | '/'
  readonly operand: Value
}

/** `*`, which a schema may take to mean all. */
export interface All {
  readonly kind: 'all'
  readonly span: Span
}

/** A value that should stand here and does not; a diagnostic said so. */
export interface Missing {
  readonly kind: 'missing'
  readonly span: Span
}

/** A word that names something, with its place. */
export interface Name {
  readonly kind: 'name'
  readonly span: Span
  readonly text: string
}

/** Every node of the tree. */
export type Node =
  | File
  | Edition
  | Comment
  | Body
  | Statement
  | Parameter
  | Stage
  | Argument
  | Value
  | Index
  | Operation
  | Name

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'kind' in value && 'span' in value

/** Calls `visit` with each node directly inside a node. No lists are made: a file may hold a hundred thousand nodes. */
function eachChild(node: Node, visit: (child: Node) => void): void {
  const fields = node as unknown as Readonly<Record<string, unknown>>
  for (const name in fields) {
    const value = fields[name]
    if (isNode(value)) visit(value)
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) visit(item)
  }
}

/** A layer's name as it is written: `att.multihead` where it has a qualifier. */
export const layerName = ({ name, qualifier }: Pick<Layer, 'name' | 'qualifier'>): string =>
  qualifier === undefined ? name.text : `${qualifier.text}.${name.text}`

/** The nodes directly inside a node, in the order of its fields. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = []
  eachChild(node, (child) => children.push(child))
  return children
}

/** Visits a node and all below it, parents first. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void): void {
  const go = (current: Node, parent: Node | undefined): void => {
    visit(current, parent)
    eachChild(current, (child) => go(child, current))
  }
  go(node, undefined)
}
