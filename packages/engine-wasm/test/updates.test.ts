/** States that entries replace, in their own place or by a copy: all are read before any is replaced. */
import { engineJs } from '@chainrule/engine-js'
import {
  B,
  createOps,
  type Engine,
  type Executable,
  type Ops,
  type Program,
  type StateDeclaration,
  type Tensor,
  type TensorType,
  Trace,
} from '@chainrule/program'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wasmEngine } from '../src/index.ts'
import { mistake, plain } from './support/judge.ts'

const small: Size = { rows: 4, columns: 3 }

/** Threads share out the elements of a loop that reads and replaces the same state. */
const settings = {
  'one thread': { engine: wasmEngine(), size: small },
  'three threads': { engine: wasmEngine({ threads: 3 }), size: small },
  'three threads, large states': {
    engine: wasmEngine({ threads: 3 }),
    size: { rows: 130, columns: 95 },
  },
}
const maxBatch = 5

/** How large the states are: threads share out only what is worth it. */
interface Size {
  readonly rows: number
  readonly columns: number
}

const typesOf = ({ rows, columns }: Size) =>
  ({
    a: { dtype: 'f32', shape: [rows, columns] },
    b: { dtype: 'f32', shape: [rows, columns] },
    c: { dtype: 'f32', shape: [rows, columns] },
    turned: { dtype: 'f32', shape: [columns, rows] },
    square: { dtype: 'f32', shape: [rows + 1, rows + 1] },
    row: { dtype: 'f32', shape: [columns] },
    number: { dtype: 'f32', shape: [] },
    other: { dtype: 'f32', shape: [] },
    double: { dtype: 'f64', shape: [3] },
    seed: { dtype: 'i32', shape: [] },
    step: { dtype: 'i32', shape: [2] },
    bytes: { dtype: 'u8', shape: [rows + 1] },
    flags: { dtype: 'bool', shape: [rows + columns] },
    empty: { dtype: 'f32', shape: [0, 3] },
  }) as const satisfies Record<string, TensorType>

type Name = keyof ReturnType<typeof typesOf>
type Read = Readonly<Record<Name, Tensor>>
type Recorded = Parameters<Trace['entry']>
/** `x` is an input of [B, columns]. */
type Replacing = (ops: Ops, read: Read, x: Tensor) => Recorded

function programOf(record: Replacing, size: Size): Program {
  const types = typesOf(size)
  const input: TensorType = { dtype: 'f32', shape: [B, size.columns] }
  const trace = new Trace()
  const read = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, trace.source('state', name, type)]),
  ) as Read
  const entry = trace.entry(...record(createOps(trace), read, trace.source('input', 'x', input)))
  const state = Object.fromEntries(
    Object.entries(types).map(([name, type]): [string, StateDeclaration] => [
      name,
      { type, kind: 'slot' },
    ]),
  )
  return { version: 1, maxBatch, inputs: { x: input }, state, entries: { run: entry } }
}

/** Runs the entry again and again on both engines; what differs in states, outputs or what `run` says. */
async function disagreements(
  engine: Engine,
  program: Program,
  numbersOfRows: readonly number[],
): Promise<string[]> {
  const both = [await engine.compile(program), await engineJs.compile(program)]
  for (const executable of both) {
    Object.keys(program.state).forEach((name, salt) => {
      const values = executable.state(name)
      const numbers = plain(program.state[name]?.type.dtype ?? 'f32', salt)
      values.set(values.map((_, i) => numbers(i)))
    })
    executable.input('x').set(executable.input('x').map((_, i) => (i % 7) - 3))
  }
  const [mine, judge] = both as [Executable, Executable]
  const names = Object.keys(program.entries['run']?.outputs ?? {})
  const wrong = numbersOfRows.flatMap((rows, run) => {
    const [done, expectedDone] = [mine.run('run', rows), judge.run('run', rows)]
    const differing = [
      ...Object.keys(program.state).map((name) =>
        mistake({ name, rows, found: mine.state(name), expected: judge.state(name) }),
      ),
      ...names.map((name) => {
        const [found, expected] = [mine, judge].map((each) => each.output('run', name))
        return found && expected && mistake({ name: `output ${name}`, rows, found, expected })
      }),
      done === expectedDone ? undefined : `${done} runs instead of ${expectedDone}`,
    ]
    return differing.flatMap((text) => (text === undefined ? [] : [`run ${run}: ${text}`]))
  })
  for (const executable of both) executable.dispose()
  return wrong
}

