import type { Ops, Tensor } from '@chainrule/program'
import { windowPositions } from '@chainrule/program'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate, f64, upTo } from './evaluate.ts'
import { at, fill, type Naive, sizeOf } from './naive.ts'

/** A movement, as the program says it and as its definition says it. */
interface Move {
  readonly record: (ops: Ops, x: Tensor) => Tensor
  readonly naive: (x: Naive) => Naive
}

/** Numbers to choose a move's details with; each is taken modulo what is possible. */
interface Choice {
  readonly kind: number
  readonly a: number
  readonly b: number
}

const moves: readonly ((shape: readonly number[], choice: Choice) => Move)[] = [
  function transpose(shape, { a }) {
    const turn = shape.length === 0 ? 0 : a % shape.length
    const permutation = upTo(shape.length).map((axis) => (axis + turn) % shape.length)
    return {
      record: (ops, x) => ops.transpose(x, permutation),
      naive: (x) =>
        fill(
          permutation.map((axis) => shape[axis] ?? 1),
          (index) => {
            const from = new Array<number>(shape.length)
            permutation.forEach((axis, i) => {
              from[axis] = index[i] ?? 0
            })
            return at(x, from)
          },
        ),
    }
  },
  function reshape(shape, { a }) {
    const size = sizeOf(shape)
    const divisors = upTo(size + 1).filter((d) => d > 0 && size % d === 0)
    const first = divisors[a % divisors.length] ?? size
    const target = size === 0 ? [0, 2] : [first, size / first]
    return {
      record: (ops, x) => ops.reshape(x, target),
      naive: (x) => ({ shape: target, values: x.values }),
    }
  },
  function broadcast(shape, { a, b }) {
    const axis = a % (shape.length + 1)
    const target = [...shape.slice(0, axis), b % 3, ...shape.slice(axis)]
    const axes = shape.map((_, i) => (i < axis ? i : i + 1))
    return {
      record: (ops, x) => ops.trace.emit('broadcast', [x], { shape: target, axes }),
      naive: (x) =>
        fill(target, (index) =>
          at(
            x,
            index.filter((_, i) => i !== axis),
          ),
        ),
    }
  },
  function slice(shape, { a, b }) {
    const start = shape.map((size) => a % (size + 1))
    const size = shape.map((size, i) => Math.min(size - (start[i] ?? 0), 1 + (b % 3)))
    return {
      record: (ops, x) => ops.slice(x, start, size),
      naive: (x) =>
        fill(size, (index) =>
          at(
            x,
            index.map((i, axis) => i + (start[axis] ?? 0)),
          ),
        ),
    }
  },
  function pad(shape, { a, b }) {
    const before = shape.map((_, axis) => (a + axis) % 2)
    const after = shape.map((_, axis) => (b + axis) % 2)
    const target = shape.map((size, i) => size + (before[i] ?? 0) + (after[i] ?? 0))
    return {
      record: (ops, x) => ops.pad(x, before, after, -1),
      naive: (x) =>
        fill(target, (index) => {
          const from = index.map((i, axis) => i - (before[axis] ?? 0))
          const inside = from.every((i, axis) => i >= 0 && i < (shape[axis] ?? 1))
          return inside ? at(x, from) : -1
        }),
    }
  },
  function concat(shape, { a }) {
    if (shape.length === 0) return { record: (_, x) => x, naive: (x) => x }
    const axis = a % shape.length
    const target = shape.map((size, i) => (i === axis ? 2 * size : size))
    const half = shape[axis] ?? 1
    return {
      record: (ops, x) => ops.concat([x, x], axis),
      naive: (x) =>
        fill(target, (index) =>
          at(
            x,
            index.map((i, a) => (a === axis ? i % half : i)),
          ),
        ),
    }
  },
  function unfold(shape, { a, b }) {
    if (shape.length === 0) return { record: (_, x) => x, naive: (x) => x }
    const axis = a % shape.length
    const [window, stride, dilation] = [1 + (b % 2), 1 + (a % 2), 1 + (b % 3)]
    const positions = windowPositions(shape[axis] ?? 0, window, stride, dilation)
    const target = [...shape.slice(0, axis), positions, window, ...shape.slice(axis + 1)]
    return {
      record: (ops, x) =>
        ops.unfold(x, {
          axes: [axis],
          windows: [window],
          strides: [stride],
          dilations: [dilation],
        }),
      naive: (x) =>
        fill(target, (index) => {
          const along = (index[axis] ?? 0) * stride + (index[axis + 1] ?? 0) * dilation
          return at(x, [...index.slice(0, axis), along, ...index.slice(axis + 2)])
        }),
    }
  },
]

const choice = fc.record({ kind: fc.nat(), a: fc.nat(1000), b: fc.nat(1000) })
const chains = fc.record({
  shape: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
  choices: fc.array(choice, { minLength: 1, maxLength: 5 }),
})

interface Chain {
  readonly shape: readonly number[]
  readonly choices: readonly Choice[]
}

/** Follows a chain of moves both ways, and `end` after it. */
function both({ shape, choices }: Chain, end: (ops: Ops, x: Tensor) => Tensor) {
  const start: Naive = { shape, values: upTo(sizeOf(shape)) }
  const chain: Move[] = []
  let expected = start
  for (const chosen of choices) {
    const move = moves[chosen.kind % moves.length]?.(expected.shape, chosen)
    if (move === undefined || sizeOf(expected.shape) > 300) break
    chain.push(move)
    expected = move.naive(expected)
  }
  const result = evaluate(
    (ops, [x]) => {
      const moved = chain.reduce((y, { record }) => record(ops, y), x as Tensor)
      return end(ops, moved)
    },
    [f64(shape, start.values)],
  )
  return { expected, result }
}

describe('any chain of views and moves', () => {
  it('shows the elements that its definition says', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        const { expected, result } = both(chain, (_, x) => x)
        expect(result).toEqual(expected.values)
      }),
      { seed: 5, numRuns: 400 },
    )
  })

  it('can be computed with, element by element', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        const { expected, result } = both(chain, (ops, x) => ops.add(ops.mul(x, x), x))
        expect(result).toEqual(expected.values.map((v) => v * v + v))
      }),
      { seed: 6, numRuns: 400 },
    )
  })

  it('can be summed along its last axis', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        const { expected, result } = both(chain, (ops, x) =>
          x.shape.length === 0 ? x : ops.sum(x, -1),
        )
        const sums = fill(expected.shape.slice(0, -1), (index) => {
          const last = expected.shape.at(-1) ?? 1
          return upTo(last).reduce((total, i) => total + at(expected, [...index, i]), 0)
        })
        expect(result).toEqual(expected.shape.length === 0 ? expected.values : sums.values)
      }),
      { seed: 7, numRuns: 400 },
    )
  })
})
