import { modelCodes } from './resolve/model-codes.ts'
import { nameCodes } from './resolve/name-codes.ts'
import { trainingCodes } from './resolve/training-codes.ts'
import { useCodes } from './resolve/use-codes.ts'
import { syntaxCodes } from './syntax-codes.ts'

/**
 * Every diagnostic's code: severity, title and explanation, from the tables of the stages. `chainrule explain CODE` and
 * the documentation are made from it. A code, once published, keeps its name and meaning.
 */

export type Severity = 'error' | 'warning' | 'note'

/** What a diagnostic is about. */
export type CodeGroup =
  | 'edition and file'
  | 'syntax'
  | 'names'
  | 'arguments'
  | 'pipelines'
  | 'shapes'
  | 'data'
  | 'training'
  | 'limits'
  // Of errors that are no mistakes in a text; the packages that give them have the tables.
  | 'command'
  | 'library'
  | 'plugins'
  | 'engines'

/** What a diagnostic means: for `chainrule explain`, and for the documentation. */
export interface CodeEntry {
  readonly severity: Severity
  readonly group: CodeGroup
  readonly title: string
  readonly explanation: string
  /** A text that gives this diagnostic. */
  readonly wrong?: string
  /** The same, mended. */
  readonly right?: string
}

const entries = { ...syntaxCodes, ...nameCodes, ...useCodes, ...modelCodes, ...trainingCodes }

/** A diagnostic's stable code. */
export type Code = keyof typeof entries

/** The table of all codes. */
export const codes: Readonly<Record<Code, CodeEntry>> = entries
