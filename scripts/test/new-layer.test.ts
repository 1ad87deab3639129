import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeLayer } from '../new-layer/write-layer.ts'

const root = join(import.meta.dirname, '../..')
let made: string
let folder: string

/** A root for the new package that sees the real packages, without being part of the workspace. */
beforeAll(() => {
  mkdirSync(join(root, 'scripts/.results'), { recursive: true })
  made = mkdtempSync(join(root, 'scripts/.results/made-'))
  for (const file of ['tsconfig.base.json', 'vitest.base.ts', 'biome.json']) {
    cpSync(join(root, file), join(made, file))
  }
  symlinkSync(join(root, 'scripts'), join(made, 'scripts'))
  folder = writeLayer(made, 'twice-over')
  symlinkSync(join(root, 'scripts/node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rmSync(made, { recursive: true }))

const run = (command: string, ...parameters: string[]) => {
  const { status, stdout, stderr } = spawnSync(command, parameters, {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

describe('a new layer', () => {
  it('compiles', () => {
    expect(run('tsc', '--noEmit')).toEqual({ status: 0, output: '' })
  })

  it('passes its tests', () => {
    const { status, output } = run('vitest', 'run')
    // The kit's for two cases, a refusal, and the numbers by hand.
    const counts = [...output.matchAll(/(\d+) passed/g)].map(([, count]) => Number(count))
    expect(Math.max(...counts)).toBeGreaterThan(20)
    expect(status).toBe(0)
  })

  it('passes the lint', () => {
    const flags = ['--vcs-enabled=false', '--error-on-warnings']
    const { status, output } = run('biome', 'check', ...flags, 'src', 'test', 'package.json')
    expect(output).toMatch(/Checked [1-9]\d* files/)
    expect(status).toBe(0)
  })

  it.each(['', 'Dense', 'max_pool', '../dense', 'a--b', 'pool-'])('refuses the name %j', (name) => {
    expect(() => writeLayer(made, name)).toThrow('lower-case words with hyphens')
  })

  it('refuses a name that is taken', () => {
    expect(() => writeLayer(made, 'twice-over')).toThrow('is there already')
  })
})
