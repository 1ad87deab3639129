import {
  B,
  createOps,
  type Entry,
  type Ops,
  type Program,
  type Tensor,
  type TensorType,
  Trace,
} from '@chainrule/program'
import { describe, expect, it } from 'vitest'
import { EngineError, engineJs, type JsExecutable } from '../src/index.ts'

const maxBatch = 4
const x: TensorType = { dtype: 'f32', shape: [B, 2] }
const tag: TensorType = { dtype: 'i32', shape: [B] }
const total: TensorType = { dtype: 'f32', shape: [2] }
const count: TensorType = { dtype: 'i32', shape: [] }

interface Given {
  readonly ops: Ops
  readonly x: Tensor
  readonly tag: Tensor
  readonly total: Tensor
  readonly other: Tensor
  readonly count: Tensor
}

function entry(record: (given: Given) => Parameters<Trace['entry']>): Entry {
  const trace = new Trace()
  return trace.entry(
    ...record({
      ops: createOps(trace),
      x: trace.source('input', 'x', x),
      tag: trace.source('input', 'tag', tag),
      total: trace.source('state', 'total', total),
      other: trace.source('state', 'other', total),
      count: trace.source('state', 'count', count),
    }),
  )
}

const entries = {
  /** Adds up the columns, counts the runs, and guards the sum. */
  accumulate: entry(({ ops, x, total, count }) => {
    const sum = ops.sum(x, 0)
    const all = ops.sum(sum)
    return [{ sum }, { total: ops.add(total, sum), count: ops.add(count, 1) }, all]
  }),
  /** Exchanges two states; each is read before the other is replaced. */
  swap: entry(({ total, other }) => [{}, { total: other, other: total }]),
  /** Gives the state as it was before it is replaced, under two names, and as a view of itself. */
  replace: entry(({ ops, total }) => [
    { before: total, again: total, turned: ops.slice(total, [1], [1]) },
    { total: ops.constant(9, { shape: [2] }) },
  ]),
  double: entry(({ ops, x, tag }) => {
    const y = ops.mul(x, 2)
    return [{ y, flat: ops.reshape(y, [{ rows: 2 }]), tag: ops.mul(tag, 10) }]
  }),
}

const program: Program = {
  version: 1,
  maxBatch,
  inputs: { x, tag, table: { dtype: 'f32', shape: [3, B] }, fixed: { dtype: 'f32', shape: [2] } },
  state: {
    total: { type: total, kind: 'accumulator' },
    other: { type: total, kind: 'accumulator' },
    count: { type: count, kind: 'counter' },
  },
  entries,
}

const compile = (): JsExecutable => engineJs.compile(program)
const outputs = (executable: JsExecutable, name: keyof typeof entries, output: string) => [
  ...executable.output(name, output),
]

describe('run', () => {
  it('takes any number of rows from 0 to `maxBatch`, and gives outputs as long', () => {
    const executable = compile()
    executable.input('x').set([1, 2, 3, 4, 5, 6, 7, 8])
    for (const rows of [maxBatch, 0, 1, 3, 2]) {
      expect(executable.run('double', rows)).toBe(1)
      const expected = [2, 4, 6, 8, 10, 12, 14, 16].slice(0, 2 * rows)
      expect(outputs(executable, 'double', 'y')).toEqual(expected)
      expect(outputs(executable, 'double', 'flat')).toEqual(expected)
      executable.run('accumulate', rows)
      const columns = [0, 1].map((c) =>
        expected.reduce((s, v, i) => s + (i % 2 === c ? v / 2 : 0), 0),
      )
      expect(outputs(executable, 'accumulate', 'sum')).toEqual(columns)
    }
  })

  it('replaces state after everything is read', () => {
    const executable = compile()
    executable.state('total').set([1, 2])
    executable.state('other').set([3, 4])
    executable.run('swap', 0)
    expect([...executable.state('total')]).toEqual([3, 4])
    expect([...executable.state('other')]).toEqual([1, 2])
  })

  it('gives outputs as they were before the state changes', () => {
    const executable = compile()
    executable.state('total').set([1, 2])
    executable.run('replace', 0)
    expect(outputs(executable, 'replace', 'before')).toEqual([1, 2])
    expect(outputs(executable, 'replace', 'again')).toEqual([1, 2])
    expect(outputs(executable, 'replace', 'turned')).toEqual([2])
    expect([...executable.state('total')]).toEqual([9, 9])
  })

  it('keeps the arrays of state and inputs, so that a host may hold on to them', () => {
    const executable = compile()
    const held = executable.state('total')
    executable.input('x').set([1, 2])
    executable.run('accumulate', 1)
    expect([...held]).toEqual([1, 2])
    held.set([10, 20])
    executable.run('accumulate', 1)
    expect([...executable.state('total')]).toEqual([11, 22])
  })

  it('leaves an output alone while other entries run', () => {
    const executable = compile()
    executable.input('x').set([1, 2])
    executable.run('double', 1)
    executable.run('accumulate', 4)
    executable.run('swap', 1)
    expect(outputs(executable, 'double', 'y')).toEqual([2, 4])
  })

  it('reads an input whose rows are not its first axis at places fixed for `maxBatch`', () => {
    const trace = new Trace()
    const table = trace.source('input', 'table', { dtype: 'f32', shape: [3, B] })
    const wide = createOps(trace).neg(table)
    const other = engineJs.compile({ ...program, entries: { wide: trace.entry({ wide }) } })
    other.input('table').set([1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0, 0])
    other.run('wide', 2)
    expect([...other.output('wide', 'wide')]).toEqual([-1, -2, -3, -4, -5, -6])
  })
})

