/** The symbols of a layer's equations: which tensors have a name, and what it is. */
import type { Tensor, ValueId } from '@chainrule/program'
import type { EquationSymbol, SymbolPart } from './types.ts'

type Named = Pick<EquationSymbol, 'name' | 'latex' | 'joins'> & { readonly isGradient?: boolean }

export class Symbols {
  readonly list: EquationSymbol[] = []
  readonly parts: Record<ValueId, SymbolPart> = {}
  /** How parts are written where they stand alone. */
  readonly partLatex = new Map<ValueId, string>()
  readonly #byValue = new Map<ValueId, number>()

  /** Names a tensor; its place in the list. A tensor that has a name keeps that where it is read. */
  add(tensor: Tensor, { isGradient = false, ...named }: Named): number {
    const { id: value, shape, dtype } = tensor
    const place = this.list.length
    this.list.push({ ...named, value, shape, dtype, isGradient })
    if (!this.has(value)) this.#byValue.set(value, place)
    return place
  }

  /** Says that a tensor is the matrix or the last column of a symbol. */
  addPart(tensor: Tensor, part: SymbolPart, latex: string): void {
    this.parts[tensor.id] = part
    this.partLatex.set(tensor.id, latex)
  }

  has(value: ValueId): boolean {
    return this.#byValue.has(value) || this.parts[value] !== undefined
  }

  /** The place of the symbol that a tensor is written as, or is a part of. */
  placeOf(value: ValueId): number | undefined {
    return this.#byValue.get(value) ?? this.parts[value]?.symbol
  }

  /** How a tensor is written that is a part of a symbol, and not all of it. */
  partLatexOf(value: ValueId): string | undefined {
    return this.#byValue.has(value) ? undefined : this.partLatex.get(value)
  }

  at(place: number): EquationSymbol {
    const symbol = this.list[place]
    if (symbol === undefined) throw new Error(`internal: no symbol ${place}`)
    return symbol
  }
}
