import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Outcome, partOf, type TurboTask, table, tally } from './tally.ts'

/*
 * `pnpm test`: everything that must hold, in one turbo run, then the packed packages from outside.
 * Each test counts, and so does each check of each package; `.results/summary` is what CI reads.
 * Flags go to turbo: `pnpm test --force` runs again what did not change.
 */
const root = join(import.meta.dirname, '..')
const runs = join(root, '.turbo/runs')
const tasks = ['lint', 'boundaries', 'picture', 'knip', 'typecheck', 'build', 'test', 'pack:check']
const flagsGiven = process.argv.slice(2)

function turbo(): readonly TurboTask[] {
  rmSync(runs, { recursive: true, force: true })
  const flags = ['--continue=always', '--summarize', '--output-logs=new-only']
  spawnSync('turbo', ['run', ...tasks, ...flags, ...flagsGiven], { cwd: root, stdio: 'inherit' })
  const file = existsSync(runs) ? readdirSync(runs)[0] : undefined
  if (file === undefined) return []
  return (JSON.parse(readFileSync(join(runs, file), 'utf8')) as { tasks: TurboTask[] }).tasks
}

function outside(): Outcome {
  const started = Date.now()
  const { status } = spawnSync('node', [join(root, 'scripts/outside.ts')], { stdio: 'inherit' })
  return partOf('outside', status === 0, Date.now() - started)
}

rmSync(join(root, '.results'), { recursive: true, force: true })
const started = Date.now()
const outcomes = [...tally(turbo(), root), outside()]
const passed = outcomes.reduce((sum, { counts }) => sum + counts.passed, 0)
const failed = outcomes.reduce((sum, { counts }) => sum + counts.failed, 0)
const summary = `${passed} passed, ${failed} failed`
mkdirSync(join(root, '.results'), { recursive: true })
writeFileSync(join(root, '.results/summary'), `${summary}\n`)
console.log(table(outcomes))
console.log(`${Math.round((Date.now() - started) / 1000)} s`)
console.log(summary)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
