import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TurboTask, table, tally } from '../tally.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tally-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const task = (name: string, exitCode: number | undefined): TurboTask => ({
  task: name,
  package: 'made',
  directory: 'packages/made',
  command: 'some command',
  execution: exitCode === undefined ? null : { startTime: 1000, endTime: 3000, exitCode },
  cache: { status: 'MISS' },
})

function writeCounts(text: string, file = 'tests.json') {
  mkdirSync(join(root, 'packages/made/.results'), { recursive: true })
  writeFileSync(join(root, 'packages/made/.results', file), text)
}

function sums(tasks: readonly TurboTask[]) {
  const outcomes = tally(tasks, root)
  const passed = outcomes.reduce((sum, { counts }) => sum + counts.passed, 0)
  const failed = outcomes.reduce((sum, { counts }) => sum + counts.failed, 0)
  return [passed, failed]
}

describe('tally', () => {
  it('counts a check as one', () => {
    expect(sums([task('lint', 0), task('typecheck', 0)])).toEqual([2, 0])
    expect(sums([task('lint', 1), task('typecheck', 0)])).toEqual([1, 1])
  })

  it('counts the tests of a package by its own count', () => {
    writeCounts('{"passed":7,"failed":2,"skipped":1}')
    expect(sums([task('test', 1)])).toEqual([7, 2])
  })

  it('counts the checks of a packed package by its own count', () => {
    writeCounts('{"passed":3,"failed":0,"skipped":0}', 'checks.json')
    expect(sums([task('pack:check', 0)])).toEqual([3, 0])
  })

  it.each([
    ['a task that did not run', task('build', undefined), [0, 1]],
    ['a test run that left no count', task('test', 0), [0, 1]],
    ['a test run that crashed before counting', task('test', 1), [0, 1]],
  ] as const)('counts %s as one failure', (_, made, expected) => {
    expect(sums([made])).toEqual(expected)
  })

  it('counts a failure where a run fails although its tests pass', () => {
    writeCounts('{"passed":7,"failed":0,"skipped":0}')
    expect(sums([task('test', 1)])).toEqual([7, 1])
  })

  it.each(['', '{', '{}', '{"passed":"7","failed":0,"skipped":0}', 'null'])(
    'counts the broken count %j as one failure',
    (text) => {
      writeCounts(text)
      expect(sums([task('test', 0)])).toEqual([0, 1])
    },
  )

  it('counts a run without any task as one failure', () => {
    expect(sums([])).toEqual([0, 1])
    expect(sums([{ ...task('test', 0), command: '<NONEXISTENT>' }])).toEqual([0, 1])
  })
})

describe('table', () => {
  it('names the packages that fail', () => {
    expect(table(tally([task('lint', 1)], root))).toMatch(/lint +0 passed, 1 failed, 2\.0 s: made/)
  })
})
