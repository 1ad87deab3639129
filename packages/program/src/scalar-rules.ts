/**
 * What each elementwise primitive does to one element. Constant folding and the reference engine compute with these
 * functions, and every other engine is compared with them.
 *
 * Numbers come and go as float64. Whoever stores a result of dtype f32 rounds it once (for + − × ÷ √ that is the same
 * as computing in float32); results of dtype i32 are exact, and bool is 0 or 1.
 */
import { erf } from './math/error-function.ts'
import { exp, expm1, sigmoid, tanh } from './math/exponential.ts'
import { log, log1p } from './math/logarithm.ts'
import { pow } from './math/pow.ts'
import { cos, sin } from './math/trigonometric.ts'
import type { BinaryPrimitive, ComparisonPrimitive, UnaryPrimitive } from './primitives.ts'
import type { Instruction } from './program.ts'
import type { DType } from './types.ts'

export type UnaryRule = (x: number) => number
export type BinaryRule = (x: number, y: number) => number
export type LogicalPrimitive = 'and' | 'or'
/** The primitives of one operand that integers have too. */
export type IntegerUnaryPrimitive = 'neg' | 'abs' | 'sign'
/** The primitives of two operands for which integers have a rule of their own; the others are shared. */
export type IntegerBinaryPrimitive = 'add' | 'sub' | 'mul'

/** Floats, one operand. `sign` of a zero or of NaN is its operand; `floor` goes towards −∞. */
export const unaryRules: { readonly [P in UnaryPrimitive]: UnaryRule } = {
  neg: (x) => -x,
  abs: (x) => Math.abs(x),
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : x),
  floor: (x) => Math.floor(x),
  exp,
  expm1,
  log,
  log1p,
  sqrt: (x) => Math.sqrt(x),
  tanh,
  sigmoid,
  erf,
  sin,
  cos,
}

/**
 * Floats, two operands. `maximum` and `minimum` give NaN where either is NaN, and hold −0 to be below 0. A comparison
 * with NaN is 0.
 */
export const binaryRules: {
  readonly [P in BinaryPrimitive | ComparisonPrimitive | LogicalPrimitive]: BinaryRule
} = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  pow,
  maximum: (x, y) => Math.max(x, y),
  minimum: (x, y) => Math.min(x, y),
  equal: (x, y) => (x === y ? 1 : 0),
  less: (x, y) => (x < y ? 1 : 0),
  lessEqual: (x, y) => (x <= y ? 1 : 0),
  and: (x, y) => x & y,
  or: (x, y) => x | y,
}

/** The complement of a bool. */
export const not: UnaryRule = (x) => x ^ 1

/** 32-bit integers, one operand; −(−2³¹) and |−2³¹| wrap round to −2³¹. */
export const integerUnaryRules: { readonly [P in IntegerUnaryPrimitive]: UnaryRule } = {
  neg: (x) => -x | 0,
  abs: (x) => Math.abs(x) | 0,
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
}

/** 32-bit integers, two operands: the low 32 bits of the result. */
export const integerBinaryRules: { readonly [P in IntegerBinaryPrimitive]: BinaryRule } = {
  add: (x, y) => (x + y) | 0,
  sub: (x, y) => (x - y) | 0,
  mul: (x, y) => Math.imul(x, y),
}

/** Towards zero, kept within `low` and `high`; NaN is 0. */
function truncated(x: number, low: number, high: number): number {
  if (Number.isNaN(x)) return 0
  // The addition makes −0 into 0.
  return Math.trunc(Math.max(low, Math.min(x, high))) + 0
}

const castRules: { readonly [D in DType]: UnaryRule } = {
  f32: (x) => Math.fround(x),
  f64: (x) => x,
  i32: (x) => truncated(x, -2147483648, 2147483647),
  bool: (x) => (x === 0 ? 0 : 1),
  u8: (x) => truncated(x, 0, 255),
}

/**
 * What `cast` does on the way to `dtype`, from whichever dtype: f32 rounds to nearest; i32 and u8 cut off the fraction,
 * stop at the ends of their range and take NaN to 0 (WebAssembly's `trunc_sat`); bool is 0 for zeros and 1 for anything
 * else, NaN included.
 */
export function castRule(dtype: DType): UnaryRule {
  return castRules[dtype]
}

/** The rule of a primitive of one operand of `dtype`. */
export function unaryRule(primitive: UnaryPrimitive, dtype: DType): UnaryRule {
  if (dtype !== 'i32') return unaryRules[primitive]
  const rules: Readonly<Partial<Record<UnaryPrimitive, UnaryRule>>> = integerUnaryRules
  return rules[primitive] ?? unaryRules[primitive]
}

/** The rule of a primitive of two operands of `dtype`. */
export function binaryRule(primitive: keyof typeof binaryRules, dtype: DType): BinaryRule {
  if (dtype !== 'i32') return binaryRules[primitive]
  const rules: Readonly<Partial<Record<typeof primitive, BinaryRule>>> = integerBinaryRules
  return rules[primitive] ?? binaryRules[primitive]
}

/**
 * What an elementwise primitive does to one element of each operand, the first of which is of `dtype`; `undefined` for
 * a primitive that is not elementwise.
 */
export function elementRule(
  { primitive, type }: Pick<Instruction, 'primitive' | 'type'>,
  dtype: DType,
): ((...elements: number[]) => number) | undefined {
  if (primitive === 'cast') return (x = 0) => castRule(type.dtype)(x)
  if (primitive === 'not') return (x = 0) => not(x)
  if (primitive === 'select') return (condition = 0, x = 0, y = 0) => (condition === 0 ? y : x)
  if (isKeyOf(unaryRules, primitive)) {
    const rule = unaryRule(primitive, dtype)
    return (x = 0) => rule(x)
  }
  if (isKeyOf(binaryRules, primitive)) {
    const rule = binaryRule(primitive, dtype)
    return (x = 0, y = 0) => rule(x, y)
  }
  return undefined
}

function isKeyOf<T extends object>(table: T, name: PropertyKey): name is keyof T {
  return Object.hasOwn(table, name)
}
