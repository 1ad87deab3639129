/** What moves elements without computing: views, copies, rows by index, windows. All of it is exact. */
import { B, type DType, type Tensor } from '@chainrule/program'
import { describe, it } from 'vitest'
import { wasmEngine } from '../src/index.ts'
import { expectSame, plain, type Recording, special } from './support/judge.ts'

const engine = wasmEngine()
const maxBatch = 5
const rows = [maxBatch, 0, 1, 3]
const twice = { rows: 2 }

type Move = (
  r: Recording,
  input: (...shape: Parameters<Recording['input']>[1][number][]) => Tensor,
) => Tensor

const moves: Readonly<Record<string, Move>> = {
  'an input': (_, x) => x(B, 3),
  'a transpose': ({ ops }, x) => ops.transpose(x(B, 3), [1, 0]),
  'a transpose of four axes': ({ ops }, x) => ops.transpose(x(2, B, 5, 3), [3, 1, 0, 2]),
  'a transpose reshaped': ({ ops }, x) =>
    ops.reshape(ops.transpose(x(B, 3), [1, 0]), [{ rows: 3 }]),
  'a reshape over the rows': ({ ops }, x) => ops.reshape(x(twice, 6), [B, 4, 3]),
  'a reshape of a part': ({ ops }, x) =>
    ops.reshape(ops.slice(x(B, 4, 3), [0, 1, 0], [B, 2, 3]), [B, 6]),
  'a broadcast of rows': ({ ops }, x) => ops.broadcastTo(x(4, 1), [B, 4, 3]),
  'a broadcast reshaped': ({ ops }, x) => ops.reshape(ops.broadcastTo(x(3), [B, 3]), [{ rows: 3 }]),
  'a part of each row': ({ ops }, x) => ops.slice(x(B, 9), [0, 2], [B, 5]),
  'the second half of the rows': ({ ops }, x) => ops.slice(x(twice, 3), [B, 0], [B, 3]),
  'a part of nothing': ({ ops }, x) => ops.slice(x(B, 3), [0, 3], [B, 0]),
  'no rows of them': ({ ops }, x) => ops.slice(x(twice, 3), [0, 0], [{ rows: 0 }, 3]),
  'no rows of them under another shape': ({ ops }, x) => {
    const nothing = ops.slice(x(twice, 3), [0, 0], [{ rows: 0 }, 3])
    return ops.reshape(ops.reshape(nothing, [{ rows: 0 }, 1]), [{ rows: 0 }, 5, 2])
  },
  'a pad of columns': ({ ops }, x) => ops.pad(x(B, 3), [0, 2], [0, 1], 1),
  'a pad of rows': ({ ops }, x) => ops.pad(x(B, 3), [B, 0], [twice, 0], 1),
  'a pad of rows and columns': ({ ops }, x) => ops.pad(x(B, 2), [B, 1], [B, 2], 0),
  'a pad of a transpose': ({ ops }, x) =>
    ops.pad(ops.transpose(x(3, B), [1, 0]), [0, 1], [0, 0], 1),
  'a concat of columns': ({ ops }, x) => ops.concat([x(B, 3), x(B, 1), x(B, 5)], 1),
  'a concat of rows': ({ ops }, x) => ops.concat([x(B, 3), x(twice, 3)], 0),
  'a concat of one': ({ ops }, x) => ops.concat([x(B, 3)], 0),
  'a concat with nothing': ({ ops }, x) => ops.concat([x(B, 0), x(B, 3)], 1),
  'a concat of itself': ({ ops }, x) => {
    const each = x(B, 3)
    return ops.concat([each, each], 1)
  },
  'a concat of views': ({ ops }, x) =>
    ops.concat([ops.transpose(x(3, B), [1, 0]), ops.broadcastTo(x(3), [B, 3])], 1),
  windows: ({ ops }, x) =>
    ops.unfold(x(B, 9), { axes: [1], windows: [3], strides: [2], dilations: [1] }),
  'windows with gaps': ({ ops }, x) =>
    ops.unfold(x(B, 9), { axes: [1], windows: [3], strides: [1], dilations: [2] }),
  'windows in two directions': ({ ops }, x) =>
    ops.unfold(x(B, 5, 6, 2), {
      axes: [1, 2],
      windows: [2, 3],
      strides: [1, 2],
      dilations: [2, 1],
    }),
  'windows of a transpose': ({ ops }, x) =>
    ops.unfold(ops.transpose(x(9, B), [1, 0]), {
      axes: [1],
      windows: [2],
      strides: [3],
      dilations: [1],
    }),
  'windows reshaped': ({ ops }, x) => {
    const windows = { axes: [1], windows: [3], strides: [1], dilations: [1] }
    return ops.reshape(ops.unfold(x(B, 6), windows), [B, 12])
  },
  'windows at no place': ({ ops }, x) =>
    ops.unfold(x(B, 2), { axes: [1], windows: [3], strides: [1], dilations: [1] }),
}

