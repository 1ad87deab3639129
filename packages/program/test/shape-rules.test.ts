import { describe, expect, it } from 'vitest'
import {
  type Attributes,
  B,
  type DType,
  formatType,
  inferType,
  type Primitive,
  ProgramError,
  type ProgramErrorCode,
  type Shape,
  type TensorType,
  windowPositions,
} from '../src/index.ts'

type Inferred = Exclude<Primitive, 'input' | 'state'>
type Case = {
  [P in Inferred]: readonly [P, readonly TensorType[], Attributes[P], string]
}[Inferred]

const of =
  (dtype: DType) =>
  (...shape: Shape): TensorType => ({ dtype, shape })
const [f32, f64, i32, bool, u8] = [of('f32'), of('f64'), of('i32'), of('bool'), of('u8')]
const rows = (count: number) => ({ rows: count })
const conv = { axes: [1], windows: [3], strides: [2], dilations: [1] }
const noPairs = [[], []] as const

const fitting: readonly Case[] = [
  ['constant', [], { dtype: 'f32', shape: [B, 2], value: 1 }, 'f32[B, 2]'],
  ['constant', [], { dtype: 'i32', shape: [3], value: [1, 2, 3] }, 'i32[3]'],
  ['iota', [], { dtype: 'i32', shape: [B, 4], axis: 0 }, 'i32[B, 4]'],
  ['random', [i32(), i32(2), i32()], { site: 1, shape: [B, 4] }, 'i32[B, 4]'],
  ['cast', [u8(B, 3)], { dtype: 'f32' }, 'f32[B, 3]'],
  ['neg', [i32(2)], {}, 'i32[2]'],
  ['sqrt', [f64(2)], {}, 'f64[2]'],
  ['not', [bool(B)], {}, 'bool[B]'],
  ['add', [f32(B, 2), f32(B, 2)], {}, 'f32[B, 2]'],
  ['less', [i32(2), i32(2)], {}, 'bool[2]'],
  ['equal', [bool(2), bool(2)], {}, 'bool[2]'],
  ['and', [bool(2), bool(2)], {}, 'bool[2]'],
  ['select', [bool(2), i32(2), i32(2)], {}, 'i32[2]'],
  ['dot', [f32(B, 3), f32(4, 3)], { contract: [[1], [1]], batch: noPairs }, 'f32[B, 4]'],
  ['dot', [f32(B, 3), f32(B, 4)], { contract: [[0], [0]], batch: noPairs }, 'f32[3, 4]'],
  [
    'dot',
    [f32(2, B, 3), f32(3, 2, 5)],
    { contract: [[2], [0]], batch: [[0], [1]] },
    'f32[2, B, 5]',
  ],
  ['dot', [f32(2), f32(3)], { contract: noPairs, batch: noPairs }, 'f32[2, 3]'],
  ['reshape', [f32(B, 4)], { shape: [rows(2), 2] }, 'f32[2B, 2]'],
  ['reshape', [f32(0, 4)], { shape: [0] }, 'f32[0]'],
  ['transpose', [f32(B, 2, 3)], { permutation: [2, 0, 1] }, 'f32[3, B, 2]'],
  ['broadcast', [f32(3)], { shape: [B, 3], axes: [1] }, 'f32[B, 3]'],
  ['broadcast', [f32()], { shape: [B, 3], axes: [] }, 'f32[B, 3]'],
  ['slice', [f32(rows(2), 5)], { start: [B, 1], size: [B, 3] }, 'f32[B, 3]'],
  ['slice', [f32(B)], { start: [0], size: [0] }, 'f32[0]'],
  ['pad', [f32(B, 5)], { before: [B, 1], after: [0, 2], value: 0 }, 'f32[2B, 8]'],
  ['concat', [f32(B, 2), f32(B, 3)], { axis: 1 }, 'f32[B, 5]'],
  ['concat', [f32(B), f32(B), f32(0)], { axis: 0 }, 'f32[2B]'],
  ['sum', [f32(B, 2, 3)], { axes: [0, 2] }, 'f32[2]'],
  ['sum', [i32(2)], { axes: [] }, 'i32[2]'],
  ['max', [f32(B, 3)], { axis: 1 }, 'f32[B]'],
  ['argmax', [f32(B, 3)], { axis: 0 }, 'i32[3]'],
  ['gather', [u8(10, 4), i32(B, 2)], {}, 'u8[B, 2, 4]'],
  ['gather', [f32(10, 4), i32()], {}, 'f32[4]'],
  ['scatterAdd', [i32(B, 2), f32(B, 2, 4)], { size: 10 }, 'f32[10, 4]'],
  ['unfold', [f32(B, 7, 2)], conv, 'f32[B, 3, 3, 2]'],
  ['fold', [f32(B, 3, 3, 2)], { ...conv, sizes: [7] }, 'f32[B, 7, 2]'],
  ['allReduceSum', [f32(2)], {}, 'f32[2]'],
]

