/** Every elementwise primitive, of every dtype it takes, on every layout its operands may have. */
import {
  B,
  type BinaryPrimitive,
  type ComparisonPrimitive,
  type DType,
  isFloat,
  type Ops,
  type Shape,
  type Tensor,
  type UnaryPrimitive,
} from '@chainrule/program'
import { describe, expect, it } from 'vitest'
import { wasmEngine } from '../src/index.ts'
import {
  ask,
  expectSame,
  mistake,
  type Numbers,
  type Recording,
  special,
  specials,
  steps,
} from './support/judge.ts'

const engine = wasmEngine()
const dtypes: readonly DType[] = ['f32', 'f64', 'i32', 'bool', 'u8']
const maxBatch = 6
const rows = [maxBatch, 0, 1, 3]
/** From a single vector's part to several vectors and a part. */
const widths = [1, 2, 3, 4, 5, 7, 8, 9, 17]

/** By how many float32 numbers these may differ from the correctly rounded result; all else is exact. */
const allowed: Readonly<Partial<Record<string, number>>> = {
  exp: 2,
  expm1: 2,
  log: 2,
  log1p: 2,
  tanh: 4,
  sigmoid: 4,
  erf: 4,
  sin: 3,
  cos: 3,
  pow: 2,
}

const integerUnary: readonly UnaryPrimitive[] = ['neg', 'abs', 'sign']
const floatUnary: readonly UnaryPrimitive[] = [
  ...integerUnary,
  ...(['floor', 'exp', 'expm1', 'log', 'log1p', 'sqrt'] as const),
  ...(['tanh', 'sigmoid', 'erf', 'sin', 'cos'] as const),
]
const comparisons: readonly ComparisonPrimitive[] = ['equal', 'less', 'lessEqual']
const integerBinary: readonly BinaryPrimitive[] = ['add', 'sub', 'mul', 'maximum', 'minimum']

type Expression = (ops: Ops, x: Tensor, y: Tensor) => Tensor

/** Every primitive that takes operands of this dtype. */
function expressions(dtype: DType): Record<string, Expression> {
  const numeric = isFloat(dtype) || dtype === 'i32'
  const unary = isFloat(dtype) ? floatUnary : numeric ? integerUnary : []
  const binary = numeric ? integerBinary : []
  const pairs = [...binary, ...(isFloat(dtype) ? (['div', 'pow'] as const) : []), ...comparisons]
  const found: Record<string, Expression> = {
    select: (ops, x, y) => ops.select(ops.cast(x, 'bool'), y, x),
  }
  for (const name of unary) found[name] = (ops, x) => ops[name](x)
  for (const name of pairs) found[name] = (ops, x, y) => ops[name](x, y)
  for (const to of dtypes)
    found[`cast to ${to}`] = (ops, x) => ops.trace.emit('cast', [x], { dtype: to })
  if (dtype === 'bool') {
    found['not'] = (ops, x) => ops.not(x)
    found['and'] = (ops, x, y) => ops.and(x, y)
    found['or'] = (ops, x, y) => ops.or(x, y)
  }
  return found
}

/** A tensor of [B, width] whose elements lie somehow in an input. */
type Layout = (recording: Recording, dtype: DType, width: number, numbers: Numbers) => Tensor

const layouts: Readonly<Record<string, Layout>> = {
  dense: (r, dtype, width, numbers) => r.input(dtype, [B, width], numbers),
  'one row for all': (r, dtype, width, numbers) =>
    r.ops.broadcastTo(r.input(dtype, [width], numbers), [B, width]),
  'one column for all': (r, dtype, width, numbers) =>
    r.ops.broadcastTo(r.input(dtype, [B, 1], numbers), [B, width]),
  'one number for all': (r, dtype, width, numbers) =>
    r.ops.broadcastTo(r.input(dtype, [], numbers), [B, width]),
  transposed: (r, dtype, width, numbers) =>
    r.ops.transpose(r.input(dtype, [width, B], numbers), [1, 0]),
  sliced: (r, dtype, width, numbers) =>
    r.ops.slice(r.input(dtype, [B, width + 3], numbers), [0, 2], [B, width]),
  'every third': (r, dtype, width, numbers) => {
    const shape: Shape = [B, width, 1]
    const apart = r.ops.slice(r.input(dtype, [B, width, 3], numbers), [0, 0, 1], shape)
    return r.ops.reshape(apart, [B, width])
  },
}

/** What is wrong, by the primitive's own tolerance. */
function mistakes(question: Parameters<typeof ask>[1]): string[] {
  return ask(engine, question).flatMap((answer) => {
    const primitive = answer.name.split(':')[0] ?? ''
    const most = answer.found instanceof Float32Array ? (allowed[primitive] ?? 0) : 0
    return mistake(answer, most === 0 ? undefined : (x, y) => steps(x, y) > most) ?? []
  })
}

const floatOf = (dtype: DType) => ({ float: dtype === 'f64' ? ('f64' as const) : ('f32' as const) })

describe.each(dtypes)('%s', (dtype) => {
  it.each(widths)('%i wide agree for every layout of both operands', (width) => {
    const names = Object.keys(layouts)
    // Each layout beside itself and beside the next ones: all pairs come up over the widths.
    const shift = widths.indexOf(width) % names.length
    const record = (r: Recording): Record<string, Tensor> => {
      const outputs: Record<string, Tensor> = {}
      names.forEach((name, i) => {
        const other = names[(i + shift) % names.length] ?? name
        const x = layouts[name]?.(r, dtype, width, special(dtype, i))
        const y = layouts[other]?.(r, dtype, width, special(dtype, i + 3))
        if (x === undefined || y === undefined) throw new Error('no layout')
        for (const [primitive, express] of Object.entries(expressions(dtype))) {
          outputs[`${primitive}: ${name}, ${other}`] = express(r.ops, x, y)
        }
      })
      return outputs
    }
    expect(mistakes({ maxBatch, rows, record, ...floatOf(dtype) })).toEqual([])
  })

  it('every special number beside every other', () => {
    const pool = specials[dtype]
    const all = pool.length ** 2
    const record = (r: Recording): Record<string, Tensor> => {
      const x = r.input(dtype, [all], (i) => pool[Math.floor(i / pool.length)] ?? 0)
      const y = r.input(dtype, [all], (i) => pool[i % pool.length] ?? 0)
      const outputs: Record<string, Tensor> = {}
      for (const [primitive, express] of Object.entries(expressions(dtype))) {
        outputs[`${primitive}:`] = express(r.ops, x, y)
      }
      return outputs
    }
    expect(mistakes({ record, ...floatOf(dtype) })).toEqual([])
  })
})

describe('loops that differ in a constant alone', () => {
  // JSON writes 0 for both zeros and null for what is not finite: by its text one loop would do the other's work.
  const { POSITIVE_INFINITY, NEGATIVE_INFINITY, NaN: nan } = Number
  it.each([
    [0, -0],
    [POSITIVE_INFINITY, NEGATIVE_INFINITY],
    [NEGATIVE_INFINITY, nan],
  ])('keep their own: %d and %d', (first, second) => {
    const record = (r: Recording): Record<string, Tensor> => {
      const { ops } = r
      const once = ops.mul(
        r.input('f32', [B, 4], (i) => i + 1),
        first,
      )
      // A product between them keeps the two from becoming one loop.
      const weight = r.input('f32', [4, 4], () => 1)
      const between = ops.dot(once, weight, { contract: [[1], [0]] })
      return { once, twice: ops.mul(between, second) }
    }
    expectSame(engine, { record })
  })
})
