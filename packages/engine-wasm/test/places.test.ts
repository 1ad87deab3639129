/** What is computed where it is wanted at last: joined values, packed operands, a result in the place of what it reads. */
import { B, type Entry, type Ops, type Program, type Tensor } from '@chainrule/program'
import { describe, expect, it } from 'vitest'
import { prepareEntry } from '../src/compiled-entry.ts'
import { wasmEngine } from '../src/index.ts'
import { touchedBy } from '../src/lower/tasks.ts'
import { disagreements } from './agreement.ts'
import { expectEqual, Recording } from './support/judge.ts'

/** So many that packed operands are packed. */
const maxBatch = 20
const rows = [maxBatch, 1, 7]

type Made = (ops: Ops, x: Tensor, y: Tensor) => Readonly<Record<string, Tensor>>

/** `x` and `y` are [B, 6]. */
function recorded(made: Made): (recording: Recording) => Readonly<Record<string, Tensor>> {
  return (r) => {
    const [x, y] = [1, 2].map((n) => r.input('f32', [B, 6], (i) => ((i * 7 + n) % 11) - 4))
    if (x === undefined || y === undefined) throw new Error('two inputs')
    return made(r.ops, x, y)
  }
}

function programOf(made: Made): Program & { readonly entries: { readonly run: Entry } } {
  const recording = new Recording(maxBatch, 'f32')
  const run = recording.ops.trace.entry(recorded(made)(recording))
  return { version: 1, maxBatch, inputs: recording.inputs, state: {}, entries: { run } }
}

function prepared(made: Made) {
  const program = programOf(made)
  const settings = { features: { relaxed: true }, threads: 1, loads: Object.keys(program.inputs) }
  return prepareEntry(program, program.entries.run, settings)
}

/** Within rounding, on one thread and on three. */
async function expectJudgedWithin(made: Made): Promise<void> {
  for (const threads of [1, 3])
    expect(await disagreements(programOf(made), wasmEngine({ threads }), 1, 1e-5)).toEqual([])
}

/** On one thread to the number, on three within rounding. */
async function expectJudged(made: Made): Promise<void> {
  expectEqual(wasmEngine(), { maxBatch, rows, record: recorded(made) })
  expect(await disagreements(programOf(made), wasmEngine({ threads: 3 }), 1, 1e-5)).toEqual([])
}

const kindsOf = (made: Made): string[] =>
  prepared(made).tasks.map(({ task }) => (task.kind === 'kernel' ? task.kernel.kind : task.kind))

/** With how many tasks each is done. */
const joins: Readonly<Record<string, { readonly made: Made; readonly tasks: number }>> = {
  'two values': {
    made: (ops, x, y) => ({ a: ops.concat([ops.square(x), ops.neg(y)], 1) }),
    tasks: 1,
  },
  'values of times one after the other': {
    made: (ops, x, y) => {
      const steps = [ops.square(x), ops.neg(y), ops.abs(x)]
      const each = steps.map((step) => ops.reshape(step, [B, 1, 6]))
      return { a: ops.concat(each, 1) }
    },
    tasks: 1,
  },
  'what was joined before': {
    made: (ops, x, y) => {
      const inner = ops.concat([ops.square(x), ops.neg(y)], 1)
      return { a: ops.concat([ops.abs(ops.slice(x, [0, 2], [B, 3])), inner], 1) }
    },
    tasks: 2,
  },
  'one value in two of them': {
    made: (ops, x, y) => {
      const shared = ops.square(x)
      return { a: ops.concat([shared, ops.neg(y)], 1), b: ops.concat([y, shared], 1) }
    },
    // Only the input is copied; that one is in the same loop.
    tasks: 1,
  },
  'one value twice': {
    made: (ops, x) => {
      const each = ops.square(x)
      return { a: ops.concat([each, each], 1) }
    },
    tasks: 1,
  },
  'a value that others read too': {
    made: (ops, x, y) => {
      const read = ops.square(x)
      return { a: ops.concat([ops.neg(y), read], 1), b: ops.sum(ops.mul(read, y), 1), c: read }
    },
    // The sum is in a loop with the copy for the output.
    tasks: 2,
  },
  'a value that a product reads': {
    made: (ops, x, y) => {
      const read = ops.square(x)
      const product = ops.dot(read, ops.constant([1, 2, 3, 4, 5, 6], { shape: [1, 6] }), {
        contract: [[1], [1]],
      })
      return { a: ops.concat([read, ops.neg(y)], 1), b: product }
    },
    tasks: 2,
  },
}

describe('joined values stand where they are joined', () => {
  it.each(Object.entries(joins))('%s', async (_, { made, tasks }) => {
    await expectJudged(made)
    expect(kindsOf(made)).toHaveLength(tasks)
  })
})

