import type { Registry } from '@chainrule/core'
import type { Report } from '../diagnostic.ts'
import type { Scope } from './scope.ts'

/** What reading a value or an argument needs to know. */
export interface Context {
  readonly registry: Registry
  readonly scope: Scope
  readonly report: Report
  /** More was reported than is kept, so that looking for what may have been meant is not worth its time. */
  readonly crowded: () => boolean
  /** Statements could not be read, so that a name which seems unknown may be theirs. */
  readonly damaged: boolean
  /** Whether a name that is not known may come from a `use` that could not be read, which was said. */
  readonly mayBeUsed: (name: string) => boolean
}
