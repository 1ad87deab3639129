/** Any number of threads gives the bits of one; a thread that is lost is an error, not a hang. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import workerThreads from 'node:worker_threads'
import { B, createOps, optimise, type Program, Trace } from '@chainrule/program'
import { programSeeds, randomProgram } from '@chainrule/program/testing/random-program'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { wasmEngine } from '../src/index.ts'
import { results } from './agreement.ts'

const seeds = programSeeds(8)

describe.each([2, 3, 7])('%i threads', (threads) => {
  const engine = wasmEngine({ threads })
  const alone = wasmEngine()

  it('give the bits of one on random programs', async () => {
    for (const seed of seeds) {
      const program = optimise(randomProgram(seed, { maxBatch: 13 }))
      const expected = await results(program, alone, seed)
      const differing = [...(await results(program, engine, seed))].flatMap(([name, values]) => {
        const other = expected.get(name)
        const same =
          values.length === other?.length && values.every((x, i) => Object.is(x, other[i]))
        return same ? [] : [name]
      })
      expect(differing, `seed ${seed}`).toEqual([])
    }
  })
})

/** y = x · weight and weight ← weight − 0.1 xᵀ y for 64 rows: work that two threads share. */
function training(): Program {
  const trace = new Trace()
  const ops = createOps(trace)
  const x = trace.source('input', 'x', { dtype: 'f32', shape: [B, 96] })
  const weight = trace.source('state', 'weight', { dtype: 'f32', shape: [96, 96] })
  const y = ops.dot(x, weight, { contract: [[1], [0]] })
  const step = ops.mul(ops.dot(x, y, { contract: [[0], [0]] }), 1e-4)
  const entries = { step: trace.entry({ y }, { weight: ops.sub(weight, step) }) }
  const state = { weight: { type: weight.type, kind: 'parameter' } } as const
  return { version: 1, maxBatch: 64, inputs: { x: x.type }, state, entries }
}

describe('threads that come and go', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  })

  /** An executable on two threads, and the one that it has started. */
  async function started() {
    const workers: workerThreads.Worker[] = []
    const real = process.getBuiltinModule('node:worker_threads').Worker
    class Watched extends real {
      constructor(...given: ConstructorParameters<typeof real>) {
        super(...given)
        workers.push(this)
      }
    }
    vi.spyOn(workerThreads, 'Worker', 'get').mockReturnValue(Watched)
    const executable = await wasmEngine({ threads: 2 }).compile(training())
    const [worker] = workers
    if (worker === undefined) throw new Error('no thread was started')
    return { executable, worker }
  }

  it('say so when one has ended between two runs', async () => {
    const { executable, worker } = await started()
    executable.run('step', 64)
    await worker.terminate()
    expect(() => executable.run('step', 64)).toThrow(
      expect.objectContaining({ code: 'thread-lost' }),
    )
    executable.dispose()
  })

  it('give up waiting for one that ends in the middle of a run', async () => {
    const { executable, worker } = await started()
    executable.run('step', 64)
    // The thread ends while this one is at work; nobody hears of it before the run is over.
    void worker.terminate()
    const until = () => {
      for (;;) executable.run('step', 64)
    }
    expect(until).toThrow(expect.objectContaining({ code: 'thread-lost' }))
    expect(() => executable.run('step', 64)).toThrow('does not answer')
    executable.dispose()
  })

  it('end with an executable that is left without `dispose`', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const ended = vi.fn()
    const leave = async () => {
      const { executable, worker } = await started()
      worker.once('exit', ended)
      executable.run('step', 64)
    }
    await leave()
    await vi.waitFor(
      () => {
        collect()
        expect(ended).toHaveBeenCalled()
      },
      { timeout: 5000, interval: 50 },
    )
  })

  it('are one where memory cannot be shared, which is said once', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined)
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const [engine] = [wasmEngine({ threads: 4 }), wasmEngine({ threads: 4 })]
    expect(engine.threads).toBe(1)
    expect(warned.mock.calls).toEqual([[expect.stringContaining('one thread instead of 4')]])
    const executable = await engine.compile(training())
    executable.run('step', 64)
    expect(executable.state('weight')).toHaveLength(96 * 96)
    executable.dispose()
  })

  it('are a whole number that makes sense', () => {
    for (const threads of [0, 1.5, 65, Number.NaN]) {
      expect(() => wasmEngine({ threads })).toThrow(
        expect.objectContaining({ code: 'threads-range' }),
      )
    }
  })
})
