/** Equations as plain data, so that a worker can send them. */
import type { DType, Instruction, Program, Shape, ValueId } from '@chainrule/program'

/** The instructions that equations are made of, by their ids in the trace. */
export type Instructions = Readonly<Record<ValueId, Instruction>>

/** A tensor that has a name in the equations. */
export interface EquationSymbol {
  /** The output of the program that has its values, such as `dense1/dW`. */
  readonly name: string
  readonly latex: string
  readonly value: ValueId
  readonly shape: Shape
  readonly dtype: DType
  /** The names of the parameters that it is put together from: its weights, then its bias. */
  readonly joins?: readonly string[]
  /** ∂L/∂… , a row vector in the paper. */
  readonly isGradient: boolean
}

/** A tensor that is a part of a symbol: the weights or the bias of W. */
export interface SymbolPart {
  /** The place of the symbol among the symbols. */
  readonly symbol: number
  /** The part is all columns but the last, or the last. */
  readonly part: 'matrix' | 'column'
}

/**
 * How a symbol stands in an equation where not as it is: of W the weights alone, or the bias alone; or with the constant 1
 * appended to each row, for the bias to be multiplied by.
 */
export type SymbolExtent = SymbolPart['part'] | 'appended'

/** The stage of training to which an equation belongs. */
export type EquationPart = 'forward' | 'backward' | 'update'

/** One equation of a layer. */
export interface Equation {
  readonly part: EquationPart
  /** The number that the paper has for it. */
  readonly number?: 41 | 42 | 44 | 75 | 76 | 77 | 78
  /** The place of what stands on its left among the symbols. */
  readonly left: number
  /** The instruction that gives it. */
  readonly value: ValueId
  /** The place of the symbol that it simply is, element by element. */
  readonly same?: number
  readonly latex: string
  /** The same with `\htmlData{symbol=i}{…}` about each symbol, for KaTeX with `trust`. */
  readonly linked: string
  /** The places of the symbols that it reads, in the order in which they come. */
  readonly reads: readonly number[]
  /** The symbols that do not stand in it as they are, by their places. */
  readonly extents?: Readonly<Record<number, SymbolExtent>>
  /** Instructions that give the bias its part, by their ids: the place of the symbol to which its 1 is appended. */
  readonly ones?: Readonly<Record<ValueId, number>>
  /** The place of the equation that it says again of another step. */
  readonly repeats?: number
  /** What is to be said of it, in a sentence. */
  readonly note?: string
}

/** What a layer computes at one place of a graph. */
export interface LayerEquations {
  readonly node: string
  readonly layer: string
  readonly symbols: readonly EquationSymbol[]
  readonly equations: readonly Equation[]
  readonly instructions: Instructions
  /** Tensors that are parts of symbols, by their ids. */
  readonly parts: Readonly<Record<ValueId, SymbolPart>>
  /** Its entry `inspect` gives the values of every symbol, by name. */
  readonly program: Program
}
