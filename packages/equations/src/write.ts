/** Writes the instructions behind a value as LaTeX, down to the symbols. */
import type { Instruction, TensorType, ValueId } from '@chainrule/program'
import {
  concatPiece,
  countPiece,
  gatherPiece,
  maxPiece,
  padPiece,
  reshapePiece,
  scatterPiece,
  slicePiece,
  sumPiece,
  transposePiece,
  windowsPiece,
} from './movement.ts'
import { constantLatex } from './notation.ts'
import { atom, elementwiseWriter, iverson, level, type Piece } from './pieces.ts'
import {
  behindTransposes,
  type Dot,
  type Product,
  productOf,
  productPiece,
  type Side,
} from './products.ts'
import type { Symbols } from './symbols.ts'
import type { Equation, SymbolExtent } from './types.ts'

/** What stands for a value in an equation. */
export interface Spoken {
  readonly place: number
  readonly latex: string
}

/** What a writer needs to know. */
export interface Vocabulary {
  readonly instructions: readonly Instruction[]
  readonly symbols: Symbols
  /** Values that are written otherwise than by their symbols. */
  readonly spoken?: ReadonlyMap<ValueId, Spoken>
}

// About a symbol while an equation is put together, so that its text can be compared.
const [open, middle, close] = ['\uE000', '\uE001', '\uE002']

/** LaTeX without and with links to symbols. */
export function finished(marked: string): { readonly latex: string; readonly linked: string } {
  return {
    latex: marked.replaceAll(/\uE000\d+\uE001|\uE002/g, ''),
    linked: marked
      .replaceAll(/\uE000(\d+)\uE001/g, '\\htmlData{symbol=$1}{')
      .replaceAll(close, '}'),
  }
}

/** The places of symbols in the order in which a text has them. */
export function asWritten(places: readonly number[], linked: string): number[] {
  const order = [...linked.matchAll(/\{symbol=(\d+)\}/g)].map(([, place]) => Number(place))
  const at = (place: number): number => {
    const found = order.indexOf(place)
    return found < 0 ? order.length : found
  }
  return places.toSorted((a, b) => at(a) - at(b))
}

/** A symbol's text, marked as such. */
export const marked = (place: number, latex: string): string =>
  `${open}${place}${middle}${latex}${close}`

/** An operand to which the constant 1 is appended, and the instruction by which the bias has its part. */
interface AppendedOne {
  readonly operand: 0 | 1
  readonly column: ValueId
}

const oneNote =
  'The bias is the last column of the weights: the constant 1 is appended to each row that they multiply.'
const droppedNote =
  'Without the bias, which is the last column of the weights: the 1 that it multiplies is a constant.'

