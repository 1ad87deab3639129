/** What a plugin is given, so that it cannot change it. */
import type { Tensor } from '@chainrule/core'

type Numbers = Uint8Array | Float64Array

/** Arrays of numbers cannot be frozen: a plugin gets copies, which are compared afterwards. */
export class Copies {
  readonly #pairs: (readonly [given: Numbers, copy: Numbers])[] = []

  of(given: Numbers): Numbers {
    const copy = given.slice()
    this.#pairs.push([given, copy])
    return copy
  }

  get bytes(): number {
    return this.#pairs.reduce((sum, [{ byteLength }]) => sum + byteLength, 0)
  }

  areChanged(): boolean {
    return this.#pairs.some(([given, copy]) => given.some((value, i) => !Object.is(value, copy[i])))
  }
}

const isTensor = (value: object): value is Tensor => 'trace' in value && 'type' in value

/** An object whose members cannot be others; what they lead to is its own. */
export function closed(value: unknown): unknown {
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return isPlain ? Object.freeze({ ...value }) : value
}

/** A frozen copy of a list or a plain object, and the same of what it holds; other things as they are. */
export function unchangeable(value: unknown, arrays: Copies): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map((each) => unchangeable(each, arrays)))
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array || value instanceof Float64Array) return arrays.of(value)
  if (isTensor(value)) {
    Object.freeze(value.type.shape)
    Object.freeze(value.type)
    return Object.freeze(value)
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.freeze(
    Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, unchangeable(each, arrays)]),
    ),
  )
}
