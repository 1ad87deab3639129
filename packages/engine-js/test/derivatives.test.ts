/** Every primitive's derivative against finite differences in float64. One row a primitive. */
import {
  B,
  backpropagate,
  type Ops,
  type Primitive,
  type Shape,
  type Tensor,
} from '@chainrule/program'
import { describe, expect, it } from 'vitest'
import { type Case, checkDerivative, type Draw, type Given } from './derivative-check.ts'
import { evaluate, f64 } from './evaluate.ts'

const rows = (count: number) => ({ rows: count })

const between =
  (low: number, high: number): Draw =>
  (numbers, count) =>
    Array.from({ length: count }, () => low + (high - low) * numbers.next())

/** At least 0.25 from every integer. */
const betweenIntegers: Draw = (numbers, count) =>
  Array.from({ length: count }, () => numbers.whole(7) - 3 + 0.25 + numbers.next() / 2)

/** Every two elements at least 0.1 apart, in any order. */
const apart: Draw = (numbers, count) =>
  numbers.shuffled(Array.from({ length: count }, (_, i) => i / 5 - count / 10 + 0.05))

/** At least 0.25 from 0. */
const nonZero: Draw = (numbers, count) =>
  between(0.25, 2)(numbers, count).map((x) => (numbers.whole(2) === 0 ? x : -x))

const exactly =
  (...values: number[]): Draw =>
  (_, count) =>
    Array.from({ length: count }, (_, i) => values[i % values.length] ?? 0)

const x = (draw: Draw, ...shape: Shape): Given => ({ shape, draw })
const integers = (draw: Draw, ...shape: Shape): Given => ({ shape, draw, dtype: 'i32' })
const condition = (...shape: Shape): Given => ({
  shape,
  draw: exactly(1, 0, 0, 1, 1),
  dtype: 'bool',
})
const wide = between(-2, 2)

type One = (ops: Ops, x: Tensor) => Tensor
type Two = (ops: Ops, x: Tensor, z: Tensor) => Tensor
type Options = Partial<Pick<Case, 'linear' | 'flat' | 'step'>>

function one(given: Given, make: One, options: Options = {}): Case {
  const compute: Case['compute'] = (ops, [x]) => make(ops, need(x))
  return { given: [given], compute, ...options }
}

function two(left: Given, right: Given, make: Two, options: Options = {}): Case {
  const compute: Case['compute'] = (ops, [x, z]) => make(ops, need(x), need(z))
  return { given: [left, right], compute, ...options }
}

function need(tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) throw new Error('a case gives an operand too few')
  return tensor
}

const shapes: readonly Shape[] = [[], [3], [B, 2], [2, B, 3]]

const unary = (draw: Draw, make: One, options: Options = {}): Case[] =>
  shapes.map((shape) => one(x(draw, ...shape), make, options))

const binary = (left: Draw, right: Draw, make: Two, options: Options = {}): Case[] =>
  shapes.map((shape) => two(x(left, ...shape), x(right, ...shape), make, options))

/** An operation with a bool result, made into numbers. */
const comparison = (make: Two): Case[] =>
  binary(apart, exactly(0), (ops, x, z) => ops.cast(make(ops, x, z), 'f64'), { flat: true })

const dot = (
  left: Shape,
  right: Shape,
  contract: readonly [readonly number[], readonly number[]],
  batch?: readonly [readonly number[], readonly number[]],
): Case =>
  two(
    x(wide, ...left),
    x(wide, ...right),
    (ops, x, z) => ops.dot(x, z, { contract, ...(batch && { batch }) }),
    { linear: 'each' },
  )

const linear = { linear: 'together' } as const
const both = { linear: 'each' } as const
const flat = { flat: true } as const

const windows1 = { axes: [1], windows: [3], strides: [2], dilations: [1] }
const windows2 = { axes: [1, 2], windows: [2, 2], strides: [1, 2], dilations: [2, 1] }
const outside = exactly(1, 0, -1, 1, 4, 3)

