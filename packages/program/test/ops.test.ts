import { describe, expect, it } from 'vitest'
import {
  B,
  broadcastShape,
  createOps,
  type Dimension,
  formatShape,
  formatType,
  ProgramError,
  type Shape,
  type Tensor,
  Trace,
} from '../src/index.ts'

function traced(...shapes: readonly Shape[]) {
  const ops = createOps(new Trace())
  const tensors = shapes.map((shape, i) =>
    ops.trace.source('input', `x${i}`, { dtype: 'f32', shape }),
  )
  const [x, z] = tensors
  if (x === undefined) throw new Error('a case needs a shape')
  return { ops, x, z: z ?? x, recorded: () => ops.trace.instructions.map((i) => i.primitive) }
}

function errorOf(run: () => unknown): ProgramError {
  try {
    run()
  } catch (error) {
    if (error instanceof ProgramError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('broadcasting', () => {
  const cases: readonly (readonly [Shape, Shape, string])[] = [
    [[B, 3], [3], '[B, 3]'],
    [[B, 3], [], '[B, 3]'],
    [[B, 1], [1, 3], '[B, 3]'],
    [[1], [B], '[B]'],
    [[2, 1, 3], [4, 1], '[2, 4, 3]'],
    [[B, 3], [B, 3], '[B, 3]'],
    [[0], [1], '[0]'],
  ]
  it.each(cases)('aligns %j and %j from the right', (a, b, expected) => {
    const { ops, x, z } = traced(a, b)
    expect(formatShape(ops.add(x, z).shape)).toBe(expected)
    expect(formatShape(ops.add(z, x).shape)).toBe(expected)
  })

  it.each([
    [[2], [3]],
    [[B], [2]],
    [[B], [{ rows: 2 }]],
  ] as [Dimension[], Dimension[]][])('refuses %j and %j', (a, b) => {
    expect(errorOf(() => broadcastShape(a, b, 'add')).code).toBe('shape-mismatch')
  })

  it('records each repetition as a broadcast of its own', () => {
    const { ops, x, z, recorded } = traced([B, 3], [3])
    ops.add(x, z)
    expect(recorded()).toEqual(['input', 'input', 'broadcast', 'add'])
  })

  it('drops sizes of 1 before it repeats along them', () => {
    const { ops, x, recorded } = traced([B, 1])
    expect(formatType(ops.broadcastTo(x, [B, 4]).type)).toBe('f32[B, 4]')
    expect(recorded()).toEqual(['input', 'reshape', 'broadcast'])
  })

  it('gives a number the dtype and shape of the tensor beside it', () => {
    const { ops, x } = traced([B, 3])
    const index = ops.cast(x, 'i32')
    expect(formatType(ops.mul(2, index).type)).toBe('i32[B, 3]')
    expect(errorOf(() => ops.mul(index, 0.5)).code).toBe('attribute-invalid')
  })

  it('takes a condition into account in select', () => {
    const { ops, x, z } = traced([B, 1], [3])
    expect(formatType(ops.select(ops.less(x, 0), z, 0).type)).toBe('f32[B, 3]')
  })
})

describe('reductions', () => {
  it.each([
    [undefined, false, 'f32[]'],
    [-1, false, 'f32[B, 2]'],
    [[0, -1], true, 'f32[1, 2, 1]'],
  ] as const)('sums over axes %j (kept: %s)', (axes, keep, expected) => {
    const { ops, x } = traced([B, 2, 3])
    expect(formatType(ops.sum(x, axes, { keep }).type)).toBe(expected)
  })

  it('refuses a mean over the rows, whose number is not known', () => {
    const { ops, x } = traced([B, 2])
    expect(errorOf(() => ops.mean(x, 0)).code).toBe('shape-mismatch')
    expect(formatType(ops.mean(x, 1).type)).toBe('f32[B]')
  })

  it.each([2, -3, 0.5])('refuses axis %d of a matrix', (axis) => {
    const { ops, x } = traced([B, 2])
    expect(errorOf(() => ops.max(x, axis)).code).toBe('attribute-invalid')
  })
})

describe('a trace', () => {
  const uses: readonly (readonly [string, (x: Tensor) => unknown])[] = [
    ['added', (x) => Number(x) + 1],
    ['compared', (x) => (x as unknown as number) > 0],
    ['put into text', (x) => `${x}`],
  ]
  it.each(uses)('explains itself when a tensor is %s as a plain number', (_, use) => {
    const { x } = traced([B, 2])
    const error = errorOf(() => use(x))
    expect(error.code).toBe('traced-as-number')
    expect(error.message).toContain('f32[B, 2]')
    expect(error.help).toContain('ops.select')
  })

  it('refuses a tensor of another trace', () => {
    const [here, there] = [traced([2]), traced([2])]
    expect(errorOf(() => here.ops.add(here.x, there.x)).code).toBe('foreign-tensor')
  })

  it('reads an input or state once', () => {
    const { ops, x } = traced([2])
    expect(ops.trace.source('input', 'x0', x.type)).toBe(x)
    expect(ops.trace.source('state', 'x0', x.type)).not.toBe(x)
  })

  it('marks instructions with the scope they were recorded in, and restores the outer one', () => {
    const { ops, x } = traced([2])
    ops.trace.within('outer', () => {
      expect(() =>
        ops.trace.within('inner', () => {
          ops.neg(x)
          throw new Error('out')
        }),
      ).toThrow('out')
      ops.neg(x)
    })
    ops.neg(x)
    expect(ops.trace.instructions.map(({ scope }) => scope)).toEqual([
      undefined,
      'inner',
      'outer',
      undefined,
    ])
  })
})