const casesOf = ({ rows, columns }: Size): Readonly<Record<string, Replacing>> => ({
  'a state grows': (ops, { a }) => [{}, { a: ops.add(a, 1) }],
  'two change places': (_, { a, b }) => [{}, { a: b, b: a }],
  'three change places': (_, { a, b, c }) => [{}, { a: b, b: c, c: a }],
  'two change places and signs': (ops, { a, b }) => [{}, { a: ops.neg(b), b: ops.neg(a) }],
  'two become the same': (ops, { b, c }) => {
    const next = ops.add(b, c)
    return [{}, { a: next, b: next }]
  },
  'two become one of them': (_, { a }) => [{}, { b: a, c: a }],
  'a state stays what it is': (_, { a }) => [{ a }, { a }],
  'a new value is an output too': (ops, { a }) => {
    const next = ops.mul(a, 2)
    return [{ next, again: next, turned: ops.transpose(next, [1, 0]) }, { a: next }]
  },
  'an old value is an output': (ops, { a }) => [
    { old: a, part: ops.slice(a, [1, 0], [2, columns]) },
    { a: ops.add(a, 1) },
  ],
  'the next is made of the new': (ops, { a, b }) => {
    const next = ops.sub(a, 1)
    return [{ sum: ops.sum(next) }, { a: next, b: ops.add(next, b) }]
  },
  'the old is read after the new is there': (ops, { a, b }, x) => {
    const next = ops.add(a, b)
    const late = ops.dot(x, a, { contract: [[1], [1]] })
    return [{ late, next: ops.dot(x, next, { contract: [[1], [1]] }) }, { a: next }]
  },
  'a state is turned into another': (ops, { a, turned }) => [
    {},
    { a: ops.transpose(turned, [1, 0]), turned: ops.transpose(a, [1, 0]) },
  ],
  'a square is turned': (ops, { square }) => [{}, { square: ops.transpose(square, [1, 0]) }],
  'a square and what it was turned': (ops, { square }) => [
    {},
    { square: ops.add(square, ops.transpose(square, [1, 0])) },
  ],
  'a square times itself': (ops, { square }) => {
    const whole = ops.floor(square)
    const product = ops.dot(whole, whole, { contract: [[1], [0]] })
    return [{}, { square: ops.clamp(product, -3, 3) }]
  },
  'rows move up': (ops, { a }) => [
    {},
    {
      a: ops.concat(
        [ops.slice(a, [1, 0], [rows - 1, columns]), ops.slice(a, [0, 0], [1, columns])],
        0,
      ),
    },
  ],
  'columns move along, each with its neighbour': (ops, { a }) => {
    const next = ops.concat(
      [ops.slice(a, [0, 1], [rows, columns - 1]), ops.slice(a, [0, 0], [rows, 1])],
      1,
    )
    return [{}, { a: ops.add(a, next) }]
  },
  'all become the first row': (ops, { a }) => [
    {},
    { a: ops.broadcastTo(ops.slice(a, [0, 0], [1, columns]), [rows, columns]) },
  ],
  'the first row is taken from each': (ops, { a }) => [
    {},
    { a: ops.sub(a, ops.broadcastTo(ops.slice(a, [0, 0], [1, columns]), [rows, columns])) },
  ],
  'the sum is taken from each': (ops, { a }) => [
    {},
    { a: ops.sub(a, ops.broadcastTo(ops.sum(a), [rows, columns])) },
  ],
  'the sum of columns is added': (ops, { a, row }) => [
    {},
    { row: ops.add(row, ops.sum(a, 0)), a: ops.sub(a, ops.broadcastTo(row, [rows, columns])) },
  ],
  'numbers change places': (ops, { number, other }) => [
    { sum: ops.add(number, other) },
    { number: other, other: ops.sub(number, 1) },
  ],
  'a number becomes a sum over the batch': (ops, { number }, x) => [
    {},
    { number: ops.add(number, ops.sum(x)) },
  ],
  'all are constants': (ops) => [
    {},
    {
      a: ops.constant(7, { shape: [rows, columns] }),
      row: ops.iota([columns], 0, 'f32'),
      number: ops.constant(-0),
    },
  ],
  'rows are gathered from itself': (ops, { a }) => [
    {},
    { a: ops.gather(a, ops.sub(rows, ops.iota([rows], 0))) },
  ],
  'rows are added to itself': (ops, { a }) => [
    {},
    { a: ops.add(a, ops.scatterAdd(ops.sub(rows, ops.iota([rows], 0)), a, rows)) },
  ],
  'integers, bytes, flags and doubles': (ops, { seed, step, bytes, flags, double }) => [
    {},
    {
      seed: ops.add(seed, 1),
      step: ops.add(step, 1),
      bytes: ops.cast(ops.sub(ops.constant(255, { dtype: 'i32' }), ops.cast(bytes, 'i32')), 'u8'),
      flags: ops.not(flags),
      double: ops.cast(ops.sub(ops.cast(double, 'f32'), 1), 'f64'),
    },
  ],
  'draws of this step, and the next step': (ops, { seed, step }, x) => {
    const draws = ops.random(seed, step, seed, { site: 3, shape: x.shape })
    return [{ draws }, { step: ops.add(step, 1), seed: ops.add(seed, 1) }]
  },
  'draws of the next step, as many as the step has numbers': (ops, { seed, step }) => {
    const next = ops.add(step, 1)
    const draws = ops.random(seed, next, seed, { site: 3, shape: [2] })
    return [{ sum: ops.add(draws, next) }, { step: next }]
  },
  'one draw by a seed that is computed': (ops, { seed, step }) => {
    const next = ops.add(seed, 1)
    return [{ draw: ops.random(next, step, next, { site: 3, shape: [] }) }, { seed: next }]
  },
  'a state without elements': (ops, { empty }) => [{ empty }, { empty: ops.add(empty, 1) }],
  'a guard that is finite': (ops, { a, b }) => {
    const next = ops.add(a, b)
    return [{ next }, { a: next, b: a, number: ops.sum(next) }, ops.sum(next)]
  },
  'a guard that is not': (ops, { a, step }) => {
    const next = ops.div(a, ops.sub(a, a))
    const sum = ops.sum(next)
    return [{ next, sum }, { a: next, b: a, number: sum, step: ops.add(step, 1) }, sum]
  },
  'a guard that depends on nothing else': (ops, { a, number }) => [
    {},
    { a: ops.add(a, 1), number: ops.add(number, 1) },
    ops.constant(Number.POSITIVE_INFINITY),
  ],
  'a guard that is a state, which is replaced': (ops, { a, number }) => [
    {},
    { a: ops.add(a, 1), number: ops.div(number, 0) },
    number,
  ],
})

