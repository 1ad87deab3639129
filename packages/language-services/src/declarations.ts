import {
  type Body,
  childrenOf,
  type Directive,
  directiveArguments,
  type File,
  type Layer,
  layerName,
  type Name,
  type Node,
  namesIn,
  type Span,
  type Stage,
  type Statement,
  type Use,
  type Used,
} from '@chainrule/language'
import { touches } from './tree.ts'

/** What a text declares, and where it is named: for definition, references, renaming, highlighting and completion. */

export type DeclarationKind =
  | 'input'
  | 'stage'
  | 'output'
  | 'constant'
  | 'parameter'
  | 'block'
  | 'prefix'
  | 'model'

export interface Declaration {
  readonly kind: DeclarationKind
  readonly name: string
  /** Where it is named. */
  readonly span: Span
  /** Where the name is seen. */
  readonly scope: Span
  /** What declares it: a statement, a parameter or a stage. */
  readonly node: Node
  /** Of a block from another file that, as `use` names it; its places are counted on from the end of the text. */
  readonly from?: string
}

/** A place at which something that the text declares is named. */
export interface Occurrence {
  readonly span: Span
  readonly declaration: Declaration
}

export interface Declarations {
  /** In the order of their scopes. */
  readonly all: readonly Declaration[]
  /** In the order of the text, declarations among them. */
  readonly occurrences: readonly Occurrence[]
  /** What is named at an offset. */
  at(offset: number): Occurrence | undefined
  /** What is seen from an offset, each name once, the innermost first. */
  visible(offset: number, ...kinds: readonly DeclarationKind[]): Declaration[]
}

/** Inputs, stages and outputs are found by `@name`, constants and parameters by a word, blocks by that of a stage. */
const spaces = {
  ...{ input: 'reference', stage: 'reference', output: 'reference' },
  ...{ constant: 'word', parameter: 'word', block: 'layer', prefix: 'prefix', model: 'model' },
} as const satisfies Record<DeclarationKind, string>
type Space = (typeof spaces)[DeclarationKind]

class Scope {
  readonly span: Span
  readonly parent: Scope | undefined
  readonly #found = new Map<string, Declaration>()

  constructor(span: Span, parent: Scope | undefined) {
    this.span = span
    this.parent = parent
  }

  /** The first of a name is what it means. */
  add(declaration: Declaration): void {
    const key = keyOf(declaration.kind, declaration.name)
    if (!this.#found.has(key)) this.#found.set(key, declaration)
  }

  own(name: string, kind: DeclarationKind): Declaration | undefined {
    return this.#found.get(keyOf(kind, name))
  }

  find(name: string, ...kinds: readonly DeclarationKind[]): Declaration | undefined {
    for (const kind of kinds) {
      const own = this.own(name, kind)
      if (own !== undefined) return own
    }
    return this.parent?.find(name, ...kinds)
  }
}

const keyOf = (kind: DeclarationKind, name: string): string => `${kind} ${name}`

class Collector implements Declarations {
  readonly all: Declaration[] = []
  readonly occurrences: Occurrence[] = []
  /** Statements outside of all braces speak of what stands inside those of a model. */
  readonly #ofModels: Scope[] = []
  readonly #later: (() => void)[] = []
  /** The parameters of each block. */
  readonly #inner = new Map<Node, Scope>()

  readonly #uses: Uses

  constructor(file: File, uses: Uses) {
    this.#uses = uses
    this.#body(file.body, new Scope(file.span, undefined))
    for (const resolve of this.#later) resolve()
    this.occurrences.sort((a, b) => a.span.start - b.span.start)
  }

  at(offset: number): Occurrence | undefined {
    return (
      this.occurrences.find(({ span }) => span.start <= offset && offset < span.end) ??
      this.occurrences.find(({ span }) => touches(span, offset))
    )
  }

  visible(offset: number, ...kinds: readonly DeclarationKind[]): Declaration[] {
    const found = new Map<string, Declaration>()
    const seen = this.all.filter(
      ({ kind, scope }) => kinds.includes(kind) && touches(scope, offset),
    )
    seen.sort((a, b) => b.scope.start - a.scope.start || a.span.start - b.span.start)
    for (const each of seen) {
      const key: `${Space} ${string}` = `${spaces[each.kind]} ${each.name}`
      if (!found.has(key)) found.set(key, each)
    }
    return [...found.values()]
  }

  #declare(kind: DeclarationKind, { text, span }: Name, node: Node, scope: Scope): void {
    const declaration = { kind, name: text, span, scope: scope.span, node }
    const known = scope.find(text, kind)
    if (known?.scope === scope.span) {
      this.occurrences.push({ span, declaration: known })
      return
    }
    scope.add(declaration)
    this.all.push(declaration)
    this.occurrences.push({ span, declaration })
  }

