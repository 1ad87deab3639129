/** One element of an equation's left side: what it is made of, its value computed again, and the equation in numbers. */
import {
  elementRule,
  type Instruction,
  shapeAt,
  type ValueId,
  type Values,
} from '@chainrule/program'
import { decimalLatex } from './notation.ts'
import { atom, elementwiseWriter, iverson, level, type Piece, within } from './pieces.ts'
import { type Element, flatten, type Terms, termsOf } from './terms.ts'
import type { Equation, LayerEquations } from './types.ts'

/** An element of a symbol; the 1 that is appended to a row comes after its last. */
export interface SymbolElement {
  /** The place of the symbol among the symbols. */
  readonly symbol: number
  readonly index: readonly number[]
}

/** How an element came about. */
export interface ElementTrace {
  /** From the equation's instructions and the values of the symbols that it reads. */
  readonly value: number
  /** Every element of a symbol that it is made of, once. */
  readonly reads: readonly SymbolElement[]
  /** The equation with the numbers of this element, with `\htmlData` about those of symbols. */
  readonly linked: string
  /** How many terms its longest sum has. */
  readonly terms: number
}

/** More terms of a sum than these are counted, not written. */
const writtenTerms = 6

/** Reads elements of a layer's equations for one batch; `values` are those of the symbols by name. */
export class ElementReader {
  readonly #layer: Omit<LayerEquations, 'program'>
  readonly #values: Readonly<Record<string, { readonly values: Values } | undefined>>
  readonly #rows: number
  readonly #places = new Map<ValueId, number>()
  readonly #known = new Map<string, number>()

