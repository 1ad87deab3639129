import type { RawValue } from '@chainrule/core'
import type { Let, Name, Span } from '../ast.ts'
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
}

/** The constants of a file, or of a model's braces with those of the file around it. */
export class Scope {
  readonly #constants = new Map<string, Constant>()
  readonly #parent: Scope | undefined
  /** Constants that are declared further down. */
  readonly #below = new Map<string, Span>()

  constructor(parent?: Scope) {
    this.#parent = parent
  }

  expect({ name }: Let): void {
    if (!this.#below.has(name.text)) this.#below.set(name.text, name.span)
  }

  declare(name: Name, value: Evaluated | undefined, bare = false): void {
    this.#constants.set(name.text, { name, value, bare })
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

  /** The constants of this very scope. */
  all(): Constant[] {
    return [...this.#constants.values()]
  }
}
