import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { chooseEngine, load } from '../src/index.ts'
import { run } from './support/cli.ts'

const rows = Array.from({ length: 60 }, (_, i) => ({ x: i / 30 - 1, y: (i / 30 - 1) ** 2 }))
const xor = fileURLToPath(new URL('../../../examples/xor.mlp', import.meta.url))
const text = 'seed 3\ndense 8 tanh -> dense 1\ntrain epochs=5 batch=16'

describe('chooseEngine', () => {
  it('gives WebAssembly where nothing is asked for, and the reference by name', () => {
    expect(chooseEngine({})).toMatchObject({ name: 'wasm' })
    expect(chooseEngine({ engine: 'js' })).toMatchObject({ name: 'js' })
    expect(chooseEngine({ threads: 2 }).details).toMatch(/2 threads/)
    expect(chooseEngine({ numerics: 'portable' }).details).toMatch(/portable/)
  })

  it.each([
    [{ engine: 'gpu' }, 'engine-unknown'],
    [{ engine: 'js', threads: 2 }, 'engine-option'],
    [{ engine: 'js', numerics: 'fast' }, 'engine-option'],
    [{ threads: 0.5 }, 'threads-range'],
  ] as const)('%j is refused as %s', (choice, code) => {
    expect(() => chooseEngine(choice)).toThrow(expect.objectContaining({ code }))
  })
})

describe('a training', () => {
  const losses = async (choice: Parameters<typeof chooseEngine>[0]): Promise<number> => {
    const trained = await load(text, { engine: chooseEngine(choice) }).fit(rows, { target: 'y' })
    return trained.evaluate(rows).report.loss
  }

  it('has the same bits with any number of threads', async () => {
    const alone = await losses({ numerics: 'portable' })
    expect(await losses({ numerics: 'portable', threads: 2 })).toBe(alone)
    expect(await losses({ numerics: 'portable', threads: 3 })).toBe(alone)
  })

  it('ends where the reference ends, but for rounding', async () => {
    const reference = await losses({ engine: 'js' })
    expect(Math.abs((await losses({})) / reference - 1)).toBeLessThan(1e-3)
  })
})

describe('the command', () => {
  it('says what runs the training', async () => {
    const { out, err } = await run('train', xor, '--epochs', '1', '--threads', '2')
    expect(out + err).toContain('2 threads')
  })

  it('tells an engine that there is not', async () => {
    const { err, code } = await run('train', xor, '--engine', 'gpu')
    expect([code, err]).toEqual([1, expect.stringContaining('engine-unknown')])
  })
})