const cases: { readonly [P in Primitive]: readonly Case[] } = {
  constant: [one(x(wide, B, 3), (ops, x) => ops.mul(x, ops.constant([1, -2, 3])), linear)],
  input: [one(x(wide, B, 3), (_, x) => x, linear)],
  state: [
    one({ ...x(wide, 2, 3), state: true }, (_, x) => x, linear),
    two({ ...x(wide, 3), state: true }, x(wide, B, 3), (ops, w, x) => ops.mul(w, x), both),
  ],
  iota: [one(x(wide, B, 3), (ops, x) => ops.mul(x, ops.iota([B, 3], 1, 'f64')), linear)],
  random: [
    {
      given: [x(wide, B, 3), integers(exactly(5)), integers(exactly(1, 0), 2)],
      compute: (ops, [x, seed, step]) => {
        const drawn = ops.random(need(seed), need(step), need(seed), { site: 3, shape: [B, 3] })
        return ops.mul(need(x), ops.mul(ops.cast(drawn, 'f64'), 2 ** -24))
      },
      linear: 'together',
    },
  ],

  cast: [
    // Sixteenths and a step that float32 holds exactly, so that its rounding plays no part.
    ...unary(exactly(0.5, -1.25, 2), (ops, x) => ops.cast(ops.cast(x, 'f32'), 'f64'), {
      linear: 'together',
      step: 2 ** -8,
    }),
    ...unary(betweenIntegers, (ops, x) => ops.cast(ops.cast(x, 'i32'), 'f64'), flat),
    ...unary(nonZero, (ops, x) => ops.cast(ops.cast(x, 'bool'), 'f64'), flat),
  ],
  neg: unary(wide, (ops, x) => ops.neg(x), linear),
  abs: unary(nonZero, (ops, x) => ops.abs(x), linear),
  sign: unary(nonZero, (ops, x) => ops.sign(x), flat),
  floor: unary(betweenIntegers, (ops, x) => ops.floor(x), flat),
  exp: unary(wide, (ops, x) => ops.exp(x)),
  expm1: unary(wide, (ops, x) => ops.expm1(x)),
  log: unary(between(0.3, 3), (ops, x) => ops.log(x)),
  log1p: unary(between(-0.6, 3), (ops, x) => ops.log1p(x)),
  sqrt: unary(between(0.3, 3), (ops, x) => ops.sqrt(x)),
  tanh: unary(wide, (ops, x) => ops.tanh(x)),
  sigmoid: unary(between(-4, 4), (ops, x) => ops.sigmoid(x)),
  erf: unary(wide, (ops, x) => ops.erf(x)),
  sin: unary(between(-4, 4), (ops, x) => ops.sin(x)),
  cos: unary(between(-4, 4), (ops, x) => ops.cos(x)),
  not: comparison((ops, x, z) => ops.not(ops.less(x, z))),

  add: binary(wide, wide, (ops, x, z) => ops.add(x, z), linear),
  sub: binary(wide, wide, (ops, x, z) => ops.sub(x, z), linear),
  mul: [
    ...binary(wide, wide, (ops, x, z) => ops.mul(x, z), both),
    one(x(wide, B, 3), (ops, x) => ops.mul(x, x)),
  ],
  div: binary(wide, nonZero, (ops, x, z) => ops.div(x, z)),
  pow: [
    ...binary(between(0.3, 2), wide, (ops, x, z) => ops.pow(x, z)),
    ...unary(nonZero, (ops, x) => ops.pow(x, 3)),
    ...unary(wide, (ops, x) => ops.pow(x, 1), linear),
    ...unary(wide, (ops, x) => ops.pow(x, 0), flat),
  ],
  maximum: binary(apart, exactly(0), (ops, x, z) => ops.maximum(x, z), linear),
  minimum: binary(apart, exactly(0), (ops, x, z) => ops.minimum(x, z), linear),
  equal: comparison((ops, x, z) => ops.equal(x, z)),
  less: comparison((ops, x, z) => ops.less(x, z)),
  lessEqual: comparison((ops, x, z) => ops.lessEqual(x, z)),
  and: comparison((ops, x, z) => ops.and(ops.less(x, z), ops.less(z, 1))),
  or: comparison((ops, x, z) => ops.or(ops.less(x, z), ops.less(z, x))),
  select: shapes.map((shape) => ({
    given: [condition(...shape), x(wide, ...shape), x(wide, ...shape)],
    compute: (ops, [c, x, z]) => ops.select(need(c), need(x), need(z)),
    linear: 'together',
  })),

  dot: [
    dot([B, 3], [2, 3], [[1], [1]]),
    dot([B, 3], [3, 2], [[1], [0]]),
    dot([B, 3], [B, 2], [[0], [0]]),
    dot([3, B], [B, 2], [[1], [0]]),
    dot([3], [3], [[0], [0]]),
    dot([2], [B, 3], [[], []]),
    dot(
      [2, 3],
      [3, 2],
      [
        [0, 1],
        [1, 0],
      ],
    ),
    dot(
      [2, 3, 4],
      [4, 5, 2],
      [
        [0, 2],
        [2, 0],
      ],
    ),
    dot([B, 2, 3], [B, 3, 4], [[2], [1]], [[0], [0]]),
    dot(
      [2, B, 3],
      [3, 4, B, 2],
      [[2], [0]],
      [
        [1, 0],
        [2, 3],
      ],
    ),
    dot(
      [B, 3],
      [3, B],
      [[], []],
      [
        [0, 1],
        [1, 0],
      ],
    ),
    { ...dot([2, 0], [3, 0], [[1], [1]]), flat: true },
    one(x(wide, B, 3), (ops, x) => ops.dot(x, x, { contract: [[1], [1]] })),
  ],
  reshape: [
    one(x(wide, B, 4), (ops, x) => ops.reshape(x, [rows(2), 2]), linear),
    one(x(wide, 2, B, 3), (ops, x) => ops.reshape(x, [rows(6)]), linear),
  ],
  transpose: [
    one(x(wide, B, 3), (ops, x) => ops.transpose(x, [1, 0]), linear),
    one(x(wide, 2, B, 3), (ops, x) => ops.transpose(x, [2, 0, 1]), linear),
  ],
  broadcast: [
    one(x(wide, 3), (ops, x) => ops.broadcastTo(x, [B, 3]), linear),
    one(x(wide), (ops, x) => ops.broadcastTo(x, [2, B]), linear),
    one(x(wide, B, 1, 2), (ops, x) => ops.broadcastTo(x, [B, 3, 2]), linear),
    one(
      x(wide, 3),
      (ops, x) => ops.trace.emit('broadcast', [x], { shape: [3, B], axes: [0] }),
      linear,
    ),
    one(
      x(wide, 3),
      (ops, x) => ops.trace.emit('broadcast', [x], { shape: [3], axes: [0] }),
      linear,
    ),
  ],
  slice: [
    one(x(wide, B, 5), (ops, x) => ops.slice(x, [0, 1], [B, 3]), linear),
    one(x(wide, rows(3), 2), (ops, x) => ops.slice(x, [B, 0], [B, 1]), linear),
  ],
  pad: [
    one(x(wide, B, 2), (ops, x) => ops.pad(x, [0, 1], [0, 2]), linear),
    one(x(wide, B, 2), (ops, x) => ops.pad(x, [B, 0], [rows(2), 1], 5)),
  ],
  concat: [
    two(x(wide, B, 2), x(wide, B, 3), (ops, x, z) => ops.concat([x, z, x], 1), linear),
    two(x(wide, B, 2), x(wide, rows(2), 2), (ops, x, z) => ops.concat([x, z], 0), linear),
    two(x(wide, B), x(wide, 0), (ops, x, z) => ops.concat([x, z], 0), linear),
  ],

  sum: [
    one(x(wide, B, 3), (ops, x) => ops.sum(x), linear),
    one(x(wide, B, 3), (ops, x) => ops.sum(x, 0), linear),
    one(x(wide, 2, B, 3), (ops, x) => ops.sum(x, [0, 2]), linear),
    one(x(wide, B, 3), (ops, x) => ops.sum(x, []), linear),
  ],
  max: [
    one(x(apart, B, 4), (ops, x) => ops.max(x, 1), linear),
    one(x(apart, 3, B, 2), (ops, x) => ops.max(x, 0), linear),
    one(x(apart, B, 2), (ops, x) => ops.max(x, 0), linear),
  ],
  argmax: [one(x(apart, B, 4), (ops, x) => ops.cast(ops.argmax(x, 1), 'f64'), flat)],

  gather: [
    two(x(wide, 4, 2), integers(outside, B, 2), (ops, x, i) => ops.gather(x, i), linear),
    two(x(wide, 4), integers(exactly(2)), (ops, x, i) => ops.gather(x, i), linear),
    two(x(wide, 4, B), integers(outside, 3), (ops, x, i) => ops.gather(x, i), linear),
  ],
  scatterAdd: [
    two(integers(outside, B), x(wide, B, 2), (ops, i, x) => ops.scatterAdd(i, x, 4), linear),
    two(integers(outside, B, 2), x(wide, B, 2), (ops, i, x) => ops.scatterAdd(i, x, 3), linear),
    two(integers(exactly(1)), x(wide, B), (ops, i, x) => ops.scatterAdd(i, x, 2), linear),
  ],
  unfold: [
    one(x(wide, B, 8), (ops, x) => ops.unfold(x, windows1), linear),
    one(x(wide, B, 5, 4, 2), (ops, x) => ops.unfold(x, windows2), linear),
  ],
  fold: [
    one(x(wide, B, 3, 3), (ops, x) => ops.fold(x, { ...windows1, sizes: [8] }), linear),
    one(x(wide, B, 3, 2, 2, 2, 2), (ops, x) => ops.fold(x, { ...windows2, sizes: [5, 4] }), linear),
  ],
  allReduceSum: unary(wide, (ops, x) => ops.allReduceSum(x), linear),
}

