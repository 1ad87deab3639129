/** Refuses a model that needs more memory than there is, at its largest layer and before anything is allocated. */
import { totalmem } from 'node:os'
import type { Engine } from '@chainrule/core'
import type { Experiment } from '@chainrule/language'
import { type MemoryUse, memoryDiagnostic } from './memory.ts'
import type { Opened } from './open.ts'

/** The share of the machine's memory that a model may need. */
const memoryShare = 0.8

/** How much memory an engine can reach. */
type Reach = Pick<Engine, 'memoryLimit'>

/** What the default engine says of itself; `check` does not load it to ask. */
export const defaultReach: Reach = { memoryLimit: 0xc000_0000 }

/** Bytes: of the machine's memory, or what the engine can reach. */
export function memoryLimit({ memoryLimit: reach = Number.POSITIVE_INFINITY }: Reach): number {
  return Math.min(totalmem() * memoryShare, reach)
}

/** What was opened; too large a model is one more mistake in it. */
export function withinMemory(
  opened: Opened,
  useOf: (experiment: Experiment, rows: number | undefined) => MemoryUse,
  engine: Reach = defaultReach,
): Opened {
  const { experiment, data, diagnostics } = opened
  if (experiment === undefined) return opened
  const use = useOf(experiment, data?.encoded.rows)
  const found = memoryDiagnostic(experiment, use, memoryLimit(engine))
  if (found === undefined) return opened
  const all = [...diagnostics, found].toSorted((a, b) => a.span.start - b.span.start)
  return { ...opened, experiment: undefined, diagnostics: all }
}