describe.each(Object.entries(settings))('states, %s', (_, { engine, size }) => {
  it.each(Object.entries(casesOf(size)))('%s', async (_, record) => {
    const rows = engine.threads === 1 ? [5, 1, 3, 0, 5] : [5, 1, 5]
    expect(await disagreements(engine, programOf(record, size), rows)).toEqual([])
  })
})

/** How a tensor is made of what is there; numbers are taken modulo how many there are. */
interface Step {
  readonly how: number
  readonly x: number
  readonly y: number
}

const matrix = [small.rows, small.columns]
const hows: readonly ((ops: Ops, x: Tensor, y: Tensor) => Tensor)[] = [
  (ops, x, y) => ops.sub(x, y),
  (ops, x, y) => ops.maximum(x, ops.neg(y)),
  (ops, x, y) => ops.concat([ops.slice(x, [2, 0], [2, 3]), ops.slice(y, [1, 0], [2, 3])], 0),
  (ops, x, y) => ops.sub(x, ops.broadcastTo(ops.slice(y, [1, 0], [1, 3]), matrix)),
  (ops, x) => ops.broadcastTo(ops.max(x, 0, { keep: true }), matrix),
  (ops, x, y) => ops.select(ops.less(x, y), x, ops.floor(ops.mul(y, 0.5))),
  (ops, x) => ops.reshape(ops.transpose(ops.reshape(x, [3, 4]), [1, 0]), matrix),
  (ops, x, y) => ops.clamp(ops.mul(x, y), -99, 99),
  // Infinite or NaN now and then.
  (ops, x, y) => ops.div(x, ops.sign(y)),
]

const updates = fc.record({
  steps: fc.array(fc.record({ how: fc.nat(), x: fc.nat(), y: fc.nat() }), { maxLength: 8 }),
  replaced: fc.record({ a: fc.option(fc.nat()), b: fc.option(fc.nat()), c: fc.option(fc.nat()) }),
  shown: fc.array(fc.nat(), { maxLength: 2 }),
  guard: fc.option(fc.nat()),
})

describe.each(Object.entries(settings).slice(0, 2))('any updates, %s', (_, { engine }) => {
  it('leave the same states and outputs', async () => {
    await fc.assert(
      fc.asyncProperty(updates, async ({ steps, replaced, shown, guard }) => {
        const program = programOf((ops, { a, b, c }, x) => {
          const made: Tensor[] = [a, b, c, ops.broadcastTo(ops.sum(x, 0), matrix)]
          const at = (index: number): Tensor => made[index % made.length] ?? a
          for (const { how, x, y } of steps as readonly Step[]) {
            const tensor = hows[how % hows.length]?.(ops, at(x), at(y))
            if (tensor !== undefined) made.push(tensor)
          }
          const entries = Object.entries(replaced).flatMap(([name, index]) =>
            index === null ? [] : [[name, at(index)] as const],
          )
          return [
            Object.fromEntries(shown.map((index, i) => [`o${i}`, at(index)])),
            Object.fromEntries(entries),
            guard === null ? undefined : ops.sum(at(guard)),
          ]
        }, small)
        expect(await disagreements(engine, program, [3, 1, 3])).toEqual([])
      }),
      { seed: 8, numRuns: engine.threads === 1 ? 120 : 20 },
    )
  })
})
