import { B, binaryRules, type Ops, type Tensor, unaryRules } from '@chainrule/program'
import { describe, expect, it } from 'vitest'
import { bool, evaluate, f32, f64, type Given, i32, upTo } from './evaluate.ts'

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
const matrix = f32([2, 3], [1, -2, 3, -4, 5, -6])

type Record = (ops: Ops, inputs: readonly [Tensor, Tensor, Tensor]) => Tensor
type Case = readonly [title: string, given: readonly Given[], record: Record, expected: number[]]

const run = ([, given, record, expected]: Case): void => {
  const result = evaluate((ops, [x, y = x, z = x]) => {
    if (x === undefined || y === undefined || z === undefined) throw new Error('no operand')
    return record(ops, [x, y, z])
  }, given)
  expect(result).toEqual(expected)
}

describe('sources', () => {
  const nothing = [f32([], [0])]
  it.each<Case>([
    ['a number everywhere', nothing, (ops) => ops.constant(2, { shape: [2, 2] }), [2, 2, 2, 2]],
    ['a number an element', nothing, (ops) => ops.constant([1, 2, 3]), [1, 2, 3]],
    ['a constant as wide as the batch', nothing, (ops) => ops.constant(7, { shape: [B] }), [7]],
    ['a rounded constant', nothing, (ops) => ops.constant(0.1), [Math.fround(0.1)]],
    ['indices along the first axis', nothing, (ops) => ops.iota([2, 3], 0), [0, 0, 0, 1, 1, 1]],
    ['indices along the last axis', nothing, (ops) => ops.iota([2, 3], 1), [0, 1, 2, 0, 1, 2]],
    ['an input', [matrix], (_, [x]) => x, [1, -2, 3, -4, 5, -6]],
  ])('%s', (...row) => run(row))
})

describe('elementwise', () => {
  const xs = [0.25, 0.5, 1, 1.5, 3]
  const ys = [2, 0.5, 1, -1, 0.25]

  for (const name of Object.keys(unaryRules) as (keyof typeof unaryRules)[]) {
    it(`${name} is its scalar rule, rounded to the dtype`, () => {
      const rule = unaryRules[name]
      const record = (ops: Ops, [x]: readonly Tensor[]): Tensor => ops[name](x as Tensor)
      expect(evaluate(record, [f32([5], xs)])).toEqual(xs.map((x) => Math.fround(rule(x))))
      expect(evaluate(record, [f64([5], xs)])).toEqual(xs.map(rule))
    })
  }

  for (const name of Object.keys(binaryRules) as (keyof typeof binaryRules)[]) {
    if (name === 'and' || name === 'or') continue
    it(`${name} is its scalar rule, rounded to the dtype`, () => {
      const rule = binaryRules[name]
      const record = (ops: Ops, [x, y]: readonly Tensor[]): Tensor =>
        ops[name](x as Tensor, y as Tensor)
      const expected = xs.map((x, i) => rule(x, ys[i] ?? 0))
      expect(evaluate(record, [f32([5], xs), f32([5], ys)])).toEqual(expected.map(Math.fround))
      expect(evaluate(record, [f64([5], xs), f64([5], ys)])).toEqual(expected)
    })
  }

  const truth = [bool([4], [0, 0, 1, 1]), bool([4], [0, 1, 0, 1])]
  const large = [i32([2], [2147483647, 65536]), i32([2], [1, 65536])]
  it.each<Case>([
    ['and', truth, (ops, [x, y]) => ops.and(x, y), [0, 0, 0, 1]],
    ['or', truth, (ops, [x, y]) => ops.or(x, y), [0, 1, 1, 1]],
    ['not', truth, (ops, [x]) => ops.not(x), [1, 1, 0, 0]],
    ['integers wrap when added', large, (ops, [x, y]) => ops.add(x, y), [-2147483648, 131072]],
    ['integers wrap when multiplied', large, (ops, [x, y]) => ops.mul(x, y), [2147483647, 0]],
    [
      'integers wrap when subtracted',
      large,
      (ops, [x, y]) => ops.sub(ops.neg(x), ops.add(y, y)),
      [2147483647, -196608],
    ],
    ['integers have signs', [i32([3], [-5, 0, 5])], (ops, [x]) => ops.sign(x), [-1, 0, 1]],
    ['integers have magnitudes', [i32([2], [-5, 5])], (ops, [x]) => ops.abs(x), [5, 5]],
    ['the larger integer', large, (ops, [x, y]) => ops.maximum(x, y), [2147483647, 65536]],
    ['a number beside a tensor', [matrix], (ops, [x]) => ops.mul(x, 2), [2, -4, 6, -8, 10, -12]],
    ['NaN stays in a maximum', [f32([2], [nan, 1])], (ops, [x]) => ops.maximum(x, 0), [nan, 1]],
    [
      'select takes the side that the condition names',
      [bool([3], [1, 0, 1]), f32([3], [1, 2, 3]), f32([3], [4, 5, nan])],
      (ops, [c, x, y]) => ops.select(c, x, y),
      [1, 5, 3],
    ],
    [
      'a cast to i32 cuts off',
      [f32([4], [2.9, -2.9, 1e10, nan])],
      (ops, [x]) => ops.cast(x, 'i32'),
      [2, -2, 2147483647, 0],
    ],
    [
      'a cast to bool asks for zero',
      [f32([3], [0, -3, nan])],
      (ops, [x]) => ops.cast(x, 'bool'),
      [0, 1, 1],
    ],
    [
      'a cast to u8 stays in range',
      [f32([3], [-1, 3.7, 300])],
      (ops, [x]) => ops.cast(x, 'u8'),
      [0, 3, 255],
    ],
    [
      'a cast to f32 rounds',
      [f64([1], [0.1])],
      (ops, [x]) => ops.cast(x, 'f32'),
      [Math.fround(0.1)],
    ],
    [
      'a cast to f64 is exact',
      [i32([1], [2147483647])],
      (ops, [x]) => ops.cast(x, 'f64'),
      [2147483647],
    ],
  ])('%s', (...row) => run(row))
})

