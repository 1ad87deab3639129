/** What an entry's module weighs, and how long it takes to write one, against the number of layers. */
import type { Entry, Program } from '@chainrule/program'
import { describe, expect, it } from 'vitest'
import { prepareEntry } from '../src/compiled-entry.ts'
import { sharingOf } from '../src/threads/together.ts'
import { deep, mnist, programOf, wide } from './support/networks.ts'

interface Compiling {
  readonly threads: number
  readonly relaxed?: boolean
  readonly rows?: number
}

/** The bytes of an entry's module. */
function moduleBytes(
  program: Program,
  entry: Entry,
  { threads, relaxed = true, rows }: Compiling,
): number {
  const loads = Object.keys(program.inputs)
  const sharing = threads > 1 ? sharingOf(threads) : undefined
  const settings = { features: { relaxed }, sharing, rows, loads }
  const { emitter, tasks } = prepareEntry(program, entry, settings)
  const memory = { minimum: 1, maximum: 65_535, shared: threads > 1 }
  return emitter.emit(tasks, { of: () => 1024 }, [], memory).length
}

function step(program: Program): Entry {
  const entry = program.entries['step']
  if (entry === undefined) throw new Error('no entry step')
  return entry
}

describe('a module', () => {
  const networks = { '784-128-10': mnist, 'three layers of 1024': wide, '100 layers': deep(100) }

  it.each(Object.entries(networks))('of any entry of %s is at most 200 kB', (_, network) => {
    const program = programOf(network)
    for (const [name, entry] of Object.entries(program.entries)) {
      const kinds: readonly Compiling[] = [
        { threads: 1 },
        { threads: 1, rows: 1 },
        ...(name === 'step' ? [{ threads: 1, relaxed: false }, { threads: 4 }] : []),
      ]
      for (const kind of kinds) {
        const bytes = moduleBytes(program, entry, kind)
        expect(bytes, `${name}, ${JSON.stringify(kind)}`).toBeLessThanOrEqual(200_000)
      }
    }
  })
})

/** Of this thread alone: what else the machine does adds nothing. */
function cpuMilliseconds(work: () => void): number {
  const before = process.threadCpuUsage().user
  work()
  return (process.threadCpuUsage().user - before) / 1000
}

describe('compiling', () => {
  /*
   * 400 layers once against 50 layers eight times: about 1 where time is linear in the layers, 8 where it is quadratic.
   * The collection of garbage only ever adds to a time, so the least of a few measurements is the nearest to the truth;
   * more are taken while the ratio seems too large.
   */
  it.each([1, 4])('takes time in proportion to the number of layers, %i threads', (threads) => {
    const limit = 2
    const [few, many] = [50, 400].map((layers) => programOf(deep(layers)))
    if (few === undefined || many === undefined) throw new Error('no programs')
    const compile = (program: Program) => void moduleBytes(program, step(program), { threads })
    const eightTimes = () => {
      for (let i = 0; i < 8; i++) compile(few)
    }
    const least = { few: Number.POSITIVE_INFINITY, many: Number.POSITIVE_INFINITY }
    for (let i = 0; i < 10 && (i === 0 || least.many / least.few > limit / 1.5); i++) {
      least.few = Math.min(least.few, cpuMilliseconds(eightTimes))
      least.many = Math.min(
        least.many,
        cpuMilliseconds(() => compile(many)),
      )
    }
    expect(least.many / least.few).toBeLessThan(limit)
  })
})
