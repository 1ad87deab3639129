import type { Span } from '@chainrule/language'
import type { Analysis } from './analysis.ts'
import { cursorAt } from './cursor.ts'
import { describeField, signatureParts } from './describe.ts'
import { type Slot, slotAt, type Taker } from './slots.ts'
import { pathAt } from './tree.ts'

/** What is being written among arguments: all that there are, and which of them it is. */
export interface SignatureHelp {
  /** `conv filters kernel activation=linear …` */
  readonly signature: string
  /** The argument in it that is being written; missing where that is none of them. */
  readonly active: Span | undefined
  /** What that argument takes. */
  readonly documentation: string
}

/** The signature of what takes the argument at an offset; nothing outside of arguments. */
export function signatureHelp(analysis: Analysis, offset: number): SignatureHelp | undefined {
  const slot = slotHere(analysis, offset)
  if (slot?.taker === undefined) return undefined
  const { name, field, taker } = slot
  const { signature, places } = written(taker)
  const active = name === undefined ? undefined : places.get(name)
  return { signature, active, documentation: field === undefined ? '' : describeField(field) }
}

function slotHere(analysis: Analysis, offset: number): Slot | undefined {
  const here = pathAt(analysis.ast, offset)
  const argument = here.at(-2)
  // Its name says which one it is already.
  if (argument?.kind === 'argument' && argument.name === here.at(-1))
    return slotAt([...here.slice(0, -1), argument.value], analysis)
  const cursor = cursorAt(analysis, offset)
  if (cursor === undefined) return slotAt(here, analysis)
  return cursor.isLost ? undefined : slotAt(cursor.path, cursor.marked)
}

function written(taker: Taker): { signature: string; places: ReadonlyMap<string, Span> } {
  const places = new Map<string, Span>()
  let signature = taker.isCall ? `${taker.name}(` : taker.name
  for (const [i, { name, text }] of signatureParts(taker).entries()) {
    if (!taker.isCall) signature += ' '
    else if (i > 0) signature += ', '
    places.set(name, { start: signature.length, end: signature.length + text.length })
    signature += text
  }
  return { signature: taker.isCall ? `${signature})` : signature, places }
}
