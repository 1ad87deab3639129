import { B, type Ops, type Tensor } from '@chainrule/program'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate, f32, f64, type Given, prepare, upTo } from './evaluate.ts'
import { dot, type Naive, sizeOf } from './naive.ts'

/** Numbers with fractions that float32 holds exactly, so that f32 and f64 start from the same. */
const wave = (count: number): number[] =>
  upTo(count).map((i) => Math.fround(((i * 7919) % 1000) / 999 - 0.4))

type Axes = readonly [readonly number[], readonly number[]]

function engineDot(x: Naive, y: Naive, contract: Axes, batch: Axes, given: typeof f32): number[] {
  const record = (ops: Ops, [a, b]: readonly Tensor[]): Tensor =>
    ops.dot(a as Tensor, b as Tensor, { contract, batch })
  return evaluate(record, [given(x.shape, x.values), given(y.shape, y.values)])
}

/** Both operands' axes in any order: so many batch axes, free axes and contracted axes, and their sizes. */
const products = fc
  .record({
    shared: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
    left: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 2 }),
    right: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 2 }),
    summed: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 2 }),
  })
  .chain((sizes) => {
    const order = (rank: number) => fc.shuffledSubarray(upTo(rank), { minLength: rank })
    const count = sizes.shared.length + sizes.summed.length
    return fc.record({
      sizes: fc.constant(sizes),
      leftOrder: order(count + sizes.left.length),
      rightOrder: order(count + sizes.right.length),
    })
  })

/** An operand whose axes [shared, free, summed] stand at the places that `order` names. */
function operand(order: readonly number[], groups: readonly (readonly number[])[]) {
  const sizes = groups.flat()
  const shape = new Array<number>(sizes.length)
  order.forEach((axis, i) => {
    shape[axis] = sizes[i] ?? 1
  })
  const [shared = [], free = []] = groups
  const naive: Naive = { shape, values: wave(sizeOf(shape)) }
  return {
    naive,
    batch: order.slice(0, shared.length),
    contract: order.slice(shared.length + free.length),
  }
}

describe('dot', () => {
  it('is the sum over the contracted axes, for any axes, to the bit', () => {
    fc.assert(
      fc.property(products, ({ sizes, leftOrder, rightOrder }) => {
        const x = operand(leftOrder, [sizes.shared, sizes.left, sizes.summed])
        const y = operand(rightOrder, [sizes.shared, sizes.right, sizes.summed])
        const contract = [x.contract, y.contract] as const
        const batch = [x.batch, y.batch] as const
        const expected = dot(x.naive, y.naive, contract, batch).values
        expect(engineDot(x.naive, y.naive, contract, batch, f64)).toEqual(expected)
        const rounded = expected.map(Math.fround)
        expect(engineDot(x.naive, y.naive, contract, batch, f32)).toEqual(rounded)
      }),
      { seed: 4, numRuns: 200 },
    )
  })

  it.each([
    ['an inner tile and both edges', 9, 11, 5],
    ['only tiles', 8, 4, 16],
    ['only edges', 3, 2, 7],
    ['a row', 1, 9, 4],
    ['a column', 9, 1, 4],
    ['nothing summed', 5, 6, 0],
  ])('has %s, in all four orientations', (_, rows, columns, inner) => {
    for (const [left, right] of [
      [1, 0],
      [1, 1],
      [0, 0],
      [0, 1],
    ] as const) {
      const x = { shape: left === 1 ? [rows, inner] : [inner, rows], values: wave(rows * inner) }
      const y = {
        shape: right === 0 ? [inner, columns] : [columns, inner],
        values: wave(columns * inner),
      }
      const contract = [[left], [right]] as const
      const expected = dot(x, y, contract, [[], []]).values.map(Math.fround)
      expect(engineDot(x, y, contract, [[], []], f32)).toEqual(expected)
    }
  })

  it('reads views of its operands where they are', () => {
    const x: Given = f32([3, 4], wave(12))
    const swapped = evaluate(
      (ops, [a]) => {
        const half = ops.slice(a as Tensor, [0, 1], [3, 2])
        return ops.dot(ops.transpose(half, [1, 0]), half, { contract: [[1], [0]] })
      },
      [x],
    )
    const half: Naive = { shape: [3, 2], values: [1, 2, 5, 6, 9, 10].map((i) => x.values[i] ?? 0) }
    expect(swapped).toEqual(dot(half, half, [[0], [0]], [[], []]).values.map(Math.fround))
  })

  it('gives a row the same bits whatever the number of rows', () => {
    const given = [f32([B, 13], wave(9 * 13).slice(0, 4 * 13)), f32([13, 6], wave(78))]
    const executable = prepare(
      (ops, [x, w]) => ops.dot(x as Tensor, w as Tensor, { contract: [[1], [0]] }),
      given,
      9,
    )
    executable.input('x0').set(wave(9 * 13))
    executable.run('run', 9)
    const all = [...executable.output('run', 'y')]
    for (const rows of [1, 3, 4, 5, 8]) {
      executable.run('run', rows)
      expect([...executable.output('run', 'y')]).toEqual(all.slice(0, rows * 6))
    }
  })
})