/** Steps that read a part of `x`, make a state of the last one, and are joined, forward and back. */
const unrolled = (ops: Ops, x: Tensor, steps: number): Readonly<Record<string, Tensor>> => {
  const [U, V] = [weights(ops, 6), weights(ops, 6, 12)]
  const parts = Array.from({ length: steps }, (_, t) => ops.slice(x, [0, t % 5], [B, 1]))
  const states: Tensor[] = []
  for (const part of parts) {
    const before = states.at(-1) ?? ops.constant(0, { shape: [B, 6] })
    states.push(ops.minimum(ops.add(part, ops.mul(productOf(ops, before, U), 1e-3)), 9))
  }
  const gates: Tensor[] = []
  for (const state of states.toReversed()) {
    const d = gates.at(-1) ?? ops.constant(1, { shape: [B, 6] })
    const g = ops.mul(d, ops.sub(9, state))
    gates.push(ops.mul(productOf(ops, ops.concat([g, ops.neg(g)], 1), V), 1e-4))
  }
  const joined = (all: readonly Tensor[]): Tensor =>
    ops.concat(
      all.map((each) => ops.reshape(each, [B, 1, 6])),
      1,
    )
  return { states: joined(states), gates: joined(gates) }
}

describe('a step of a series', () => {
  it('is a product and a loop on the way forward and back, however it is joined', async () => {
    const tasks = (steps: number): number =>
      kindsOf((ops, x) => unrolled(ops, x, steps)).filter((kind) => kind !== 'pack').length
    await expectJudgedWithin((ops, x) => unrolled(ops, x, 6))
    expect(tasks(20) - tasks(4)).toBe(4 * 16)
  })
})

/** [out, in] of a product that packs it. */
const weights = (ops: Ops, out: number, inputs = 6): Tensor =>
  ops.reshape(ops.iota([out * inputs], 0, 'f32'), [out, inputs])
const productOf = (ops: Ops, x: Tensor, w: Tensor): Tensor =>
  ops.dot(x, w, { contract: [[1], [1]] })

describe('a packed operand', () => {
  const packs = (made: Made): number => kindsOf(made).filter((kind) => kind === 'pack').length
  const cases: Readonly<Record<string, { readonly made: Made; readonly packs: number }>> = {
    'is packed once for products of as many rows': {
      made: (ops, x, y) => {
        const w = weights(ops, 40)
        return { a: productOf(ops, x, w), b: productOf(ops, y, w) }
      },
      packs: 1,
    },
    // How many rows there are decides whether an operand is packed at all.
    'is packed anew for a product of more rows': {
      made: (ops, x, y) => {
        const w = weights(ops, 40)
        return { a: productOf(ops, x, w), b: productOf(ops, ops.concat([x, y, x], 0), w) }
      },
      packs: 2,
    },
    'is packed anew where only a part of it is read': {
      made: (ops, x, y) => {
        const w = weights(ops, 40)
        const part = ops.slice(w, [8, 0], [32, 6])
        return { a: productOf(ops, x, w), b: productOf(ops, y, part) }
      },
      packs: 2,
    },
  }
  it.each(Object.entries(cases))('%s', async (_, { made, packs: count }) => {
    await expectJudged(made)
    expect(packs(made)).toBe(count)
  })
})

describe('a result takes the place of what its loop reads for the last time', () => {
  /** Of the first loop, how many results stand where something stood that it reads. */
  const heirs = (made: Made): number => {
    const { tasks, plan } = prepared(made)
    const loop = tasks.find(({ task }) => task.kind === 'kernel' && task.kernel.kind === 'loop')
    if (loop === undefined) throw new Error('no loop')
    const { reads, writes } = touchedBy(loop.task)
    const stood = new Set(reads.map(({ buffer }) => plan.offsets.get(buffer)))
    return writes.filter(({ buffer }) => stood.has(plan.offsets.get(buffer))).length
  }
  const product = (ops: Ops, x: Tensor): Tensor =>
    productOf(
      ops,
      x,
      ops.constant(
        Array.from({ length: 36 }, (_, i) => i % 5),
        { shape: [6, 6] },
      ),
    )
  const cases: Readonly<Record<string, { readonly made: Made; readonly heirs: number }>> = {
    'where it reads it in the same order': {
      made: (ops, x) => ({ a: ops.square(product(ops, x)) }),
      heirs: 1,
    },
    'one result alone': {
      made: (ops, x) => {
        const g = product(ops, x)
        return { a: ops.square(g), b: ops.neg(g) }
      },
      heirs: 1,
    },
    'but not where it is read later': {
      made: (ops, x) => {
        const g = product(ops, x)
        const h = ops.square(g)
        return { a: ops.add(product(ops, h), g) }
      },
      heirs: 0,
    },
    'nor where it is read in another order': {
      made: (ops, x) => {
        const g = ops.reshape(product(ops, x), [B, 2, 3])
        return { a: ops.neg(ops.transpose(g, [0, 2, 1])) }
      },
      heirs: 0,
    },
    'nor where it is read in both': {
      made: (ops, x) => {
        const g = ops.reshape(product(ops, ops.slice(x, [0, 0], [B, 6])), [B, 2, 3])
        const turned = ops.reshape(ops.transpose(g, [0, 2, 1]), [B, 2, 3])
        return { a: ops.add(g, turned) }
      },
      heirs: 0,
    },
  }
  it.each(Object.entries(cases))('%s', async (_, { made, heirs: count }) => {
    await expectJudged(made)
    expect(heirs(made)).toBe(count)
  })
})
