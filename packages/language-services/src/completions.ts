import type { Edit } from '@chainrule/language'
import type { Analysis } from './analysis.ts'
import { type Cursor, cursorAt } from './cursor.ts'
import { constantOffers } from './offer-names.ts'
import { referenceOffers } from './offer-references.ts'
import { stageItems, statementItems } from './offer-stages.ts'
import { useOffers } from './offer-use.ts'
import { argumentItems, nameOffers } from './offer-values.ts'
import { around } from './tree.ts'

/** What is offered, for the picture beside it. */
export type CompletionKind =
  | 'layer'
  | 'activation'
  | 'loss'
  | 'optimizer'
  | 'schedule'
  | 'initializer'
  | 'metric'
  | 'reader'
  | 'block'
  | 'keyword'
  | 'directive'
  | 'argument'
  | 'value'
  | 'constant'
  | 'reference'
  | 'column'
  | 'generator'
  | 'source'
  | 'operator'

/** Something that may be written at the cursor. */
export interface Completion {
  readonly label: string
  readonly kind: CompletionKind
  /** In one line how it is written, or what it is: `dense units activation=linear`; empty where that is the label alone. */
  readonly detail: string
  /** A sentence or two. */
  readonly documentation: string
  /** What holds where an argument is left out. */
  readonly default?: string
  /** Writes it in place of the word at the cursor. */
  readonly edit: Edit
}

/** A completion, but for where it is written. */
export interface Offer extends Omit<Completion, 'edit'> {
  /** What is written where that is not the label. */
  readonly text?: string
}

/**
 * What may be written at an offset, the likeliest first. It is not narrowed by what is written of the word already: editors
 * do so, each in its own way. Every text will do, however broken; it never throws.
 */
export function completions(analysis: Analysis, offset: number): Completion[] {
  const cursor = cursorAt(analysis, offset)
  if (cursor === undefined) return []
  const seen = new Set<string>()
  return offersAt(cursor).flatMap(({ text, ...offer }) => {
    const key = `${offer.kind} ${offer.label}`
    if (seen.has(key)) return []
    seen.add(key)
    // What takes no arguments is written as it is called: twice side by side says nothing.
    const detail = offer.detail === offer.label ? '' : offer.detail
    return [{ ...offer, detail, edit: cursor.edit(text ?? offer.label) }]
  })
}

function offersAt(cursor: Cursor): Offer[] {
  const { path, isText } = cursor
  const use = around(path, 'use')
  if (use !== undefined) return useOffers(cursor, use)
  const parent = path.at(isText || cursor.isLost ? -1 : -2)
  if (parent === undefined || cursor.isLost) return []
  switch (parent.kind) {
    case 'layer':
      return parent.as === path.at(-1) ? [] : layerOffers(cursor)
    case 'reference':
      return referenceOffers(cursor)
    case 'word':
    case 'text':
      return valueOffers(cursor)
    // A name before `=` which is there already.
    case 'argument':
      return nameOffers(cursor, parent)
    default:
      return []
  }
}

/** The word begins a stage, and with it perhaps a statement. */
function layerOffers(cursor: Cursor): Offer[] {
  const { path } = cursor
  const stage = path.at(-2)
  const pipeline = path.at(-3)
  if (pipeline?.kind !== 'pipeline') return []
  const isFirst = pipeline.stages[0] === stage
  return isFirst ? statementItems(cursor) : stageItems(cursor)
}

function valueOffers(cursor: Cursor): Offer[] {
  const { path, isText } = cursor
  const argument = around(path, 'argument')
  if (argument !== undefined) return argumentItems(cursor, argument)
  // The value of a constant, the number of copies of `repeat`.
  return isText ? [] : constantOffers(cursor)
}