const outside = [2, 0, -1, 3, 5, 4, -2147483648, 2147483647, 1]

/** Rows of 0 to 17 elements; where the width counts rows, it is not known when the module is made. */
const gathers: Readonly<Record<string, Move>> = {
  ...Object.fromEntries(
    [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33].map((width): [string, Move] => [
      `rows of ${width}`,
      (r, x) =>
        r.ops.gather(
          x(5, width),
          r.input('i32', [B, 2], (i) => outside[i % 9] ?? 0),
        ),
    ]),
  ),
  numbers: (r, x) =>
    r.ops.gather(
      x(5),
      r.input('i32', [B], (i) => outside[i % 9] ?? 0),
    ),
  'rows as wide as the batch': (r, x) =>
    r.ops.gather(
      x(5, B),
      r.input('i32', [7], (i) => outside[i % 9] ?? 0),
    ),
  'rows of a transpose': (r, x) =>
    r.ops.gather(
      r.ops.transpose(x(4, 5), [1, 0]),
      r.input('i32', [B], (i) => outside[i % 9] ?? 0),
    ),
  'one row': (r, x) =>
    r.ops.gather(
      x(5, 3),
      r.input('i32', [], () => 4),
    ),
  'rows of nothing': (r, x) =>
    r.ops.gather(
      x(0, 3),
      r.input('i32', [B], (i) => i),
    ),
  'rows by a part of the indices': (r, x) => {
    const indices = r.input('i32', [B, 3], (i) => outside[i % 9] ?? 0)
    return r.ops.gather(x(5, 3), r.ops.slice(indices, [0, 1], [B, 1]))
  },
}

const scatters: Readonly<Record<string, Move>> = {
  ...Object.fromEntries(
    [0, 1, 2, 3, 4, 5, 7, 8, 9, 17].map((width): [string, Move] => [
      `rows of ${width} added up`,
      (r, x) => {
        const indices = r.input('i32', [B, 2], (i) => outside[i % 9] ?? 0)
        return r.ops.scatterAdd(indices, x(B, 2, width), 5)
      },
    ]),
  ),
  'numbers added up': (r, x) =>
    r.ops.scatterAdd(
      r.input('i32', [twice], (i) => i % 3),
      x(twice),
      2,
    ),
  'added to nothing': (r, x) =>
    r.ops.scatterAdd(
      r.input('i32', [B], (i) => i),
      x(B, 3),
      0,
    ),
  'rows as wide as the batch added up': (r, x) =>
    r.ops.scatterAdd(
      r.input('i32', [6], (i) => outside[i % 9] ?? 0),
      x(6, B),
      4,
    ),
  'rows of a transpose added up': (r, x) =>
    r.ops.scatterAdd(
      r.input('i32', [B], (i) => i % 2),
      r.ops.transpose(x(3, B), [1, 0]),
      3,
    ),
  'windows added back': ({ ops }, x) =>
    ops.fold(x(B, 4, 3), { axes: [1], windows: [3], strides: [2], dilations: [1], sizes: [9] }),
  'windows that overlap added back': ({ ops }, x) =>
    ops.fold(x(B, 7, 3), { axes: [1], windows: [3], strides: [1], dilations: [1], sizes: [9] }),
  'windows with gaps added back': ({ ops }, x) =>
    ops.fold(x(B, 5, 3), { axes: [1], windows: [3], strides: [1], dilations: [2], sizes: [9] }),
  'windows in two directions added back': ({ ops }, x) =>
    ops.fold(x(B, 3, 2, 2, 3, 2), {
      axes: [1, 2],
      windows: [2, 3],
      strides: [1, 2],
      dilations: [2, 1],
      sizes: [5, 6],
    }),
  'windows of a transpose added back': ({ ops }, x) =>
    ops.fold(ops.transpose(x(3, 4, B), [2, 1, 0]), {
      axes: [1],
      windows: [3],
      strides: [1],
      dilations: [1],
      sizes: [6],
    }),
}

