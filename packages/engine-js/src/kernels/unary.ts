/**
 * Loops over one operand. Each primitive has a loop of its own, so that the scalar rule is compiled into it; a rule
 * passed as an argument would be called for every element, its numbers boxed.
 *
 * `step` is 1 for dense elements and 0 for one repeated number.
 */
import {
  castRule,
  type DType,
  not as notRule,
  type UnaryPrimitive,
  unaryRule,
  unaryRules,
  type Values,
} from '@chainrule/program'

export type UnaryKernel = (out: Values, x: Values, count: number, step: number) => void

const { neg, abs, sign, floor, exp, expm1, log, log1p } = unaryRules
const { sqrt, tanh, sigmoid, erf, sin, cos } = unaryRules

export const unaryKernels: { readonly [P in UnaryPrimitive]: UnaryKernel } = {
  neg(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = neg(x[i * step] as number)
  },
  abs(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = abs(x[i * step] as number)
  },
  sign(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = sign(x[i * step] as number)
  },
  floor(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = floor(x[i * step] as number)
  },
  exp(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = exp(x[i * step] as number)
  },
  expm1(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = expm1(x[i * step] as number)
  },
  log(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = log(x[i * step] as number)
  },
  log1p(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = log1p(x[i * step] as number)
  },
  sqrt(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = sqrt(x[i * step] as number)
  },
  tanh(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = tanh(x[i * step] as number)
  },
  sigmoid(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = sigmoid(x[i * step] as number)
  },
  erf(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = erf(x[i * step] as number)
  },
  sin(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = sin(x[i * step] as number)
  },
  cos(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = cos(x[i * step] as number)
  },
}

export const not: UnaryKernel = (out, x, count, step) => {
  for (let i = 0; i < count; i++) out[i] = notRule(x[i * step] as number)
}

const negInteger = unaryRule('neg', 'i32')
const absInteger = unaryRule('abs', 'i32')
const signInteger = unaryRule('sign', 'i32')

/** Where integers have a rule of their own. */
export const integerUnaryKernels: { readonly [P in UnaryPrimitive]?: UnaryKernel } = {
  neg(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = negInteger(x[i * step] as number)
  },
  abs(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = absInteger(x[i * step] as number)
  },
  sign(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = signInteger(x[i * step] as number)
  },
}

const [toInteger, toBool, toByte] = [castRule('i32'), castRule('bool'), castRule('u8')]

/** Storing into the array of a float dtype is what rounds. */
const castToFloat: UnaryKernel = (out, x, count, step) => {
  for (let i = 0; i < count; i++) out[i] = x[i * step] as number
}

export const castKernels: { readonly [D in DType]: UnaryKernel } = {
  f32: castToFloat,
  f64: castToFloat,
  i32(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = toInteger(x[i * step] as number)
  },
  bool(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = toBool(x[i * step] as number)
  },
  u8(out, x, count, step) {
    for (let i = 0; i < count; i++) out[i] = toByte(x[i * step] as number)
  },
}
