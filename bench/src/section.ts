/** A part of a run: what it measures together and tells together. */
import type { Plan } from './contest.ts'
import type { Field } from './field.ts'
import type { Options } from './options.ts'
import type { Outcome } from './result.ts'
import type { Roster } from './roster.ts'

/** What every section is given. */
export interface Run {
  readonly options: Options
  readonly plan: Plan
  readonly field: Field
  /** A folder that is removed after the run. */
  readonly temporary: string
  /** Processes that work again and again, for sections of many small comparisons. */
  readonly kept: Roster
  /** Says what runs now. */
  readonly say: (text: string) => void
}

export interface Picture {
  /** The file's name without its ending. */
  readonly name: string
  /** What it shows, for those who do not see it. */
  readonly text: string
  readonly svg: string
}

export interface Section {
  readonly title: string
  /** Markdown after the title. */
  readonly body: string
  readonly outcomes: readonly Outcome[]
  readonly pictures: readonly Picture[]
}
