/** The contract of executables, and what is particular to one linear memory. */
import { engineJs } from '@chainrule/engine-js'
import {
  B,
  createOps,
  EngineError,
  type Executable,
  type Instruction,
  type Program,
  type Shape,
  Trace,
  type Values,
} from '@chainrule/program'
import { executableContract } from '@chainrule/program/testing/executable-contract'
import { contractProgram } from '@chainrule/program/testing/executable-program'
import { randomValuesFor } from '@chainrule/program/testing/random-numbers'
import { randomProgram } from '@chainrule/program/testing/random-program'
import { describe, expect, it } from 'vitest'
import { engineWasm, type WasmOptions, wasmEngine } from '../src/index.ts'
import { difference } from './agreement.ts'
import { compiled } from './support/judge.ts'

describe.each<WasmOptions>([{ numerics: 'fast' }, { numerics: 'portable' }, { threads: 3 }])(
  '%o',
  (options) => {
    executableContract(wasmEngine(options))
  },
)

/** A program that reads rows in an order that shows: `trail` becomes 31 · trail + the sum of the batch's tags. */
function trailing(maxBatch: number): Program {
  const trace = new Trace()
  const ops = createOps(trace)
  const types = {
    tag: { dtype: 'i32', shape: [B] },
    weight: { dtype: 'f32', shape: [B, 3] },
    number: { dtype: 'i32', shape: [] },
  } as const
  const tag = trace.source('input', 'tag', types.tag)
  const weight = trace.source('input', 'weight', types.weight)
  const trail = trace.source('state', 'trail', types.number)
  const count = trace.source('state', 'count', types.number)
  const sum = ops.sum(weight)
  const updates = {
    trail: ops.add(ops.mul(trail, 31), ops.sum(tag)),
    count: ops.add(count, ops.sum(ops.add(ops.mul(tag, 0), 1))),
  }
  return {
    version: 1,
    maxBatch,
    inputs: { tag: types.tag, weight: types.weight },
    state: {
      trail: { type: types.number, kind: 'counter' },
      count: { type: types.number, kind: 'counter' },
    },
    entries: { step: trace.entry({ sum }, updates, sum) },
  }
}

const dataRows = 1000

function withData(executable: Executable): Executable {
  executable.bind(
    'tag',
    Int32Array.from({ length: dataRows }, (_, i) => i * i),
  )
  executable.bind('weight', new Float32Array(3 * dataRows).fill(1))
  return executable
}

const someOrder = (length: number): Int32Array =>
  Int32Array.from({ length }, (_, i) => (Math.imul(i, 0x9e3779b1) >>> 8) % dataRows)

describe('an order longer than what is put into the memory at a time', () => {
  it.each<[maxBatch: number, rows: number, length: number]>([
    [7, 7, 16_380],
    [7, 7, 16_381],
    [7, 7, 32_773],
    [7, 1, 20_000],
    [7, 5, 49_999],
    [64, 64, 16_384],
    [64, 64, 16_385],
    [20_000, 20_000, 45_000],
    [20_000, 16_385, 45_000],
  ])('is run to its end: at most %i rows, %i a run, %i in all', (maxBatch, rows, length) => {
    const order = someOrder(length)
    const [found, expected] = [engineWasm, engineJs].map((engine) => {
      const executable = withData(compiled(engine, trailing(maxBatch)))
      const runs = executable.run('step', rows, order)
      const [trail, count] = ['trail', 'count'].map((name) => executable.state(name)[0])
      return { runs, trail, count, sum: [...executable.output('step', 'sum')] }
    })
    expect(found).toEqual(expected)
    expect(found?.count).toBe(length)
  })

  it.each([0, 16_379, 16_380, 16_381, 32_000, 39_999])(
    'stops where the guard is not finite, at index %i',
    (at) => {
      const order = someOrder(40_000).map((index) => (index === 13 ? 14 : index))
      order[at] = 13
      const [found, expected] = [engineWasm, engineJs].map((engine) => {
        const executable = compiled(engine, trailing(7))
        const weights = new Float32Array(3 * dataRows).fill(1)
        weights[3 * 13] = Number.NaN
        executable.bind(
          'tag',
          Int32Array.from({ length: dataRows }, (_, i) => i),
        )
        executable.bind('weight', weights)
        const runs = executable.run('step', 7, order)
        return { runs, trail: executable.state('trail')[0], count: executable.state('count')[0] }
      })
      expect(found).toEqual(expected)
      expect(found?.runs).toBe(Math.floor(at / 7))
    },
  )

  it('takes no more memory when orders grow one by one', () => {
    const executable = withData(compiled(engineWasm, trailing(8)))
    for (let rows = 1; rows <= 8; rows++) executable.run('step', 8, someOrder(8 + rows))
    const { bytes } = executable
    for (let length = 16; length < 600; length++) executable.run('step', 8, someOrder(length))
    // Without room for any order from the first, longer ones would each take a place and leave it behind.
    expect(executable.bytes).toBe(bytes)
  })
})