  constructor(
    layer: Omit<LayerEquations, 'program'>,
    values: Readonly<Record<string, { readonly values: Values } | undefined>>,
    rows: number,
  ) {
    this.#layer = layer
    this.#values = values
    this.#rows = rows
    layer.symbols.forEach(({ value }, place) => {
      if (!this.#places.has(value)) this.#places.set(value, place)
    })
  }

  /** The plain shape of a symbol. */
  shapeOf(place: number): readonly number[] {
    return shapeAt(this.#layer.symbols[place]?.shape ?? [], this.#rows)
  }

  /** The plain shape that a symbol has in an equation: with the 1 that is appended to its rows there. */
  shapeIn({ extents }: Equation, place: number): readonly number[] {
    const shape = this.shapeOf(place)
    return extents?.[place] === 'appended' ? shape.with(-1, (shape.at(-1) ?? 0) + 1) : shape
  }

  /** Follows one element of what stands on the left of an equation. */
  trace(equation: Equation, index: readonly number[]): ElementTrace {
    const walk = new Walk(this, equation)
    if (equation.same !== undefined) return walk.same({ symbol: equation.same, index })
    const piece = walk.write(equation.value, index)
    const reads = [...walk.reads.values()]
    const value = this.computed(equation.value, index, equation.left)
    const linked = `${piece.latex} = ${decimalLatex(value)}`
    return { value, reads, linked, terms: walk.terms }
  }

  /** The value of an element of any instruction; of a symbol's but `left`, as the engine gave it. */
  valueOf(id: ValueId, index: readonly number[], left?: number): number {
    const known = this.symbolOf(id, index)
    const measured = known === undefined || known.symbol === left ? undefined : this.measured(known)
    return measured ?? this.computed(id, index, left)
  }

  /** The value of an element from its instruction, without what the engine gave for the symbol on the left. */
  computed(id: ValueId, index: readonly number[], left?: number): number {
    const key = `${left}:${id}:${index.join()}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const value = this.#compute(this.instruction(id), this.terms(id, index), left)
    this.#known.set(key, value)
    return value
  }

  #compute(instruction: Instruction, terms: Terms, left: number | undefined): number {
    const numberOf = ({ operand, index }: Element): number =>
      this.valueOf(instruction.operands[operand] ?? -1, index, left)
    switch (terms.kind) {
      case 'number':
        return terms.value
      case 'same':
        return numberOf(terms.element)
      case 'apply':
        return this.#applied(instruction, terms.elements.map(numberOf))
      case 'sum':
        return terms.products.reduce(
          (sum, product) => sum + product.reduce((value, each) => value * numberOf(each), 1),
          0,
        )
      case 'max':
        return largest(terms.elements.map(numberOf))
      default: {
        const values = terms.elements.map(numberOf)
        return values.indexOf(largest(values))
      }
    }
  }

  #applied(instruction: Instruction, values: readonly number[]): number {
    const { dtype } = this.instruction(instruction.operands[0] ?? -1).type
    const rule = elementRule(instruction, dtype)
    if (rule === undefined) throw new Error(`internal: ${instruction.primitive} is not elementwise`)
    return rule(...values)
  }

  /** What an element of a value is made of, by the operands of its instruction. */
  terms(id: ValueId, index: readonly number[]): Terms {
    const instruction = this.instruction(id)
    const operand = (i: number): ValueId => instruction.operands[i] ?? -1
    return termsOf(instruction, index, {
      rows: this.#rows,
      shape: (i) => shapeAt(this.instruction(operand(i)).type.shape, this.#rows),
      value: (element) => this.valueOf(operand(element.operand), element.index),
    })
  }

  /** The instruction that gives a value. */
  instruction(id: ValueId): Instruction {
    const instruction = this.#layer.instructions[id]
    if (instruction === undefined) throw new Error(`internal: no instruction ${id}`)
    return instruction
  }

  /** The element of a symbol that this is: of W, where it is one of its parts. */
  symbolOf(id: ValueId, index: readonly number[]): SymbolElement | undefined {
    const part = this.#layer.parts[id]
    if (part !== undefined) {
      const width = this.shapeOf(part.symbol).at(-1) ?? 1
      return { symbol: part.symbol, index: part.part === 'matrix' ? index : [...index, width - 1] }
    }
    const place = this.#places.get(id)
    return place === undefined ? undefined : { symbol: place, index }
  }

  /** What the engine gave for an element of a symbol. */
  measured({ symbol, index }: SymbolElement): number | undefined {
    const { name = '' } = this.#layer.symbols[symbol] ?? {}
    return this.#values[name]?.values[flatten(index, this.shapeOf(symbol))]
  }
}

/** Writes one element down to the elements of symbols, and remembers which they were. */
class Walk {
  readonly reads = new Map<string, SymbolElement>()
  terms = 0
  readonly #reader: ElementReader
  readonly #equation: Equation

  constructor(reader: ElementReader, equation: Equation) {
    this.#reader = reader
    this.#equation = equation
  }

  write(id: ValueId, index: readonly number[]): Piece {
    const { value, left } = this.#equation
    const known = id === value ? undefined : this.#reader.symbolOf(id, index)
    // The weights of W are W's own elements, and are written out.
    if (known !== undefined && known.symbol !== left) return this.#symbol(known)
    const instruction = this.#reader.instruction(id)
    const terms = this.#reader.terms(id, index)
    const one = this.#equation.ones?.[id]
    const piece = (element: Element): Piece =>
      this.write(instruction.operands[element.operand] ?? -1, element.index)
    if (one !== undefined && terms.kind === 'same')
      return product([piece(terms.element), this.#one(one, index)])
    if (one !== undefined && terms.kind === 'sum')
      return this.#sum(
        terms.products.map((elements) => [
          ...elements.map(piece),
          ...elements.map((element) => this.#one(one, element.index)),
        ]),
      )
    switch (terms.kind) {
      case 'number':
        return numberPiece(terms.value)
      case 'same':
        return piece(terms.element)
      case 'apply':
        return this.#applied(instruction, terms.elements.map(piece))
      case 'sum':
        return this.#sum(terms.products.map((product) => product.map(piece)))
      default:
        return listed(terms.kind, terms.elements.map(piece))
    }
  }

  /** An element that is that of another symbol. */
  same(element: SymbolElement): ElementTrace {
    const { latex: linked } = this.#symbol(element)
    return {
      value: this.#reader.measured(element) ?? Number.NaN,
      reads: [element],
      linked,
      terms: 0,
    }
  }

  /** The 1 that is appended to the row of a symbol in which an element of a result has its place. */
  #one(symbol: number, index: readonly number[]): Piece {
    const width = this.#reader.shapeOf(symbol).at(-1) ?? 0
    return this.#symbol({ symbol, index: index.with(-1, width) }, 1)
  }

  #symbol(element: SymbolElement, value = this.#reader.measured(element) ?? Number.NaN): Piece {
    this.reads.set(`${element.symbol}:${element.index.join()}`, element)
    const piece = numberPiece(value)
    const index = element.index.join('-')
    const linked = `\\htmlData{symbol=${element.symbol}, index=${index}}{${piece.latex}}`
    return { ...piece, latex: linked }
  }

  #applied(instruction: Instruction, pieces: readonly Piece[]): Piece {
    if (instruction.primitive === 'cast') {
      const [x = numberPiece(0)] = pieces
      const from = this.#reader.instruction(instruction.operands[0] ?? -1).type.dtype
      return from === 'bool' ? iverson(x) : x
    }
    if (instruction.primitive === 'mul') return product(pieces)
    return elementwiseWriter(instruction.primitive)?.(pieces) ?? numberPiece(Number.NaN)
  }

  #sum(products: readonly (readonly Piece[])[]): Piece {
    this.terms = Math.max(this.terms, products.length)
    if (products.length === 0) return numberPiece(0)
    const [only] = products
    if (products.length === 1 && only !== undefined) return product(only)
    const written = products
      .slice(0, writtenTerms)
      .map((each) => within(product(each), level.product))
    const left = products.length - written.length
    const rest = left === 0 ? '' : ` + \\cdots\\text{ (${left} more)}`
    return { latex: `${written.join(' + ')}${rest}`, level: level.sum, kind: 'number' }
  }
}

function numberPiece(value: number): Piece {
  const latex = decimalLatex(value)
  return { latex, level: latex.startsWith('-') ? level.relation : level.atom, kind: 'number' }
}

function product(pieces: readonly Piece[]): Piece {
  const [only] = pieces
  if (pieces.length === 1 && only !== undefined) return only
  return {
    latex: pieces.map((piece) => within(piece, level.power)).join(' \\cdot '),
    level: level.product,
    kind: 'number',
  }
}

/** max(…) of more numbers than are written. */
function listed(name: 'max' | 'argmax', pieces: readonly Piece[]): Piece {
  const shown = pieces.slice(0, writtenTerms).map(({ latex }) => latex)
  if (pieces.length > shown.length) shown.push('\\ldots')
  return atom(`\\operatorname{${name}}\\left(${shown.join(', ')}\\right)`, 'number')
}

/** By a loop, since an axis may be longer than a call has arguments. */
const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
