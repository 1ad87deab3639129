/** What every engine's executables do, as tests: runs, orders, the guard, `probe`, and what is said of mistakes. */
import { afterEach, describe, expect, it } from 'vitest'
import {
  B,
  createOps,
  type Engine,
  EngineError,
  type Executable,
  type Program,
  Trace,
} from '../../src/index.ts'
import { contractEntries, contractProgram } from './executable-program.ts'

/** `probe` is not asked of every engine, but of those that are tested here. */
type Probed = Executable & Required<Pick<Executable, 'probe'>>
type Compile = (program?: Program) => Promise<Probed>

const { maxBatch } = contractProgram

const outputs = (executable: Executable, name: keyof typeof contractEntries, output: string) => [
  ...executable.output(name, output),
]

/** Declares the tests of an engine. */
export function executableContract(engine: Engine): void {
  const made: Executable[] = []
  const compile: Compile = async (program = contractProgram) => {
    const executable = await engine.compile(program)
    made.push(executable)
    if (executable.probe === undefined) throw new Error('an engine that cannot probe')
    return executable as Probed
  }
  afterEach(() => {
    for (const executable of made.splice(0)) executable.dispose()
  })
  describe('run', () => testRuns(compile))
  describe('run with an order', () => testOrders(compile))
  describe('guard', () => testGuard(compile))
  describe('probe', () => testProbe(compile))
  describe('errors', () => testErrors(compile))
}