describe('bind', () => {
  it.each<[what: string, sizes: readonly number[]]>([
    ['larger ones', [3, 50, 400_000]],
    ['smaller ones', [400_000, 50, 3]],
    ['ones that come and go', [10, 30_000, 20, 90_000, 30, 90_000]],
    ['one of no rows, and then some', [0, 5, 0, 5]],
  ])('replaces a data set by %s', (_, sizes) => {
    const executable = compiled(engineWasm, trailing(4))
    for (const rows of sizes) {
      const tags = Int32Array.from({ length: rows }, (_, i) => 7 * i + rows)
      executable.bind('tag', tags)
      executable.state('trail')[0] = 0
      if (rows === 0) {
        expect(() => executable.run('step', 1, Int32Array.of(0))).toThrow(EngineError)
        continue
      }
      const last = rows - 1
      executable.run('step', 2, Int32Array.of(last, 0))
      expect(executable.state('trail')[0]).toBe((tags[last] ?? 0) + (tags[0] ?? 0))
      const outside = () => executable.run('step', 1, Int32Array.of(rows))
      expect(outside).toThrow(expect.objectContaining({ code: 'order-index' }))
    }
  })

  it('holds at most a few times the largest when data sets grow row by row', () => {
    const executable = compiled(engineWasm, trailing(4))
    const before = executable.bytes
    const largest = 2000
    for (let rows = 1; rows <= largest; rows++) {
      executable.bind('weight', new Float32Array(3 * rows))
    }
    // Room that doubles leaves behind less than it ends with: 4 times, where a place for each would be 1,000 times.
    expect(executable.bytes - before).toBeLessThan(4 * largest * 3 * 4)
  })

  it('takes for the first data set what it needs and no more', () => {
    const executable = compiled(engineWasm, trailing(4))
    const before = executable.bytes
    executable.bind('weight', new Float32Array(3 * 4096))
    expect(executable.bytes - before).toBe(4 * 3 * 4096)
  })

  it('keeps state, inputs and other data sets when the memory grows', () => {
    const executable = withData(compiled(engineWasm, trailing(4)))
    executable.state('count')[0] = 42
    executable.input('tag').set([1, 2, 3, 4])
    executable.bind('weight', new Float32Array(3_000_000).fill(2))
    expect(executable.state('count')[0]).toBe(42)
    expect([...executable.input('tag')]).toEqual([1, 2, 3, 4])
    executable.run('step', 1, Int32Array.of(30))
    expect(executable.state('trail')[0]).toBe(900)
    expect([...executable.output('step', 'sum')]).toEqual([6])
  })

  it('takes an array of its own memory, which may move on the way', () => {
    const executable = compiled(engineWasm, trailing(60_000))
    executable.input('tag').forEach((_, i, tags) => {
      tags[i] = i + 1
    })
    executable.bind('tag', executable.input('tag'))
    executable.input('tag').fill(0)
    executable.run('step', 2, Int32Array.of(59_999, 1))
    expect(executable.state('trail')[0]).toBe(60_002)
  })
})

describe('memory', () => {
  it('is asked for when something new comes, not by running again', () => {
    const executable = withData(compiled(engineWasm, trailing(64)))
    const order = someOrder(1000)
    for (const rows of [64, 1, 17]) executable.run('step', rows, order)
    executable.run('step', 64)
    const { bytes } = executable
    for (const rows of [64, 1, 17, 33, 64]) executable.run('step', rows, order)
    expect(executable.bytes).toBe(bytes)
  })

  it.each<[what: string, dimensions: Shape]>([
    ['more than 32-bit addresses reach', [B, 2 ** 30]],
    ['more than any array can hold', [B, 2 ** 45]],
  ])('that is %s is refused by its code', (_, shape) => {
    const inputs = { ...contractProgram.inputs, huge: { dtype: 'f32', shape } as const }
    const act = () => engineWasm.compile({ ...contractProgram, inputs })
    expect(act).toThrow(expect.objectContaining({ code: 'memory-exhausted' }))
  })

  it('that a data set does not fit into is refused, and the executable works on', () => {
    const trace = new Trace()
    const wide = { dtype: 'f64', shape: [B, 2 ** 27] } as const
    const x = trace.source('input', 'x', wide)
    const executable = engineWasm.compile({
      ...contractProgram,
      maxBatch: 1,
      inputs: { x: wide, y: wide, z: wide, w: { dtype: 'f64', shape: [B, 1e8] } },
      entries: { run: trace.entry({ first: createOps(trace).slice(x, [0, 0], [B, 2]) }) },
    })
    executable.input('x').set([1, 2])
    // 4.0 GB of the 4.3 GB are inputs. The pages of neither are touched.
    const act = () => executable.bind('w', new Float64Array(1e8))
    expect(act).toThrow(expect.objectContaining({ code: 'memory-exhausted' }))
    expect(executable.run('run', 1)).toBe(1)
    expect([...executable.output('run', 'first')]).toEqual([1, 2])
  })
})

describe('probe', () => {
  type Seen = readonly [Instruction['primitive'], Values]
  const probed = (
    executable: Executable,
    program: Program,
    entry: string,
    rows: number,
  ): Seen[] => {
    const seen: Seen[] = []
    const { inputs, state } = randomValuesFor(program, program.maxBatch, 5)
    for (const [name, values] of Object.entries(inputs)) executable.input(name).set(values)
    for (const [name, values] of Object.entries(state)) executable.state(name).set(values)
    executable.probe?.(entry, rows, ({ primitive }, values) => {
      seen.push([primitive, values.slice()])
      return false
    })
    return seen
  }

  it.each([1, 2, 3, 4, 5])('shows what the reference shows, random program %i', (seed) => {
    const program = randomProgram(seed, { maxBatch: 4 })
    const [mine, judge] = [engineWasm, engineJs].map((engine) => compiled(engine, program))
    if (mine === undefined || judge === undefined) throw new Error('no engines')
    for (const entry of ['main', 'advance']) {
      for (const rows of [4, 1, 0]) {
        const expected = probed(judge, program, entry, rows)
        const found = probed(mine, program, entry, rows)
        expect(found.map(([primitive]) => primitive)).toEqual(expected.map(([name]) => name))
        found.forEach(([primitive, values], i) => {
          const far = difference(values, expected[i]?.[1] ?? new Float64Array())
          expect(far, `${entry} %${i} ${primitive}, ${rows} rows`).toBeLessThanOrEqual(1e-3)
        })
      }
    }
  })
})
