/** Refuses a model that needs more memory than there is, at its largest layer and before anything is allocated. */
import { totalmem } from 'node:os'
import type { Experiment } from '@chainrule/language'
import { type MemoryUse, memoryDiagnostic } from '../memory.ts'
import type { Opened } from '../open.ts'

/** The share of the machine's memory that a model may need. */
const memoryShare = 0.8

/** Bytes. */
export const memoryLimit = (): number => totalmem() * memoryShare

/** What was opened; too large a model is one more mistake in it. */
export function withinMemory(
  opened: Opened,
  useOf: (experiment: Experiment, rows: number | undefined) => MemoryUse,
): Opened {
  const { experiment, data, diagnostics } = opened
  if (experiment === undefined) return opened
  const found = memoryDiagnostic(experiment, useOf(experiment, data?.encoded.rows), memoryLimit())
  if (found === undefined) return opened
  const all = [...diagnostics, found].toSorted((a, b) => a.span.start - b.span.start)
  return { ...opened, experiment: undefined, diagnostics: all }
}