function testRuns(compile: Compile): void {
  it('takes any number of rows from 0 to `maxBatch`, and gives outputs as long', async () => {
    const executable = await compile()
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

  it('replaces state after everything is read', async () => {
    const executable = await compile()
    executable.state('total').set([1, 2])
    executable.state('other').set([3, 4])
    executable.run('swap', 0)
    expect([...executable.state('total')]).toEqual([3, 4])
    expect([...executable.state('other')]).toEqual([1, 2])
  })

  it('gives outputs as they were before the state changes', async () => {
    const executable = await compile()
    executable.state('total').set([1, 2])
    executable.run('replace', 0)
    expect(outputs(executable, 'replace', 'before')).toEqual([1, 2])
    expect(outputs(executable, 'replace', 'again')).toEqual([1, 2])
    expect(outputs(executable, 'replace', 'turned')).toEqual([2])
    expect([...executable.state('total')]).toEqual([9, 9])
  })

  it('reads an input whose rows are not its first axis at places fixed for `maxBatch`', async () => {
    const trace = new Trace()
    const table = trace.source('input', 'table', { dtype: 'f32', shape: [3, B] })
    const wide = createOps(trace).neg(table)
    const other = await compile({ ...contractProgram, entries: { wide: trace.entry({ wide }) } })
    other.input('table').set([1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0, 0])
    other.run('wide', 2)
    expect([...other.output('wide', 'wide')]).toEqual([-1, -2, -3, -4, -5, -6])
  })
}

function testOrders(compile: Compile): void {
  const bound = async (): Promise<Probed> => {
    const executable = await compile()
    executable.bind('x', Float32Array.of(0, 1, 10, 11, 20, 21, 30, 31, 40, 41))
    executable.bind('tag', Int32Array.of(0, 1, 2, 3, 4))
    return executable
  }

  it('gathers the rows that it names, a smaller last batch included', async () => {
    const executable = await bound()
    expect(executable.run('accumulate', 2, Int32Array.of(4, 0, 2, 2, 1))).toBe(3)
    expect([...executable.state('total')]).toEqual([90, 95])
    expect(executable.state('count')[0]).toBe(3)
    expect(outputs(executable, 'accumulate', 'sum')).toEqual([10, 11])
  })

  it('gathers every bound input by the same rows', async () => {
    const executable = await bound()
    executable.run('double', 4, Int32Array.of(3, 1))
    expect(outputs(executable, 'double', 'y')).toEqual([60, 62, 20, 22])
    expect(outputs(executable, 'double', 'tag')).toEqual([30, 10])
  })

  it('leaves inputs that are not bound as they are', async () => {
    const executable = await compile()
    executable.bind('x', Float32Array.of(0, 1, 10, 11))
    executable.input('tag').set([7, 8])
    executable.run('double', 2, Int32Array.of(1, 0))
    expect(outputs(executable, 'double', 'tag')).toEqual([70, 80])
  })

  it('reads bytes from a Buffer, which is a Uint8Array of another class', async () => {
    const trace = new Trace()
    const pixel = trace.source('input', 'pixel', { dtype: 'u8', shape: [B] })
    const y = createOps(trace).cast(pixel, 'f32')
    const inputs = { pixel: pixel.type }
    const executable = await compile({
      ...contractProgram,
      inputs,
      entries: { run: trace.entry({ y }) },
    })
    executable.bind('pixel', Buffer.from([7, 255]))
    executable.run('run', 2, Int32Array.of(1, 0))
    expect([...executable.output('run', 'y')]).toEqual([255, 7])
  })

  it('gathers rows that overlap: windows over a series, of which each element is kept once', async () => {
    const executable = await bound()
    executable.bind('x', Float32Array.of(7, 1, 2, 3, 4, 5), 1)
    executable.run('double', 4, Int32Array.of(4, 0, 1))
    expect(outputs(executable, 'double', 'y')).toEqual([8, 10, 14, 2, 2, 4])
    expect(outputs(executable, 'double', 'tag')).toEqual([40, 0, 10])
  })

  it('leaves out what stands between rows that are further apart than they are long', async () => {
    const executable = await bound()
    executable.bind('x', Float32Array.of(1, 2, 9, 3, 4, 9, 5, 6), 3)
    executable.run('double', 2, Int32Array.of(2, 1))
    expect(outputs(executable, 'double', 'y')).toEqual([10, 12, 6, 8])
    executable.bind('x', Float32Array.of(1, 2, 3, 4))
    executable.run('double', 2, Int32Array.of(1, 0))
    expect(outputs(executable, 'double', 'y')).toEqual([6, 8, 2, 4])
  })

  it('does nothing for an empty order', async () => {
    const executable = await bound()
    expect(executable.run('accumulate', 2, new Int32Array(0))).toBe(0)
    expect(executable.state('count')[0]).toBe(0)
  })

  it('reads the latest data set of an input', async () => {
    const executable = await bound()
    executable.bind('x', Float32Array.of(5, 5, 5, 5, 5, 5, 5, 5, 5, 5))
    executable.run('accumulate', 1, Int32Array.of(0))
    expect(outputs(executable, 'accumulate', 'sum')).toEqual([5, 5])
  })
}

function testGuard(compile: Compile): void {
  it('keeps the state and ends the runs where it is not finite', async () => {
    const executable = await compile()
    executable.bind('x', Float32Array.of(1, 2, Number.NaN, 0, 3, 4))
    expect(executable.run('accumulate', 1, Int32Array.of(0, 2, 1, 0))).toBe(2)
    expect([...executable.state('total')]).toEqual([4, 6])
    expect(executable.state('count')[0]).toBe(2)
    expect(outputs(executable, 'accumulate', 'sum')).toEqual([Number.NaN, 0])
  })

  it('leaves the outputs of the run that it stopped, not those of an earlier one', async () => {
    const executable = await compile()
    executable.state('total').set([5, 7])
    executable.input('x').set([1, 2])
    expect(executable.run('descend', 1)).toBe(1)
    expect(outputs(executable, 'descend', 'norm')).toEqual([41])
    executable.input('x').set([Number.NaN, 2])
    expect(executable.run('descend', 1)).toBe(0)
    expect(outputs(executable, 'descend', 'next')).toEqual([Number.NaN, 3])
    expect(outputs(executable, 'descend', 'norm')).toEqual([Number.NaN])
    expect([...executable.state('total')]).toEqual([4, 5])
  })

  it('stops for infinities too, and a later run goes on', async () => {
    const executable = await compile()
    executable.input('x').set([Number.POSITIVE_INFINITY, 0])
    expect(executable.run('accumulate', 1)).toBe(0)
    executable.input('x').set([1, 1])
    expect(executable.run('accumulate', 1)).toBe(1)
    expect([...executable.state('total')]).toEqual([1, 1])
  })
}

function testProbe(compile: Compile): void {
  it('shows every instruction in order, views spread out, and replaces no state', async () => {
    const executable = await compile()
    executable.input('x').set([1, 2, 3, 4])
    const seen: [string, number[]][] = []
    executable.probe('accumulate', 2, ({ primitive }, values) => {
      seen.push([primitive, [...values]])
      return false
    })
    expect(seen.map(([primitive]) => primitive)).toEqual(
      contractEntries.accumulate.instructions.map(({ primitive }) => primitive),
    )
    expect(seen).toContainEqual(['sum', [4, 6]])
    expect(seen).toContainEqual(['sum', [10]])
    expect([...executable.state('total')]).toEqual([0, 0])
  })

  it('spreads repeated numbers out', async () => {
    const executable = await compile()
    const seen: number[][] = []
    executable.probe('replace', 0, ({ primitive }, values) => {
      if (primitive === 'constant') seen.push([...values])
      return false
    })
    expect(seen).toEqual([[9, 9]])
  })

  it('stops where it is told to', async () => {
    const executable = await compile()
    let visits = 0
    executable.probe('accumulate', 1, () => ++visits === 3)
    expect(visits).toBe(3)
  })
}

function testErrors(compile: Compile): void {
  it.each<[string, (executable: Probed) => unknown, string]>([
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
    ['values-length', (e) => e.bind('x', new Float32Array(6), 3), 'a multiple of the step 3 more'],
    ['values-length', (e) => e.bind('x', new Float32Array(1), 1), '2 elements a row'],
    ['bind-step', (e) => e.bind('x', new Float32Array(4), 0), 'but got 0'],
    ['bind-step', (e) => e.bind('x', new Float32Array(4), 1.5), 'but got 1.5'],
    ['bind-without-rows', (e) => e.bind('fixed', new Float32Array(2)), 'f32[2]'],
    ['bind-without-rows', (e) => e.bind('table', new Float32Array(3)), 'f32[3, B]'],
  ])('%s: %s', async (code, act, text) => {
    const executable = await compile()
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
  ])('order-index: %d, before anything runs', async (index, text) => {
    const executable = await compile()
    executable.bind('x', Float32Array.of(1, 2, 3, 4))
    const act = () => executable.run('accumulate', 1, Int32Array.of(0, index))
    expect(act).toThrow(text)
    expect(act).toThrow(EngineError)
    expect(executable.state('count')[0]).toBe(0)
  })

  it('disposed: everything after `dispose`, which may come twice', async () => {
    const executable = await compile()
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
}
