import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createOps, type Ops } from '../src/ops.ts'
import { type Tensor, Trace } from '../src/trace.ts'
import { B, type Dimension, type Shape, shapeAt } from '../src/types.ts'
import { denseView, uniformStep, type View, viewOf, viewRules, viewSize } from '../src/views.ts'

/** The storage's indices in the order in which the view shows them. */
function shown({ offset, sizes, strides }: View): number[] {
  const [size, ...rest] = sizes
  if (size === undefined) return [offset]
  const inner = { sizes: rest, strides: strides.slice(1) }
  return Array.from({ length: size }, (_, i) =>
    shown({ ...inner, offset: offset + i * (strides[0] ?? 0) }),
  ).flat()
}

/** The view that an instruction makes of a dense operand. */
function viewed(
  shape: Shape,
  record: (ops: Ops, x: Tensor) => Tensor,
  rows = 1,
  operand: View = denseView(shapeAt(shape, rows)),
): View | undefined {
  const trace = new Trace()
  const x = trace.source('input', 'x', { dtype: 'f32', shape })
  const { id } = record(createOps(trace), x)
  const instruction = trace.instructions[id]
  return instruction === undefined ? undefined : viewOf(instruction, operand, rows)
}

describe('views', () => {
  it.each<[string, Shape, (ops: Ops, x: Tensor) => Tensor, number[]]>([
    ['a reshape keeps the order', [2, 3], (ops, x) => ops.reshape(x, [3, 2]), [0, 1, 2, 3, 4, 5]],
    ['a transpose walks columns', [2, 3], (ops, x) => ops.transpose(x, [1, 0]), [0, 3, 1, 4, 2, 5]],
    ['a broadcast repeats', [2], (ops, x) => ops.broadcastTo(x, [3, 2]), [0, 1, 0, 1, 0, 1]],
    ['a scalar fills', [], (ops, x) => ops.broadcastTo(x, [2, 2]), [0, 0, 0, 0]],
    ['a slice starts later', [3, 3], (ops, x) => ops.slice(x, [1, 0], [2, 2]), [3, 4, 6, 7]],
    ['an empty slice shows nothing', [3], (ops, x) => ops.slice(x, [1], [0]), []],
    [
      'an unfold shows each window',
      [5],
      (ops, x) => ops.unfold(x, { axes: [0], windows: [2], strides: [2], dilations: [1] }),
      [0, 1, 2, 3],
    ],
    [
      'a dilated unfold leaves gaps',
      [4],
      (ops, x) => ops.unfold(x, { axes: [0], windows: [2], strides: [1], dilations: [2] }),
      [0, 2, 1, 3],
    ],
  ])('%s', (_, shape, record, expected) => {
    const view = viewed(shape, record)
    expect(view && shown(view)).toEqual(expected)
  })

  it('counts sizes in rows', () => {
    const half: Dimension[] = [B, 2]
    const view = viewed([{ rows: 2 }, 2], (ops, x) => ops.slice(x, [B, 0], half), 3)
    expect(view?.sizes).toEqual([3, 2])
    expect(view && shown(view)).toEqual([6, 7, 8, 9, 10, 11])
  })

  it('is undefined where data must move', () => {
    const across: View = { offset: 0, sizes: [3, 2], strides: [1, 3] }
    expect(viewed([3, 2], (ops, x) => ops.reshape(x, [6]), 1, across)).toBeUndefined()
    expect(viewed([2], (ops, x) => ops.pad(x, [1], [0]))).toBeUndefined()
    expect(viewed([2], (ops, x) => ops.concat([x, x], 0))).toBeUndefined()
    expect(viewed([2], (ops, x) => ops.neg(x))).toBeUndefined()
  })

  it('unfolds one axis among several as many windows as fit', () => {
    const view = viewed([2, 4, 3], (ops, x) =>
      ops.unfold(x, { axes: [1], windows: [3], strides: [1], dilations: [1] }),
    )
    expect(view).toEqual({ offset: 0, sizes: [2, 2, 3, 3], strides: [12, 3, 3, 1] })
  })
})

describe('reshape of a view', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 4 })
  const strided = sizes.chain((list) =>
    fc.record({
      sizes: fc.constant(list),
      strides: fc.array(fc.integer({ min: 0, max: 6 }), {
        minLength: list.length,
        maxLength: list.length,
      }),
      offset: fc.integer({ min: 0, max: 5 }),
    }),
  )

  it('shows the same elements in the same order, where it is a view at all', () => {
    fc.assert(
      fc.property(strided, sizes, (view, shape) => {
        fc.pre(shape.reduce((product, size) => product * size, 1) === viewSize(view))
        const result = viewRules.reshape(view, { shape }, 1)
        if (result !== undefined) expect(shown(result)).toEqual(shown(view))
      }),
      { seed: 2, numRuns: 500 },
    )
  })

  it('always finds the view where nothing but axes of size 1 changes', () => {
    fc.assert(
      fc.property(strided, (view) => {
        const shape = view.sizes.flatMap((size) => (size === 1 ? [] : [size, 1]))
        const result = viewRules.reshape(view, { shape }, 1)
        expect(result && shown(result)).toEqual(shown(view))
      }),
      { seed: 3 },
    )
  })
})

describe('uniformStep', () => {
  it.each<[string, View, number | undefined]>([
    ['1 for dense elements', denseView([3, 4]), 1],
    ['1 for no elements', denseView([0, 4]), 1],
    ['1 for a single element', { offset: 3, sizes: [1], strides: [9] }, 1],
    ['0 for one repeated number', { offset: 0, sizes: [3, 4], strides: [0, 0] }, 0],
    ['the stride for a column', { offset: 1, sizes: [3, 1], strides: [4, 1] }, 4],
    ['undefined for a repeated row', { offset: 0, sizes: [3, 4], strides: [0, 1] }, undefined],
    ['undefined for a transpose', { offset: 0, sizes: [3, 4], strides: [1, 3] }, undefined],
  ])('is %s', (_, view, expected) => {
    expect(uniformStep(view)).toBe(expected)
  })
})
