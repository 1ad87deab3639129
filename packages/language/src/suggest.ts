import { editDistance } from '@chainrule/core'
import type { Span } from './ast.ts'
import type { Edit } from './diagnostic.ts'
import { listed } from './quote.ts'
import { synonymOf } from './synonyms.ts'

/** Of very many names the first are looked at. */
export const maxSuggested = 1000

// Longer words are no slips of the finger, and the distance costs their product.
const longestCompared = 40

/** What a mistyped word may have been meant to be. */
export interface Near {
  /** All that are equally near, in the order of the alphabet. */
  readonly names: readonly string[]
  /** About the edits between the word and each of them. */
  readonly distance: number
}

// Of a word of one or two letters nobody can say what it abbreviates; more than these it does not go on by.
const shortestAbbreviation = 3
// Further than any slip, so that a slip counts for more.
const abbreviated = longestCompared

/**
 * The candidates nearest to a mistyped word, or `undefined` where none is near: at most one edit for three letters. Where
 * none is, those that it abbreviates or goes on from: `optim` for `optimizer`, `dataset` for `data`. Case counts for nothing.
 */
export function near(word: string, candidates: Iterable<string>): Near | undefined {
  if (word.length > longestCompared) return undefined
  const known = synonymOf(word)
  if (known !== undefined)
    for (const name of candidates) if (name === known) return { names: [name], distance: 0 }
  const wanted = word.toLowerCase()
  let distance = Number.POSITIVE_INFINITY
  let names = new Set<string>()
  for (const name of candidates) {
    if (name.length > longestCompared) continue
    const apart = distanceTo(wanted, name.toLowerCase())
    if (apart > distance) continue
    if (apart < distance) names = new Set()
    distance = apart
    if (apart < Number.POSITIVE_INFINITY) names.add(name)
  }
  return names.size === 0 ? undefined : { names: [...names].sort(), distance }
}

function distanceTo(wanted: string, name: string): number {
  const slip = slipFrom(wanted, name)
  if (slip !== undefined) return slip
  const isShort = wanted.length >= shortestAbbreviation && name.startsWith(wanted)
  const isLong = name.length > shortestAbbreviation && wanted.startsWith(name)
  const isNear = isShort || (isLong && wanted.length - name.length <= shortestAbbreviation)
  return isNear ? abbreviated : Number.POSITIVE_INFINITY
}

/** How many edits lead from one word to the other, if they are few enough for a slip. */
function slipFrom(wanted: string, name: string): number | undefined {
  const longer = Math.max(wanted.length, name.length)
  const allowed = Math.max(1, Math.floor(longer / 3))
  if (Math.abs(name.length - wanted.length) > allowed) return undefined
  const distance = editDistance(wanted, name)
  // A word of one or two letters is near to every other of its length.
  if (distance > allowed || distance >= longer) return undefined
  // Of equally near names those are nearer that have all letters of the word: `inpt` lacks one of `input`, and of `init` it
  // has one wrong.
  return distance + foreignLetters(wanted, name) / (2 * longestCompared)
}

/** How many letters of the word the name does not have. */
function foreignLetters(word: string, name: string): number {
  let rest = name
  let foreign = 0
  for (const letter of word) {
    if (rest.includes(letter)) rest = rest.replace(letter, '')
    else foreign++
  }
  return foreign
}

// Of more, none is likely.
const mostSuggested = 3

export interface Suggestion {
  readonly help: string[]
  readonly edits: Edit[]
}

/** Help for a mistyped word, and the edit where only one word can be meant. */
export function suggestion(span: Span, written: string, candidates: Iterable<string>): Suggestion {
  const names = near(written, candidates)?.names ?? []
  const [only, ...others] = names
  if (only === undefined || names.length > mostSuggested) return { help: [], edits: [] }
  const edits = others.length === 0 ? [{ span, text: only }] : []
  return { help: [`did you mean ${listed(names, 'or')}?`], edits }
}
