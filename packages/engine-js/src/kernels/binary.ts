/**
 * Loops over two or three operands, a loop a primitive as in `unary.ts`. The steps are 1 for dense elements and 0 for
 * one repeated number.
 */
import { binaryRule, binaryRules, type Values } from '@chainrule/program'

export type BinaryKernel = (
  out: Values,
  x: Values,
  y: Values,
  count: number,
  stepX: number,
  stepY: number,
) => void

const { add, sub, mul, div, pow, maximum, minimum } = binaryRules
const { equal, less, lessEqual, and, or } = binaryRules

export const binaryKernels: { readonly [P in keyof typeof binaryRules]: BinaryKernel } = {
  add(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = add(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  sub(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = sub(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  mul(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = mul(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  div(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = div(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  pow(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = pow(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  maximum(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = maximum(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  minimum(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = minimum(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  equal(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = equal(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  less(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = less(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  lessEqual(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = lessEqual(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  and(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = and(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  or(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = or(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
}

const addInteger = binaryRule('add', 'i32')
const subInteger = binaryRule('sub', 'i32')
const mulInteger = binaryRule('mul', 'i32')

/** Where integers have a rule of their own. */
export const integerBinaryKernels: {
  readonly [P in keyof typeof binaryRules]?: BinaryKernel
} = {
  add(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = addInteger(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  sub(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = subInteger(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
  mul(out, x, y, count, stepX, stepY) {
    for (let i = 0; i < count; i++) {
      out[i] = mulInteger(x[i * stepX] as number, y[i * stepY] as number)
    }
  },
}

/** `x` where the condition holds, else `y`. */
export function select(
  out: Values,
  condition: Values,
  x: Values,
  y: Values,
  count: number,
  stepCondition: number,
  stepX: number,
  stepY: number,
): void {
  for (let i = 0; i < count; i++) {
    const chosen = condition[i * stepCondition] === 1 ? x[i * stepX] : y[i * stepY]
    out[i] = chosen as number
  }
}