const question = (dtype: DType, all: Readonly<Record<string, Move>>, special: boolean) => ({
  maxBatch,
  rows,
  float: dtype === 'f64' ? ('f64' as const) : ('f32' as const),
  record: (r: Recording): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(all).map(([title, move], salt) => {
        const numbers = special ? specialNumbers(dtype, salt) : plain(dtype, salt)
        return [title, move(r, (...shape) => r.input(dtype, shape, numbers))]
      }),
    ),
})

const specialNumbers = special

const dtypes: readonly DType[] = ['f32', 'f64', 'i32', 'bool', 'u8']

describe.each(dtypes)('%s', (dtype) => {
  it('is seen in other orders and copied together', () => {
    expectSame(engine, question(dtype, moves, true))
  })

  it('is gathered by index, zeros where the index is outside', () => {
    expectSame(engine, question(dtype, gathers, true))
  })
})

describe.each<DType>(['f32', 'f64'])('%s', (dtype) => {
  it('is added up by index, what is outside left out', () => {
    expectSame(engine, question(dtype, scatters, false))
  })
})

describe('numbers that a program makes', () => {
  it.each<DType>(['f32', 'f64', 'i32'])('count along each axis in %s', (dtype) => {
    const record = ({ ops }: Recording): Record<string, Tensor> => ({
      rows: ops.iota([B, 3], 0, dtype),
      columns: ops.iota([B, 7], 1, dtype),
      middle: ops.iota([2, 5, B], 1, dtype),
      wide: ops.iota([3, B], 1, dtype),
      computed: ops.add(ops.iota([B, 5], 1, dtype), ops.iota([B, 5], 0, dtype)),
    })
    expectSame(engine, { maxBatch, rows, record })
  })

  it.each<[DType, readonly number[]]>([
    ['f32', [1.5, -0, Number.NaN, 0.1, 1e39, 1e-46]],
    ['f64', [1.5, -0, Number.NaN, 0.1, 1e39, 1e-46]],
    ['i32', [1, -2, 2147483647, -2147483648, 0, 5]],
    ['bool', [1, 0, 0, 1, 1, 0]],
    ['u8', [0, 255, 1, 127, 128, 2]],
  ])('are constants of %s, one a tensor or one an element', (dtype, numbers) => {
    const record = ({ ops }: Recording): Record<string, Tensor> => {
      const list = ops.constant(numbers, { dtype })
      const all = numbers.map((number, i) => {
        const constant = ops.constant(number, { dtype, shape: [B, 3] })
        return [`number ${i}`, constant] as const
      })
      return {
        list,
        turned: ops.transpose(ops.reshape(list, [2, 3]), [1, 0]),
        compared: ops.equal(list, list),
        ...Object.fromEntries(all),
        ...Object.fromEntries(all.map(([name, x]) => [`${name} == itself`, ops.equal(x, x)])),
      }
    }
    expectSame(engine, { maxBatch, rows, record })
  })
})