  /** What a name means is looked up when everything is declared. */
  #use({ text, span }: Name, scope: Scope, ...kinds: readonly DeclarationKind[]): void {
    this.#later.push(() => {
      const declaration =
        scope.find(text, ...kinds) ??
        this.#ofModels.map((each) => each.find(text, ...kinds)).find((each) => each !== undefined)
      if (declaration !== undefined) this.occurrences.push({ span, declaration })
    })
  }

  #body({ statements }: Body, scope: Scope): void {
    for (const statement of statements) this.#statement(statement, scope)
  }

  #statement(statement: Statement, scope: Scope): void {
    switch (statement.kind) {
      case 'let':
        this.#declare('constant', statement.name, statement, scope)
        this.#values(statement.value, scope)
        return
      case 'use':
        if (statement.as !== undefined) this.#declare('prefix', statement.as, statement, scope)
        this.#usedBlocks(statement, scope)
        return
      case 'block': {
        const { name, parameters, body } = statement
        this.#declare('block', name, statement, scope)
        const inner = new Scope(statement.span, scope)
        this.#inner.set(statement, inner)
        for (const parameter of parameters) {
          this.#declare('parameter', parameter.name, parameter, inner)
          if (parameter.default !== undefined) this.#values(parameter.default, inner)
        }
        this.#body(body, inner)
        return
      }
      case 'model': {
        const { name, body, span } = statement
        if (name !== undefined) this.#declare('model', name, statement, scope)
        const inner = new Scope(span, scope)
        this.#ofModels.push(inner)
        this.#body(body, inner)
        return
      }
      case 'directive':
        this.#directive(statement, scope)
        return
      case 'pipeline':
        for (const stage of statement.stages) this.#stage(stage, scope)
    }
  }

  /** The blocks that a `use` takes from another file. */
  #usedBlocks(node: Use, scope: Scope): void {
    const used = this.#uses.get(node)
    const statements = used !== undefined && 'ast' in used ? (used.ast?.body.statements ?? []) : []
    const { as, only, source } = node
    const wanted = only === undefined ? undefined : namesIn(only)
    for (const block of statements) {
      if (block.kind !== 'block') continue
      const { text, span } = block.name
      const listed = wanted?.find(({ name }) => name === text)
      if (wanted !== undefined && listed === undefined) continue
      const name = as === undefined ? text : `${as.text}.${text}`
      const declaration: Declaration = {
        ...{ kind: 'block', name, span, scope: scope.span, node: block, from: source.value },
      }
      scope.add(declaration)
      this.all.push(declaration)
      if (listed !== undefined) this.occurrences.push({ span: listed.span, declaration })
    }
  }

  #stage(stage: Stage, scope: Scope): void {
    if (stage.kind === 'layer') {
      const { qualifier, name } = stage
      const text = layerName(stage)
      this.#use({ ...name, text }, scope, 'block')
      this.#useParameters(text, stage, scope)
      if (qualifier !== undefined) this.#use(qualifier, scope, 'prefix')
    }
    if (stage.as !== undefined) this.#declare('stage', stage.as, stage, scope)
    for (const child of childrenOf(stage)) {
      if (child.kind === 'body') this.#body(child, new Scope(child.span, scope))
      else if (child.kind !== 'name') this.#values(child, scope)
    }
  }

  /** `rate=20%` of the call of a block names its parameter. */
  #useParameters(name: string, { arguments: args }: Layer, scope: Scope): void {
    this.#later.push(() => {
      const block = scope.find(name, 'block')
      const inner = block === undefined ? undefined : this.#inner.get(block.node)
      for (const { name: option } of inner === undefined ? [] : args) {
        const declaration = option === undefined ? undefined : inner?.own(option.text, 'parameter')
        if (option !== undefined && declaration !== undefined)
          this.occurrences.push({ span: option.span, declaration })
      }
    })
  }

  #directive(node: Directive, scope: Scope): void {
    const { name, arguments: args, on, body } = node
    const [first] = args
    if (name.text === 'input' && first?.value.kind === 'word') {
      const [called] = first.value.path
      if (called !== undefined) this.#declare('input', called, node, scope)
    }
    const literal = literalOf(node)
    for (const [i, { name: option, value }] of args.entries()) {
      if (name.text === 'output' && option !== undefined)
        this.#declare('output', option, node, scope)
      if (!literal(option?.text, i)) this.#values(value, scope)
      else if (value.kind === 'reference') this.#values(value, scope)
    }
    if (on !== undefined) this.#use(on.name, scope, 'output', 'stage', 'input')
    if (body !== undefined) this.#body(body, scope)
  }

  /** References and words among values. */
  #values(node: Node, scope: Scope): void {
    if (node.kind === 'reference') {
      this.#use(node.name, scope, 'stage', 'input')
      return
    }
    if (node.kind === 'word') {
      const [only, ...more] = node.path
      if (only !== undefined && more.length === 0) this.#use(only, scope, 'parameter', 'constant')
      return
    }
    for (const child of childrenOf(node)) if (child.kind !== 'name') this.#values(child, scope)
  }
}

/** Whether words of an argument are names of columns and the like, and no constants. */
function literalOf({ name: { text }, arguments: args }: Directive) {
  const kind = args[0]?.value
  const source = kind?.kind === 'word' ? kind.path[0]?.text : undefined
  const { named = {} } = directiveArguments(text, source) ?? {}
  const isList = text === 'target' || text === 'features' || text === 'column'
  return (option: string | undefined, i: number): boolean => {
    if (option !== undefined) return Object.hasOwn(named, option)
    return isList || (i === 0 && (text === 'input' || text === 'data'))
  }
}

type Uses = ReadonlyMap<Use, Used>

/** What a text declares; `uses` says what it takes from other files. */
export const declarationsOf = (file: File, uses: Uses): Declarations => new Collector(file, uses)
