import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Counts } from './vitest/count-reporter.ts'

/** One task of a turbo run, as `turbo run --summarize` records it. */
export interface TurboTask {
  readonly task: string
  readonly package: string
  readonly directory: string
  readonly command: string
  readonly execution?: { startTime: number; endTime: number; exitCode: number | null } | null
  readonly cache?: { readonly status: string }
}

/** What one task came to. */
export interface Outcome {
  readonly task: string
  readonly package: string
  readonly counts: Counts
  readonly milliseconds: number
  readonly cached: boolean
}

/** Tasks that count their own tests, and the file in their package where they say how many. */
const counted: Readonly<Record<string, string>> = {
  test: '.results/tests.json',
  'pack:check': '.results/checks.json',
}

/** An outcome that is one check: it holds or it does not. */
export function partOf(task: string, ok: boolean, milliseconds: number): Outcome {
  const counts = { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
  return { task, package: '', counts, milliseconds, cached: false }
}

/**
 * What every task of a turbo run came to. A task that did not run, one that failed without a
 * failed test of its own, and one that left no counts are one failure each. So is an empty run.
 */
export function tally(tasks: readonly TurboTask[], root: string): readonly Outcome[] {
  const real = tasks.filter(({ command }) => command !== '<NONEXISTENT>')
  if (real.length === 0) return [partOf('turbo', false, 0)]
  return real.map((task) => outcome(task, root))
}

function outcome(task: TurboTask, root: string): Outcome {
  const { execution } = task
  const cached = task.cache?.status === 'HIT'
  const ok = execution?.exitCode === 0
  const milliseconds = execution ? execution.endTime - execution.startTime : 0
  const base = { ...partOf(task.task, ok, milliseconds), package: task.package, cached }
  const file = counted[task.task]
  if (file === undefined) return base
  const counts = readCounts(join(root, task.directory, file))
  if (counts === undefined) return { ...base, counts: { passed: 0, failed: 1, skipped: 0 } }
  if (ok || counts.failed > 0) return { ...base, counts }
  return { ...base, counts: { ...counts, failed: 1 } }
}

function readCounts(file: string): Counts | undefined {
  if (!existsSync(file)) return undefined
  try {
    const { passed, failed, skipped } = JSON.parse(readFileSync(file, 'utf8')) as Counts
    const whole = [passed, failed, skipped].every((value) => Number.isSafeInteger(value))
    return whole ? { passed, failed, skipped } : undefined
  } catch {
    return undefined
  }
}

/** The outcomes as lines for a person: a line a task, with failures named by package. */
export function table(outcomes: readonly Outcome[]): string {
  const names = [...new Set(outcomes.map(({ task }) => task))]
  const lines = names.map((name) => {
    const group = outcomes.filter(({ task }) => task === name)
    const total = (key: keyof Counts) => group.reduce((sum, { counts }) => sum + counts[key], 0)
    const seconds = group.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000
    const failing = group.filter(({ counts }) => counts.failed > 0)
    const where = failing.map((part) => part.package || part.task).join(', ')
    const skipped = total('skipped') > 0 ? `, ${total('skipped')} skipped` : ''
    const cached = group.every((part) => part.cached) ? ' (cached)' : ''
    const text = `${total('passed')} passed, ${total('failed')} failed${skipped}`
    return `${name.padEnd(12)}${text}, ${seconds.toFixed(1)} s${cached}${where && `: ${where}`}`
  })
  return `\n${lines.join('\n')}`
}
