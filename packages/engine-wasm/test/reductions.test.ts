/** Sums, largest elements and their indices, over every set of axes, on every layout. */
import { B, type DType, type Shape, type Tensor } from '@chainrule/program'
import { describe, expect, it } from 'vitest'
import { wasmEngine } from '../src/index.ts'
import {
  ask,
  expectEqual,
  expectSame,
  mistake,
  type Numbers,
  plain,
  type Recording,
  special,
  steps,
} from './support/judge.ts'

const engine = wasmEngine()
const maxBatch = 5
const rows = [maxBatch, 0, 1, 3]
const widths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 17, 37]
const subsets = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]
const nan = Number.NaN
const infinity = Number.POSITIVE_INFINITY

/** [B, 3, width], as it lies or with its axes turned, or as a part of something wider. */
function tensors(r: Recording, dtype: DType, width: number, numbers: Numbers) {
  const within: Shape = [B, 3, width]
  return {
    dense: r.input(dtype, within, numbers),
    'last axis first': r.ops.transpose(r.input(dtype, [width, B, 3], numbers), [1, 2, 0]),
    'first axis last': r.ops.transpose(r.input(dtype, [3, width, B], numbers), [2, 0, 1]),
    sliced: r.ops.slice(r.input(dtype, [B, 4, width + 1], numbers), [0, 1, 1], within),
    repeated: r.ops.broadcastTo(r.input(dtype, [3, 1], numbers), within),
  }
}

function every(
  dtype: DType,
  width: number,
  numbers: Numbers,
  reduce: (r: Recording, x: Tensor, layout: string) => Readonly<Record<string, Tensor>>,
) {
  const float = dtype === 'f64' ? ('f64' as const) : ('f32' as const)
  const record = (r: Recording): Record<string, Tensor> => {
    const found = Object.entries(tensors(r, dtype, width, numbers))
    return Object.assign({}, ...found.map(([layout, x]) => reduce(r, x, layout)))
  }
  return { maxBatch, rows, float, record }
}

/** Sums that no rounding touches, so that their order does not count. */
const sums = (r: Recording, x: Tensor, layout: string): Record<string, Tensor> =>
  Object.fromEntries(subsets.map((axes) => [`${layout} over ${axes}`, r.ops.sum(x, axes)]))

const largest = (r: Recording, x: Tensor, layout: string): Record<string, Tensor> =>
  Object.fromEntries(
    [0, 1, 2].flatMap((axis) => [
      ...(x.dtype === 'bool' || x.dtype === 'u8'
        ? []
        : [[`${layout}: largest along ${axis}`, r.ops.max(x, axis)] as const]),
      [`${layout}: index along ${axis}`, r.ops.argmax(x, axis)] as const,
    ]),
  )

describe.each<DType>(['f32', 'f64', 'i32'])('sums of %s', (dtype) => {
  it.each(widths)('%i wide are the same over every set of axes', (width) => {
    expectSame(engine, every(dtype, width, plain(dtype), sums))
  })

  it.each(widths)('%i wide of products, which are computed on the way, too', (width) => {
    const squares = (r: Recording, x: Tensor, layout: string): Record<string, Tensor> =>
      sums(r, r.ops.mul(x, r.ops.sub(x, 1)), layout)
    expectSame(engine, every(dtype, width, plain(dtype), squares))
  })
})

describe.each<DType>(['f32', 'f64', 'i32', 'bool', 'u8'])('largest of %s', (dtype) => {
  it.each(widths)('%i wide are the same along every axis', (width) => {
    expectSame(engine, every(dtype, width, plain(dtype), largest))
  })

  it.each(widths)('%i wide: the first of equals, the first NaN, zeros of both signs', (width) => {
    expectSame(engine, every(dtype, width, special(dtype), largest))
    const few: Numbers = (i) => ((i * i) % 7 === 3 ? -0 : (i * 5) % 2)
    expectSame(engine, every(dtype, width, few, largest))
  })
})

describe('sums', () => {
  it('wrap where integers do', () => {
    expectSame(engine, every('i32', 9, special('i32'), sums))
  })

  it.each<[what: string, values: readonly number[]]>([
    ['infinity', [1, infinity, 2, 3]],
    ['both infinities', [1, infinity, -infinity, 3, 4]],
    ['NaN', [1, 2, 3, 4, nan]],
    // The sum of one number is that number: −0, where the reference adds it to 0.
    ['zeros below 0', [-0, -0, -0, -0, -0, -0, -0]],
  ])('with %s give what the reference gives', (_, values) => {
    for (const dtype of ['f32', 'f64'] as const) {
      const numbers: Numbers = (i) => values[i % values.length] ?? 0
      expectEqual(engine, every(dtype, 5, numbers, sums))
    }
  })

  it('of float32 are kept in float64 and rounded once', () => {
    const given: Numbers = (i) => [1e8, 1, -1e8, 1][i % 4] ?? 0
    const record = (r: Recording) => ({ sum: r.ops.sum(r.input('f32', [4], given)) })
    expect(ask(engine, { record }).map(({ found }) => [...found])).toEqual([[2]])
  })

  it.each([1, 2, 3, 4, 5, 1000, 4099])(
    'of %i fractions of float32 are within one number of the reference',
    (length) => {
      const numbers: Numbers = (i) => Math.fround(Math.fround(i * 0.7311) % 3)
      const record = (r: Recording): Record<string, Tensor> => {
        const x = r.input('f32', [length, 3], numbers)
        return { all: r.ops.sum(x), columns: r.ops.sum(x, 0), rows: r.ops.sum(x, 1) }
      }
      const far = (x: number, y: number): boolean => steps(x, y) > 1
      expect(ask(engine, { record }).flatMap((answer) => mistake(answer, far) ?? [])).toEqual([])
    },
  )
})
