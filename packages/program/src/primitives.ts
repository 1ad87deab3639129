/**
 * The closed set of primitive operations. Everything that a layer, loss, optimizer or metric computes is made of these;
 * every rule table (`shape-rules`, `derivative-rules`, `scalar-rules`, `print`) and every engine has one row for each.
 */
import type { Dimension, DType, Shape } from './types.ts'

/** The dimensions of a product that are summed over, and those that both sides run through together. */
export interface DotAttributes {
  /** Axes of the left and of the right operand that are multiplied and summed, pairwise. */
  readonly contract: readonly [readonly number[], readonly number[]]
  /** Axes that both operands share, pairwise; they come first in the result. */
  readonly batch: readonly [readonly number[], readonly number[]]
}

/** Sliding windows over neighbouring axes: `windows[i]` elements, `dilations[i]` apart, every `strides[i]`. */
export interface WindowAttributes {
  readonly axes: readonly number[]
  readonly windows: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
}

type None = Readonly<Record<never, never>>

/** What each primitive says beside its operands. */
export interface Attributes {
  // Sources
  /** The same number everywhere, or one number an element in row-major order (then no dimension is symbolic). */
  constant: {
    readonly dtype: DType
    readonly shape: Shape
    readonly value: number | readonly number[]
  }
  input: { readonly name: string }
  state: { readonly name: string }
  /** The index along `axis`. */
  iota: { readonly dtype: DType; readonly shape: Shape; readonly axis: number }
  /** Integers in [0, 2^24); operands: seed i32[], step i32[2] (low, high), first row i32[]. See `math/threefry`. */
  random: { readonly site: number; readonly shape: Shape }

  // Elementwise, one operand
  cast: { readonly dtype: DType }
  neg: None
  abs: None
  sign: None
  floor: None
  exp: None
  expm1: None
  log: None
  log1p: None
  sqrt: None
  tanh: None
  sigmoid: None
  erf: None
  sin: None
  cos: None
  not: None

  // Elementwise, two operands of one type
  add: None
  sub: None
  mul: None
  div: None
  pow: None
  maximum: None
  minimum: None
  equal: None
  less: None
  lessEqual: None
  and: None
  or: None

  /** operands: condition bool, value where it holds, value where it does not. */
  select: None

  // Products and movement
  /** Result: the batch axes, the left operand's free axes, the right operand's free axes. */
  dot: DotAttributes
  reshape: { readonly shape: Shape }
  /** Axis i of the result is axis `permutation[i]` of the operand. */
  transpose: { readonly permutation: readonly number[] }
  /** Axis i of the operand is axis `axes[i]` of the result; it is repeated along the others. */
  broadcast: { readonly shape: Shape; readonly axes: readonly number[] }
  slice: { readonly start: readonly Dimension[]; readonly size: readonly Dimension[] }
  pad: {
    readonly before: readonly Dimension[]
    readonly after: readonly Dimension[]
    readonly value: number
  }
  concat: { readonly axis: number }

  // Reductions: the axes disappear
  sum: { readonly axes: readonly number[] }
  max: { readonly axis: number }
  /** The index of the first maximum, i32. */
  argmax: { readonly axis: number }

  // Indexed
  /** operands: table [N, …rest], indices i32 [...lead] -> [...lead, …rest]. An index outside 0…N-1 reads zeros. */
  gather: None
  /** operands: indices i32 [...lead], updates [...lead, …rest] -> [size, …rest]. An index outside is dropped. */
  scatterAdd: { readonly size: number }
  /** [.., axes .., rest] -> [.., positions .., windows .., rest]; the axes are neighbours. */
  unfold: WindowAttributes
  /** The transpose of `unfold`: windows are added back into axes of `sizes`. */
  fold: WindowAttributes & { readonly sizes: readonly number[] }

  /** The sum over all machines that share the batch; on one machine its operand. */
  allReduceSum: None
}

export type Primitive = keyof Attributes

export type UnaryPrimitive =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'tanh'
  | 'sigmoid'
  | 'erf'
  | 'sin'
  | 'cos'

export type BinaryPrimitive = 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'maximum' | 'minimum'
export type ComparisonPrimitive = 'equal' | 'less' | 'lessEqual'