export class EquationWriter {
  readonly #vocabulary: Vocabulary
  readonly #reads = new Map<number, Set<SymbolExtent | 'whole'>>()
  readonly #ones: Record<ValueId, number> = {}
  #note: string | undefined

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary
  }

  /** The places of the symbols written so far. */
  get reads(): readonly number[] {
    return [...this.#reads.keys()]
  }

  /** How the symbols written so far stand there, and what is to be said of that. */
  get told(): Pick<Equation, 'extents' | 'ones' | 'note'> {
    const extents = Object.fromEntries(
      [...this.#reads].flatMap(([place, [extent = 'whole', ...others]]) =>
        extent === 'whole' || others.length > 0 ? [] : [[place, extent]],
      ),
    )
    // What stands there without its 1 too is drawn without it.
    const ones = Object.entries(this.#ones).filter(([, place]) => extents[place] === 'appended')
    return {
      ...(Object.keys(extents).length > 0 && { extents }),
      ...(ones.length > 0 && { ones: Object.fromEntries(ones) }),
      ...(this.#note !== undefined && { note: this.#note }),
    }
  }

  /** What gives a value, though it may have a name itself. */
  defined(id: ValueId): Piece {
    return this.#write(id)
  }

  /** A value by its name, or written out where it has none. */
  piece(id: ValueId): Piece {
    return this.symbol(id) ?? this.#write(id)
  }

  /** The gradient of a whole W from that of its weights and that of its bias, a product and a sum over the same rows (eq. 75). */
  gradient(matrix: Dot, column: ValueId): Piece {
    return this.#product(matrix, { operand: 1, column })
  }

  /** The name of a value. */
  symbol(
    id: ValueId,
    extent: SymbolExtent | undefined = this.#vocabulary.symbols.partOf(id),
  ): Piece | undefined {
    const { symbols, spoken } = this.#vocabulary
    const own = spoken?.get(id)
    if (own !== undefined) return this.named(own.place, own.latex, extent)
    const place = symbols.placeOf(id)
    if (place === undefined) return undefined
    return this.named(place, symbols.partLatexOf(id) ?? symbols.at(place).latex, extent)
  }

  named(
    place: number,
    latex = this.#vocabulary.symbols.at(place).latex,
    extent: SymbolExtent | 'whole' = 'whole',
  ): Piece {
    this.#reads.set(place, (this.#reads.get(place) ?? new Set()).add(extent))
    const { shape } = this.#vocabulary.symbols.at(place)
    return atom(marked(place, latex), shape.length === 0 ? 'scalar' : 'tensor')
  }

  /** The whole of which a value is the matrix or the column. */
  #whole(id: ValueId, extent: SymbolExtent | 'whole'): Piece | undefined {
    const part = this.#vocabulary.symbols.parts[id]
    return part === undefined ? undefined : this.named(part.symbol, undefined, extent)
  }

  at(id: ValueId): Instruction {
    const instruction = this.#vocabulary.instructions[id]
    if (instruction === undefined) throw new Error(`internal: no instruction ${id}`)
    return instruction
  }

  #write(id: ValueId): Piece {
    const instruction = this.at(id)
    const { operands } = instruction
    const affine = this.#affine(instruction)
    if (affine !== undefined) return affine
    const writer = elementwiseWriter(instruction.primitive)
    if (writer !== undefined) return writer(operands.map((operand) => this.piece(operand)))
    const [x = id, y = id] = operands
    switch (instruction.primitive) {
      case 'dot':
        return this.#product(instruction)
      case 'constant':
        return constantPiece(instruction)
      case 'cast':
        return this.#cast(instruction)
      case 'broadcast':
      case 'allReduceSum':
        return this.piece(x)
      case 'reshape':
        return reshapePiece(this.piece(x), this.#type(x).shape, instruction.type.shape)
      case 'transpose':
        return transposePiece(this.piece(x), instruction.attributes.permutation)
      case 'slice':
        return slicePiece(this.piece(x), this.#type(x).shape, instruction.attributes)
      case 'pad':
        return padPiece(this.piece(x), instruction.attributes)
      case 'concat':
        return concatPiece(operands.map((operand) => this.piece(operand)))
      case 'sum':
        if (this.#isOne(x)) return countPiece(this.#type(x), instruction.attributes.axes)
        return sumPiece(this.piece(x), instruction.attributes.axes)
      case 'max':
      case 'argmax':
        return maxPiece(instruction.primitive, this.piece(x), instruction.attributes.axis)
      case 'gather':
        return gatherPiece(this.piece(x), this.piece(y))
      case 'scatterAdd':
        return scatterPiece(this.piece(x), this.piece(y))
      case 'unfold':
      case 'fold':
        return windowsPiece(instruction.primitive, this.piece(x), instruction.attributes.windows)
      case 'iota':
        return atom(`\\iota_{${instruction.attributes.axis}}`)
      default:
        return atom(`\\mathrm{${instruction.primitive}}`)
    }
  }

  #isOne(id: ValueId): boolean {
    const { primitive, attributes } = this.at(id)
    return primitive === 'constant' && attributes.value === 1
  }

  #type(id: ValueId): TensorType {
    return this.at(id).type
  }

  #cast({ operands: [x = 0] }: Instruction): Piece {
    const piece = this.piece(x)
    return this.#type(x).dtype === 'bool' && this.symbol(x) === undefined ? iverson(piece) : piece
  }

  /** W h: weights and bias together, where both are parts of one W (eq. 41). */
  #affine({ primitive, operands: [product = 0, shift = 0] }: Instruction): Piece | undefined {
    if (primitive !== 'add' || this.symbol(product) !== undefined) return undefined
    const dot = this.at(product)
    const repeated = this.at(shift)
    if (dot.primitive !== 'dot' || repeated.primitive !== 'broadcast') return undefined
    const { parts } = this.#vocabulary.symbols
    const [matrix, column] = [parts[dot.operands[1] ?? -1], parts[repeated.operands[0] ?? -1]]
    const isOne = matrix?.symbol === column?.symbol
    if (!isOne || matrix?.part !== 'matrix' || column?.part !== 'column') return undefined
    if (this.#productOf(dot) !== 'matrix-vector') return undefined
    return this.#product(dot, { operand: 0, column: shift })
  }

  #productOf(dot: Dot): ReturnType<typeof productOf> {
    const [x = 0, y = 0] = dot.operands
    return productOf(dot, this.#type(x), this.#type(y), this.isGradient(x) && !this.isGradient(y))
  }

  /** Whether a value is made of gradients, so that it is a row where the paper's are. */
  isGradient(id: ValueId): boolean {
    const { symbols } = this.#vocabulary
    const place = symbols.placeOf(id)
    if (place !== undefined) return symbols.at(place).isGradient
    return this.at(id).operands.some((operand) => this.isGradient(operand))
  }

  /** A product; of the whole W where a 1 is appended to what it multiplies. */
  #product(dot: Dot, one?: AppendedOne): Piece {
    const [x = 0, y = 0] = dot.operands
    const product = this.#productOf(dot)
    const side = (id: ValueId, operand: 0 | 1): Side => {
      const { id: behind, axes } =
        product === 'indexed'
          ? behindTransposes(id, this.#vocabulary.instructions, (each) => this.#isNamed(each))
          : { id, axes: this.#type(id).shape.map((_, axis) => axis) }
      const piece =
        one?.operand === operand ? this.#appended(behind, one.column) : this.piece(behind)
      return { piece, type: this.#type(id), axes }
    }
    const left = side(x, 0)
    const right = this.#wholeFactor(product, y, one) ?? side(y, 1)
    return productPiece(product, dot, left, right)
  }

  /** W in W h, and in ∂L/∂g W: there its last column has no part, for the appended 1 is a constant. */
  #wholeFactor(product: Product, id: ValueId, one: AppendedOne | undefined): Side | undefined {
    const isDropped = product === 'row-matrix'
    if (!isDropped && one?.operand !== 0) return undefined
    const piece = this.#whole(id, isDropped ? 'matrix' : 'whole')
    if (piece === undefined) return undefined
    if (isDropped) this.#note = droppedNote
    const type = this.#type(id)
    return { piece, type, axes: type.shape.map((_, axis) => axis) }
  }

  #appended(id: ValueId, column: ValueId): Piece {
    this.#note = oneNote
    const place = this.#vocabulary.symbols.placeOf(id)
    const piece = this.symbol(id, 'appended')
    if (place !== undefined && piece !== undefined) this.#ones[column] = place
    return piece ?? this.piece(id)
  }

  #isNamed(id: ValueId): boolean {
    const { symbols, spoken } = this.#vocabulary
    return spoken?.has(id) === true || symbols.has(id)
  }
}

function constantPiece({ attributes, type }: Instruction<'constant'>): Piece {
  const { value } = attributes
  const most = 4
  if (typeof value === 'number') {
    if (type.dtype === 'bool') return atom(value === 0 ? '\\mathrm{false}' : '\\mathrm{true}')
    const latex = constantLatex(value)
    const isSigned = latex.startsWith('-')
    return { latex, level: isSigned ? level.sum : level.atom, kind: 'number' }
  }
  if (value.length > most || type.shape.length !== 1) return atom('\\mathbf{c}')
  return atom(`\\left(${value.map(constantLatex).join(', ')}\\right)`)
}
