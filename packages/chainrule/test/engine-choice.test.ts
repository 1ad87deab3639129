import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { chooseEngine, defaultEngine, load } from '../src/index.ts'
import { defaultReach, memoryLimit } from '../src/within-memory.ts'
import { folder, records, run } from './support/cli.ts'

const rows = Array.from({ length: 60 }, (_, i) => ({ x: i / 30 - 1, y: (i / 30 - 1) ** 2 }))
const xor = fileURLToPath(new URL('../../../examples/xor.mlp', import.meta.url))
const text = 'seed 3\ndense 8 tanh -> dense 1\ntrain epochs=5 batch=16'

describe('a text that names data', () => {
  it('says that a model in memory reads no files', async () => {
    const text = 'data csv "x.csv" { target y }\ndense 1'
    await expect(load(text).fit()).rejects.toMatchObject({
      code: 'data-none',
      help: expect.stringContaining('loadFile'),
    })
  })
})

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
  it('refuses before training what the default engine cannot reach, and asks another what it can', () => {
    expect(defaultReach.memoryLimit).toBe(defaultEngine.memoryLimit)
    expect(memoryLimit({ memoryLimit: 1000 })).toBe(1000)
    expect(memoryLimit({})).toBeGreaterThan(1e9)
  })

  it('splits by the seed that it is given, as by the same one in the text', async () => {
    const iris = readFileSync(xor.replace('xor.mlp', 'iris.mlp'), 'utf8')
    const made = folder({ 'plain.mlp': iris, 'seeded.mlp': `seed 5\n${iris}` })
    // `npm:` data are looked for from the text's own folder.
    symlinkSync(join(xor, '..', 'node_modules'), join(made.path, 'node_modules'))
    const flags = ['--epochs', '3', '--engine', 'js', '--format', 'json']
    const last = async (name: string, ...more: string[]) => {
      const { out } = await run('train', made.file(name), ...flags, ...more)
      const { seconds: _, ...finished } = JSON.parse(out.trim().split('\n').at(-1) ?? '')
      return finished
    }
    expect(await last('plain.mlp', '--seed', '5')).toEqual(await last('seeded.mlp'))
  })

  it('says as JSON where the model was saved, before what was reached', async () => {
    const made = folder()
    const out = made.file('xor.safetensors')
    const ran = await run('train', xor, '--epochs', '1', '--out', out, '--format', 'json')
    const types = records(ran.out)
    expect(types.at(-2)).toEqual({ type: 'saved', path: out })
    expect(types.at(-1)).toMatchObject({ type: 'finished' })
  })

  it('says what runs the training', async () => {
    const { out, err } = await run('train', xor, '--epochs', '1', '--threads', '2')
    expect(out + err).toContain('2 threads')
  })

  it('tells an engine that there is not', async () => {
    const { err, code } = await run('train', xor, '--engine', 'gpu')
    expect([code, err]).toEqual([1, expect.stringContaining('engine-unknown')])
  })
})
