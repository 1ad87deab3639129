import type { RawValue } from '@chainrule/core'
import type { Block, Let, Name, Span } from '../ast.ts'
import { maxSuggested } from '../suggest.ts'

/** What a value stands for, and how many items it holds: a constant may be read many times. */
export interface Evaluated {
  readonly raw: RawValue
  readonly size: number
}

export interface Constant {
  readonly name: Name
  /** Missing where its value was wrong, which was said. */
  readonly value: Evaluated | undefined
  /** Its `let` is missing, which was said: perhaps it was not meant as a constant. */
  readonly bare: boolean
  /** Where its value is written: in its `let`, or where its block is called. */
  readonly given: Span
}

export type DeclareOptions = Partial<Pick<Constant, 'bare' | 'given'>>

/** A block with the constants and blocks that its braces see. */
export interface KnownBlock {
  readonly node: Block
  readonly scope: Scope
  /** What gives its name here: the block itself, or the `use` of its file. */
  readonly given: Span
}

/** The constants and blocks of a file, or of a model's braces with those of the file around it. */
export class Scope {
  readonly #constants = new Map<string, Constant>()
  readonly #blocks = new Map<string, KnownBlock>()
  readonly #prefixes = new Map<string, Span>()
  readonly #parent: Scope | undefined
  /** Constants that are declared further down. */
  readonly #below = new Map<string, Span>()

  constructor(parent?: Scope) {
    this.#parent = parent
  }

  expect({ name }: Let): void {
    if (!this.#below.has(name.text)) this.#below.set(name.text, name.span)
  }

  declare(name: Name, value: Evaluated | undefined, more: DeclareOptions = {}): void {
    const { bare = false, given = name.span } = more
    this.#constants.set(name.text, { name, value, bare, given })
    this.#below.delete(name.text)
  }

  /** The constant of this very scope. */
  own(name: string): Constant | undefined {
    return this.#constants.get(name)
  }

  find(name: string): Constant | undefined {
    return this.#constants.get(name) ?? this.#parent?.find(name)
  }

  below(name: string): Span | undefined {
    return this.#below.get(name) ?? this.#parent?.below(name)
  }

  /** For suggestions, of very many the first. */
  names(): string[] {
    const own = [...this.#constants.keys(), ...this.#below.keys()].slice(0, maxSuggested)
    return [...own, ...(this.#parent?.names() ?? [])]
  }

  /** A block of another file that has a prefix is called `prefix.name`. */
  declareBlock(name: string, block: KnownBlock): void {
    this.#blocks.set(name, block)
  }

  ownBlock(name: string): KnownBlock | undefined {
    return this.#blocks.get(name)
  }

  block(name: string): KnownBlock | undefined {
    return this.#blocks.get(name) ?? this.#parent?.block(name)
  }

  /** For suggestions, of very many the first. */
  blockNames(): string[] {
    const own = [...this.#blocks.keys()].slice(0, maxSuggested)
    return [...own, ...(this.#parent?.blockNames() ?? [])]
  }

  declarePrefix({ text, span }: Name): void {
    this.#prefixes.set(text, span)
  }

  /** Where a prefix of blocks is declared. */
  prefix(name: string): Span | undefined {
    return this.#prefixes.get(name) ?? this.#parent?.prefix(name)
  }

  /** The constants of this very scope. */
  all(): Constant[] {
    return [...this.#constants.values()]
  }
}
