import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Counts } from '../vitest/count-reporter.ts'

const workshop = join(import.meta.dirname, '..')
let made: string
let output: string
let status: number | null

const files: Readonly<Record<string, string>> = {
  'passes.test.ts': `
    import { expect, it, vi } from 'vitest'
    it('is right', () => expect(1).toBe(1))
    it('expects its warning', () => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
      console.warn('known')
      expect(warn).toHaveBeenCalledOnce()
    })
    it.skip('waits', () => {})`,
  'fails.test.ts': `
    import { expect, it } from 'vitest'
    it('is wrong', () => expect(1).toBe(2))
    it('warns', () => console.warn('a surprise'))
    it('complains', () => console.error('a mishap'))`,
  'breaks.test.ts': "throw new Error('cannot be loaded')",
  'leaks.test.ts': `
    import { expect, it } from 'vitest'
    it('rejects later', () => {
      Promise.reject(new Error('nobody waits'))
      expect(1).toBe(1)
    })`,
}

beforeAll(() => {
  mkdirSync(join(workshop, '.results'), { recursive: true })
  made = mkdtempSync(join(workshop, '.results/made-'))
  mkdirSync(join(made, 'test'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, 'test', name), text)
  const config = join(workshop, 'vitest.config.ts')
  const run = spawnSync('vitest', ['run', '--root', made, '--config', config], { encoding: 'utf8' })
  output = run.stdout + run.stderr
  status = run.status
}, 60_000)
afterAll(() => rmSync(made, { recursive: true }))

describe('what every test run shares', () => {
  it('fails the run', () => {
    expect(status).toBe(1)
  })

  it('fails the test that warns unexpectedly, and says what it warned of', () => {
    expect(output).toContain('console.warn: a surprise')
    expect(output).toContain('console.error: a mishap')
  })

  it('counts tests, files that do not load and errors outside of tests', () => {
    const counts = JSON.parse(readFileSync(join(made, '.results/tests.json'), 'utf8')) as Counts
    // passed: is right, expects its warning, rejects later
    // failed: is wrong, warns, complains; breaks.test.ts; the lost rejection
    expect(counts).toEqual({ passed: 3, failed: 5, skipped: 1 })
  })
})
