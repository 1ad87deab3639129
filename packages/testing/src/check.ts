/** A check: one thing that must hold of a layer, looked at in one case. */
import type { CheckName } from './case.ts'
import type { Finding } from './finding.ts'
import type { Lab } from './lab.ts'

export interface Check {
  readonly name: CheckName
  /** What holds where it passes, in the present tense. */
  readonly title: string
  /** Whether there is anything to look at; where left out, always. */
  applies?(lab: Lab): boolean
  run(lab: Lab): Promise<readonly Finding[]> | readonly Finding[]
}
