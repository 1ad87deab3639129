/** The symbols of a layer's equations: which tensors have a name, and what it is. */
import type { Joined } from '@chainrule/core'
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

  /** Says which tensors are all columns of a symbol but the last, and the last; `latex` is how each is written alone. */
  addParts(symbol: number, { matrix, column }: Joined, latex: readonly string[]): void {
    // Without a last column the symbol is the matrix itself.
    if (column === undefined) return
    const add = ({ id }: Tensor, part: SymbolPart['part'], text = ''): void => {
      this.parts[id] = { symbol, part }
      this.partLatex.set(id, text)
    }
    add(matrix, 'matrix', latex[0])
    add(column, 'column', latex[1])
  }

  has(value: ValueId): boolean {
    return this.#byValue.has(value) || this.parts[value] !== undefined
  }

  /** The place of the symbol that a tensor is written as, or is a part of. */
  placeOf(value: ValueId): number | undefined {
    return this.#byValue.get(value) ?? this.parts[value]?.symbol
  }

  /** Which part of a symbol a tensor is, where it is not one itself. */
  partOf(value: ValueId): SymbolPart['part'] | undefined {
    return this.#byValue.has(value) ? undefined : this.parts[value]?.part
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