type Refusal = readonly [
  ...{ [P in Inferred]: [P, readonly TensorType[], Attributes[P]] }[Inferred],
  ProgramErrorCode,
]

const refused: readonly Refusal[] = [
  ['constant', [], { dtype: 'f32', shape: [3], value: [1, 2] }, 'attribute-invalid'],
  ['constant', [], { dtype: 'f32', shape: [B], value: [1] }, 'attribute-invalid'],
  ['constant', [], { dtype: 'f32', shape: [-1], value: 1 }, 'attribute-invalid'],
  ['constant', [], { dtype: 'i32', shape: [], value: 0.5 }, 'attribute-invalid'],
  ['constant', [], { dtype: 'u8', shape: [2], value: [0, 256] }, 'attribute-invalid'],
  ['constant', [], { dtype: 'bool', shape: [], value: Number.NaN }, 'attribute-invalid'],
  ['constant', [f32()], { dtype: 'f32', shape: [], value: 1 }, 'attribute-invalid'],
  ['iota', [], { dtype: 'i32', shape: [3], axis: 1 }, 'attribute-invalid'],
  ['iota', [], { dtype: 'bool', shape: [3], axis: 0 }, 'attribute-invalid'],
  ['random', [i32(), i32(), i32()], { site: 1, shape: [] }, 'dtype-mismatch'],
  ['random', [i32(), i32(2)], { site: 1, shape: [] }, 'attribute-invalid'],
  ['exp', [i32(2)], {}, 'dtype-mismatch'],
  ['neg', [bool(2)], {}, 'dtype-mismatch'],
  ['neg', [f32(2), f32(2)], {}, 'attribute-invalid'],
  ['not', [f32(2)], {}, 'dtype-mismatch'],
  ['add', [f32(2), f64(2)], {}, 'dtype-mismatch'],
  ['add', [f32(2), f32(3)], {}, 'shape-mismatch'],
  ['add', [f32(B), f32(rows(2))], {}, 'shape-mismatch'],
  ['add', [bool(2), bool(2)], {}, 'dtype-mismatch'],
  ['div', [i32(2), i32(2)], {}, 'dtype-mismatch'],
  ['less', [i32(2), f32(2)], {}, 'dtype-mismatch'],
  ['and', [i32(2), i32(2)], {}, 'dtype-mismatch'],
  ['select', [f32(2), f32(2), f32(2)], {}, 'dtype-mismatch'],
  ['select', [bool(2), f32(3), f32(3)], {}, 'shape-mismatch'],
  ['dot', [i32(2), i32(2)], { contract: [[0], [0]], batch: noPairs }, 'dtype-mismatch'],
  ['dot', [f32(B, 3), f32(4, 2)], { contract: [[1], [1]], batch: noPairs }, 'shape-mismatch'],
  ['dot', [f32(B), f32(B)], { contract: [[0], []], batch: noPairs }, 'shape-mismatch'],
  [
    'dot',
    [f32(2, 2), f32(2, 2)],
    {
      contract: [
        [0, 0],
        [0, 1],
      ],
      batch: noPairs,
    },
    'attribute-invalid',
  ],
  ['dot', [f32(2), f32(2)], { contract: [[1], [0]], batch: noPairs }, 'attribute-invalid'],
  ['reshape', [f32(B, 4)], { shape: [4] }, 'shape-mismatch'],
  ['reshape', [f32(4)], { shape: [2.5] }, 'attribute-invalid'],
  ['transpose', [f32(2, 3)], { permutation: [0, 0] }, 'attribute-invalid'],
  ['transpose', [f32(2, 3)], { permutation: [0] }, 'attribute-invalid'],
  ['broadcast', [f32(3)], { shape: [B, 4], axes: [1] }, 'shape-mismatch'],
  ['broadcast', [f32(3, 3)], { shape: [3, 3], axes: [1, 0] }, 'shape-mismatch'],
  ['slice', [f32(4)], { start: [2], size: [3] }, 'shape-mismatch'],
  ['slice', [f32(B)], { start: [0], size: [1] }, 'shape-mismatch'],
  ['slice', [f32(B)], { start: [1], size: [B] }, 'shape-mismatch'],
  ['slice', [f32(4, 4)], { start: [0], size: [4] }, 'attribute-invalid'],
  ['pad', [f32(B)], { before: [1], after: [0], value: 0 }, 'shape-mismatch'],
  ['pad', [i32(2)], { before: [1], after: [0], value: 0.5 }, 'attribute-invalid'],
  ['concat', [], { axis: 0 }, 'attribute-invalid'],
  ['concat', [f32(2), i32(2)], { axis: 0 }, 'dtype-mismatch'],
  ['concat', [f32(2, 2), f32(3, 3)], { axis: 0 }, 'shape-mismatch'],
  ['concat', [f32(2), f32(B)], { axis: 0 }, 'shape-mismatch'],
  ['sum', [f32(2, 2)], { axes: [1, 1] }, 'attribute-invalid'],
  ['sum', [bool(2)], { axes: [0] }, 'dtype-mismatch'],
  ['max', [f32()], { axis: 0 }, 'attribute-invalid'],
  ['gather', [f32(B, 2), i32(3)], {}, 'attribute-invalid'],
  ['gather', [f32(2, 2), f32(3)], {}, 'dtype-mismatch'],
  ['scatterAdd', [i32(3), f32(2, 4)], { size: 2 }, 'shape-mismatch'],
  ['scatterAdd', [i32(3), i32(3)], { size: 2 }, 'dtype-mismatch'],
  ['unfold', [f32(B, 3)], { ...conv, axes: [0] }, 'attribute-invalid'],
  ['unfold', [f32(9)], { ...conv, axes: [0], strides: [0] }, 'attribute-invalid'],
  ['unfold', [f32(9)], { ...conv, axes: [0], windows: [3, 3] }, 'attribute-invalid'],
  ['unfold', [f32(9)], { axes: [], windows: [], strides: [], dilations: [] }, 'attribute-invalid'],
  ['fold', [f32(B, 3, 3)], { ...conv, sizes: [9] }, 'shape-mismatch'],
  ['fold', [f32(B, 0, 3)], { ...conv, sizes: [-1] }, 'attribute-invalid'],
  ['fold', [i32(B, 3, 3)], { ...conv, sizes: [7] }, 'dtype-mismatch'],
  ['allReduceSum', [i32(2)], {}, 'dtype-mismatch'],
]

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof ProgramError) return error.code
    throw error
  }
  return 'no error'
}

describe('inferType', () => {
  it.each(fitting)('%s of %j with %j is %s', (primitive, operands, attributes, expected) => {
    expect(formatType(inferType(primitive, operands, attributes))).toBe(expected)
  })

  it.each(refused)('%s of %j with %j is refused', (primitive, operands, attributes, code) => {
    expect(codeOf(() => inferType(primitive, operands, attributes))).toBe(code)
  })

  it('says what was required and what came', () => {
    expect(() => inferType('add', [f32(B, 2), f32(B, 3)], {})).toThrow(
      '`add` needs two operands of one shape, but got [B, 2] and [B, 3]',
    )
  })
})

describe('windowPositions', () => {
  it.each([
    { size: 7, window: 3, stride: 2, dilation: 1, positions: 3 },
    { size: 7, window: 3, stride: 1, dilation: 3, positions: 1 },
    { size: 2, window: 3, stride: 1, dilation: 1, positions: 0 },
    { size: 0, window: 1, stride: 1, dilation: 1, positions: 0 },
  ])('counts $positions windows of $window in $size', ({ positions, ...given }) => {
    expect(windowPositions(given.size, given.window, given.stride, given.dilation)).toBe(positions)
  })
})