describe('movement', () => {
  const cube = f32([2, 2, 2], upTo(8))
  it.each<Case>([
    ['reshape', [matrix], (ops, [x]) => ops.reshape(x, [3, 2]), [1, -2, 3, -4, 5, -6]],
    ['transpose', [matrix], (ops, [x]) => ops.transpose(x, [1, 0]), [1, -4, -2, 5, 3, -6]],
    [
      'transpose of three axes',
      [cube],
      (ops, [x]) => ops.transpose(x, [2, 0, 1]),
      [0, 2, 4, 6, 1, 3, 5, 7],
    ],
    [
      'reshape of a transpose',
      [matrix],
      (ops, [x]) => ops.reshape(ops.transpose(x, [1, 0]), [6]),
      [1, -4, -2, 5, 3, -6],
    ],
    [
      'broadcast of a row',
      [f32([2], [1, 2])],
      (ops, [x]) => ops.broadcastTo(x, [2, 2]),
      [1, 2, 1, 2],
    ],
    [
      'broadcast of a column',
      [f32([2, 1], [1, 2])],
      (ops, [x]) => ops.broadcastTo(x, [2, 2]),
      [1, 1, 2, 2],
    ],
    ['slice', [matrix], (ops, [x]) => ops.slice(x, [0, 1], [2, 2]), [-2, 3, 5, -6]],
    ['pad', [f32([1, 2], [1, 2])], (ops, [x]) => ops.pad(x, [1, 0], [0, 1], 9), [9, 9, 9, 1, 2, 9]],
    ['concat of rows', [f32([1, 2], [1, 2])], (ops, [x]) => ops.concat([x, x], 0), [1, 2, 1, 2]],
    [
      'concat of columns',
      [f32([2, 1], [1, 2])],
      (ops, [x]) => ops.concat([x, ops.neg(x)], 1),
      [1, -1, 2, -2],
    ],
    [
      'concat of transposes',
      [matrix],
      (ops, [x]) => ops.concat([ops.transpose(x, [1, 0]), ops.constant(0, { shape: [3, 1] })], 1),
      [1, -4, 0, -2, 5, 0, 3, -6, 0],
    ],
    [
      'elementwise on a column',
      [matrix],
      (ops, [x]) => ops.neg(ops.slice(x, [0, 1], [2, 1])),
      [2, -5],
    ],
    [
      'elementwise on a transpose twice',
      [matrix],
      (ops, [x]) => {
        const t = ops.transpose(x, [1, 0])
        return ops.add(ops.mul(t, t), t)
      },
      [2, 12, 2, 30, 12, 30],
    ],
    [
      'allReduceSum on one machine',
      [matrix],
      (ops, [x]) => ops.allReduceSum(x),
      [1, -2, 3, -4, 5, -6],
    ],
  ])('%s', (...row) => run(row))
})