describe('run with an order', () => {
  const bound = (): JsExecutable => {
    const executable = compile()
    executable.bind('x', Float32Array.of(0, 1, 10, 11, 20, 21, 30, 31, 40, 41))
    executable.bind('tag', Int32Array.of(0, 1, 2, 3, 4))
    return executable
  }

  it('gathers the rows that it names, a smaller last batch included', () => {
    const executable = bound()
    expect(executable.run('accumulate', 2, Int32Array.of(4, 0, 2, 2, 1))).toBe(3)
    expect([...executable.state('total')]).toEqual([90, 95])
    expect(executable.state('count')[0]).toBe(3)
    expect(outputs(executable, 'accumulate', 'sum')).toEqual([10, 11])
  })

  it('gathers every bound input by the same rows', () => {
    const executable = bound()
    executable.run('double', 4, Int32Array.of(3, 1))
    expect(outputs(executable, 'double', 'y')).toEqual([60, 62, 20, 22])
    expect(outputs(executable, 'double', 'tag')).toEqual([30, 10])
  })

  it('leaves inputs that are not bound as they are', () => {
    const executable = compile()
    executable.bind('x', Float32Array.of(0, 1, 10, 11))
    executable.input('tag').set([7, 8])
    executable.run('double', 2, Int32Array.of(1, 0))
    expect(outputs(executable, 'double', 'tag')).toEqual([70, 80])
  })

  it('reads bytes from a Buffer, which is a Uint8Array of another class', () => {
    const trace = new Trace()
    const pixel = trace.source('input', 'pixel', { dtype: 'u8', shape: [B] })
    const y = createOps(trace).cast(pixel, 'f32')
    const inputs = { pixel: pixel.type }
    const executable = engineJs.compile({
      ...program,
      inputs,
      entries: { run: trace.entry({ y }) },
    })
    executable.bind('pixel', Buffer.from([7, 255]))
    executable.run('run', 2, Int32Array.of(1, 0))
    expect([...executable.output('run', 'y')]).toEqual([255, 7])
  })

  it('does nothing for an empty order', () => {
    const executable = bound()
    expect(executable.run('accumulate', 2, new Int32Array(0))).toBe(0)
    expect(executable.state('count')[0]).toBe(0)
  })

  it('reads the latest data set of an input', () => {
    const executable = bound()
    executable.bind('x', Float32Array.of(5, 5, 5, 5, 5, 5, 5, 5, 5, 5))
    executable.run('accumulate', 1, Int32Array.of(0))
    expect(outputs(executable, 'accumulate', 'sum')).toEqual([5, 5])
  })
})

describe('guard', () => {
  it('keeps the state and ends the runs where it is not finite', () => {
    const executable = compile()
    executable.bind('x', Float32Array.of(1, 2, Number.NaN, 0, 3, 4))
    expect(executable.run('accumulate', 1, Int32Array.of(0, 2, 1, 0))).toBe(2)
    expect([...executable.state('total')]).toEqual([4, 6])
    expect(executable.state('count')[0]).toBe(2)
    expect(outputs(executable, 'accumulate', 'sum')).toEqual([Number.NaN, 0])
  })

  it('stops for infinities too, and a later run goes on', () => {
    const executable = compile()
    executable.input('x').set([Number.POSITIVE_INFINITY, 0])
    expect(executable.run('accumulate', 1)).toBe(0)
    executable.input('x').set([1, 1])
    expect(executable.run('accumulate', 1)).toBe(1)
    expect([...executable.state('total')]).toEqual([1, 1])
  })
})