describe('derivatives agree with finite differences', () => {
  const table = Object.entries(cases) as [Primitive, readonly Case[]][]
  it.each(table)('%s', (primitive, list) => {
    for (const tested of list) {
      for (const count of [1, 3]) checkDerivative(primitive, tested, count)
    }
  })
})

describe('at a kink, one side is taken', () => {
  const slope = (make: (ops: Ops, x: Tensor, z: Tensor) => Tensor, xs: number[], zs = xs) => {
    const sloped =
      (side: 0 | 1) =>
      (ops: Ops, tensors: readonly Tensor[]): Tensor => {
        const [x, z] = [need(tensors[0]), need(tensors[1])]
        const of = make(ops, x, z)
        const seed = { of, cotangent: ops.constant(1, of.type) }
        return need(backpropagate(ops, [seed], [x, z])[side])
      }
    const given = [f64([xs.length], xs), f64([zs.length], zs)]
    return { x: evaluate(sloped(0), given), z: evaluate(sloped(1), given) }
  }

  it.each([
    ['maximum', [1, 0, 2], [1, 0, 0], [0, 1, 1]],
    ['minimum', [1, 0, 2], [1, 1, 1], [0, 0, 0]],
  ] as const)('%s gives all to the first of two equals', (name, zs, x, z) => {
    const came = slope((ops, x, z) => ops[name](x, z), [1, -1, 1], [...zs])
    expect(came).toEqual({ x, z })
  })

  it('max gives all to the first maximum', () => {
    expect(slope((ops, x) => ops.max(x, 0), [1, 3, 3, 2]).x).toEqual([0, 1, 0, 0])
  })

  it('abs has slope 0 at 0', () => {
    expect(slope((ops, x) => ops.abs(x), [0, -0, -2]).x.map(Math.abs)).toEqual([0, 0, 1])
  })

  it('clamp gives its ends to the operand', () => {
    expect(slope((ops, x) => ops.clamp(x, -1, 1), [-2, -1, 0, 1, 2]).x).toEqual([0, 1, 1, 1, 0])
  })

  it('pow stays finite at the base 0, and for the exponent of a base that is not positive', () => {
    const { x, z } = slope((ops, x, z) => ops.pow(x, z), [0, 0, 0, -2, 2], [0, 1, 2, 2, 0])
    expect(x).toEqual([0, 1, 0, -4, 0])
    expect(z.slice(0, 4)).toEqual([0, 0, 0, 0])
    expect(z[4]).toBeCloseTo(Math.LN2, 14)
  })
})
