/** Where and with what a run was measured. */
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os'
import type { Engine } from '@chainrule/core'
import type { Plan } from './contest.ts'
import type { Field } from './field.ts'
import { output } from './find.ts'

export interface Circumstances {
  readonly field: Field
  readonly plan: Plan
  readonly engine: Engine
}

/** Name and value of each circumstance. */
export async function circumstances({
  field,
  plan,
  engine,
}: Circumstances): Promise<[string, string][]> {
  const missing = field.missing.map(({ peer, how }) => `${peer.title}: ${how}`)
  return [
    ['date', `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`],
    ['machine', machine()],
    [
      'load at the start',
      loadavg()
        .map((load) => load.toFixed(1))
        .join(' '),
    ],
    ['Node', `${process.version}, V8 ${process.versions.v8}`],
    ['ours', `commit ${await commit()}, engine ${engine.name}: ${engine.details ?? ''}`],
    ['peers', field.versions.join(' · ') || 'none'],
    ...(missing.length === 0 ? [] : [['missing', missing.join(' · ')] as [string, string]]),
    [
      'method',
      `${plan.rounds} alternations at most of ${plan.slice} s each, in turn, medians; ± is half of what lies between the quartiles of the ratios`,
    ],
  ]
}

function machine(): string {
  const all = cpus()
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`
  return `${all[0]?.model.trim() ?? arch()}, ${counted(all.length, 'core')}, ${memory}, ${type()} ${release()} ${arch()}`
}

async function commit(): Promise<string> {
  const [id, changes] = await Promise.all([
    output('git', ['rev-parse', '--short', 'HEAD']),
    output('git', ['status', '--porcelain', '--untracked-files=no']),
  ])
  return id === undefined ? 'unknown' : `${id}${changes === '' ? '' : ' with changes'}`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