describe('probe', () => {
  it('shows every instruction in order, views spread out, and replaces no state', () => {
    const executable = compile()
    executable.input('x').set([1, 2, 3, 4])
    const seen: [string, number[]][] = []
    executable.probe('accumulate', 2, ({ primitive }, values) => {
      seen.push([primitive, [...values]])
      return false
    })
    expect(seen.map(([primitive]) => primitive)).toEqual(
      entries.accumulate.instructions.map(({ primitive }) => primitive),
    )
    expect(seen).toContainEqual(['sum', [4, 6]])
    expect(seen).toContainEqual(['sum', [10]])
    expect([...executable.state('total')]).toEqual([0, 0])
  })

  it('spreads repeated numbers out', () => {
    const executable = compile()
    const seen: number[][] = []
    executable.probe('replace', 0, ({ primitive }, values) => {
      if (primitive === 'constant') seen.push([...values])
      return false
    })
    expect(seen).toEqual([[9, 9]])
  })

  it('stops where it is told to', () => {
    const executable = compile()
    let visits = 0
    executable.probe('accumulate', 1, () => ++visits === 3)
    expect(visits).toBe(3)
  })
})

describe('errors', () => {
  it.each<[string, (executable: JsExecutable) => unknown, string]>([
    ['unknown-entry', (e) => e.run('nothing', 1), 'there is: `accumulate`, `swap`'],
    ['unknown-entry', (e) => e.output('nothing', 'y'), 'no entry `nothing`'],
    ['unknown-entry', (e) => e.probe('nothing', 1, () => true), 'no entry `nothing`'],
    ['unknown-state', (e) => e.state('totals'), 'there is: `total`, `other`, `count`'],
    ['unknown-input', (e) => e.input('y'), 'no input `y`'],
    ['unknown-input', (e) => e.bind('y', new Float32Array(2)), 'no input `y`'],
    ['unknown-output', (e) => e.output('double', 'z'), 'there is: `y`, `flat`, `tag`'],
    ['output-before-run', (e) => e.output('double', 'y'), "call `run('double', rows)` first"],
    ['rows-range', (e) => e.run('double', 5), 'from 0 to 4, but got 5'],
    ['rows-range', (e) => e.run('double', -1), 'but got -1'],
    ['rows-range', (e) => e.run('double', 1.5), 'but got 1.5'],
    ['rows-range', (e) => e.run('double', 0, Int32Array.of(0)), 'from 1 to 4, but got 0'],
    ['rows-range', (e) => e.probe('double', 5, () => true), 'but got 5'],
    [
      'values-type',
      (e) => e.bind('x', new Float64Array(2)),
      'needs a Float32Array, but got a Float64Array',
    ],
    ['values-length', (e) => e.bind('x', new Float32Array(3)), '2 elements a row'],
    ['bind-without-rows', (e) => e.bind('fixed', new Float32Array(2)), 'f32[2]'],
    ['bind-without-rows', (e) => e.bind('table', new Float32Array(3)), 'f32[3, B]'],
  ])('%s: %s', (code, act, text) => {
    const executable = compile()
    let thrown: unknown
    try {
      act(executable)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(EngineError)
    expect(thrown).toMatchObject({ code, name: 'EngineError' })
    const { message, help } = thrown as EngineError
    expect(`${message}; ${help}`).toContain(text)
  })

  it.each([
    [2, 'index 2'],
    [-1, 'index -1'],
  ])('order-index: %d, before anything runs', (index, text) => {
    const executable = compile()
    executable.bind('x', Float32Array.of(1, 2, 3, 4))
    const act = () => executable.run('accumulate', 1, Int32Array.of(0, index))
    expect(act).toThrow(text)
    expect(act).toThrow(EngineError)
    expect(executable.state('count')[0]).toBe(0)
  })

  it('disposed: everything after `dispose`', () => {
    const executable = compile()
    executable.run('double', 1)
    executable.dispose()
    expect(executable.bytes).toBe(0)
    for (const act of [
      () => executable.run('double', 1),
      () => executable.state('total'),
      () => executable.input('x'),
      () => executable.output('double', 'y'),
      () => executable.bind('x', new Float32Array(2)),
    ]) {
      expect(act).toThrow(expect.objectContaining({ code: 'disposed' }))
    }
  })
})

describe('bytes', () => {
  it('counts state, inputs, data sets and what plans hold', () => {
    const executable = compile()
    // total, other, count; x, tag, table, fixed for four rows.
    const held = 8 + 8 + 4 + 32 + 16 + 48 + 8
    expect(executable.bytes).toBe(held)
    executable.bind('x', new Float32Array(100))
    expect(executable.bytes).toBe(held + 400)
    executable.run('double', 4)
    const planned = executable.bytes
    expect(planned).toBeGreaterThan(held + 400)
    executable.run('double', 4)
    expect(executable.bytes).toBe(planned)
  })
})