describe('reductions', () => {
  it.each<Case>([
    ['sum of all', [matrix], (ops, [x]) => ops.sum(x), [-3]],
    ['sum of rows', [matrix], (ops, [x]) => ops.sum(x, 0), [-3, 3, -3]],
    ['sum of columns', [matrix], (ops, [x]) => ops.sum(x, 1), [2, -5]],
    [
      'sum of the outer axes of three',
      [f32([2, 3, 2], upTo(12))],
      (ops, [x]) => ops.sum(x, [0, 2]),
      [14, 22, 30],
    ],
    [
      'sum of a broadcast',
      [f32([2], [1, 2])],
      (ops, [x]) => ops.sum(ops.broadcastTo(x, [5, 2]), 0),
      [5, 10],
    ],
    ['sum of nothing', [f32([0, 2], [])], (ops, [x]) => ops.sum(x, 0), [0, 0]],
    ['sum over no axes', [matrix], (ops, [x]) => ops.sum(x, []), [1, -2, 3, -4, 5, -6]],
    ['sum of integers', [i32([3], [2147483647, 1, 1])], (ops, [x]) => ops.sum(x), [-2147483647]],
    [
      'a sum that float32 could not carry',
      [f32([3], [1e8, 1, -1e8])],
      (ops, [x]) => ops.sum(x),
      [1],
    ],
    ['mean', [matrix], (ops, [x]) => ops.mean(x, 0), [-1.5, 1.5, -1.5]],
    ['max', [matrix], (ops, [x]) => ops.max(x, 1), [3, 5]],
    ['max of a column', [matrix], (ops, [x]) => ops.max(x, 0), [1, 5, 3]],
    ['max with NaN', [f32([3], [1, nan, 2])], (ops, [x]) => ops.max(x, 0), [nan]],
    ['max of nothing', [f32([0], [])], (ops, [x]) => ops.max(x, 0), [-infinity]],
    ['max of no integers', [i32([0], [])], (ops, [x]) => ops.max(x, 0), [-2147483648]],
    [
      'argmax takes the first of equals',
      [f32([4], [1, 3, 3, 2])],
      (ops, [x]) => ops.argmax(x, 0),
      [1],
    ],
    ['argmax of a column', [matrix], (ops, [x]) => ops.argmax(x, 0), [0, 1, 0]],
    [
      'argmax takes the first NaN',
      [f32([4], [1, nan, 9, nan])],
      (ops, [x]) => ops.argmax(x, 0),
      [1],
    ],
  ])('%s', (...row) => run(row))
})

describe('indexed', () => {
  const table = f32([3, 2], [0, 1, 10, 11, 20, 21])
  const windows = { axes: [0], windows: [2], strides: [1], dilations: [1] }
  it.each<Case>([
    ['gather', [table, i32([2], [2, 0])], (ops, [x, i]) => ops.gather(x, i), [20, 21, 0, 1]],
    [
      'gather outside reads zeros',
      [table, i32([2], [3, -1])],
      (ops, [x, i]) => ops.gather(x, i),
      [0, 0, 0, 0],
    ],
    [
      'gather of numbers',
      [f32([3], [5, 6, 7]), i32([2, 1], [1, 2])],
      (ops, [x, i]) => ops.gather(x, i),
      [6, 7],
    ],
    [
      'gather from a transpose',
      [table, i32([1], [1])],
      (ops, [x, i]) => ops.gather(ops.transpose(x, [1, 0]), i),
      [1, 11, 21],
    ],
    [
      'scatterAdd',
      [i32([3], [1, 0, 1]), f32([3, 1], [1, 2, 3])],
      (ops, [i, x]) => ops.scatterAdd(i, x, 2),
      [2, 4],
    ],
    [
      'scatterAdd drops what is outside',
      [i32([3], [1, 2, -1]), f32([3], [1, 2, 3])],
      (ops, [i, x]) => ops.scatterAdd(i, x, 2),
      [0, 1],
    ],
    [
      'scatterAdd rounds once',
      [i32([3], [0, 0, 0]), f32([3], [1e8, 1, -1e8])],
      (ops, [i, x]) => ops.scatterAdd(i, x, 1),
      [1],
    ],
    ['oneHot', [i32([3], [1, 0, 5])], (ops, [i]) => ops.oneHot(i, 2), [0, 1, 1, 0, 0, 0]],
    ['unfold', [f32([3], [1, 2, 3])], (ops, [x]) => ops.unfold(x, windows), [1, 2, 2, 3]],
    [
      'max over an unfold',
      [f32([4], [1, 4, 2, 3])],
      (ops, [x]) => ops.max(ops.unfold(x, windows), 1),
      [4, 4, 3],
    ],
    [
      'fold adds windows back',
      [f32([2, 2], [1, 2, 3, 4])],
      (ops, [x]) => ops.fold(x, { ...windows, sizes: [3] }),
      [1, 5, 4],
    ],
    [
      'fold in two directions, with rows around',
      [f32([1, 2, 2, 2, 2], upTo(16))],
      (ops, [x]) =>
        ops.fold(x, {
          axes: [1, 2],
          windows: [2, 2],
          strides: [1, 1],
          dilations: [1, 1],
          sizes: [3, 3],
        }),
      [0, 5, 5, 10, 30, 20, 10, 25, 15],
    ],
  ])('%s', (...row) => run(row))
})
