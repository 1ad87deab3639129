/** Mends what has one plain way to be mended, in rounds, and makes sure that it does no harm. */
import { applyFixes, codes, fixable, SourceText } from '@chainrule/language'
import type { AnyDiagnostic } from './diagnostics.ts'
import type { Opened } from './open.ts'

/** Opens another text in the file's place. */
export type Look = (text: string) => Promise<Opened>

/** Something that was mended, and where it stood. */
export interface Fix {
  readonly code: string
  readonly message: string
  readonly line: number
  readonly column: number
}

interface Mended {
  readonly opened: Opened
  readonly fixes: readonly Fix[]
}

/** A text in which what has one plain repair is mended, and what stood against it. */
export interface MendedText extends Mended {
  /** The errors because of which not everything was mended at once. */
  readonly harm: readonly AnyDiagnostic[]
}

const mostRounds = 8
// How often the text is opened to find out which of several edits does harm.
const mostTries = 40

/**
 * The text with what could be mended. One that has an error which the first did not have is not taken: then the edits are tried
 * one by one, and those that do no harm are taken.
 */
export async function mend(opened: Opened, look: Look): Promise<MendedText> {
  if (fixable(inFile(opened)).length === 0) return { opened, fixes: [], harm: [] }
  const all = await inRounds(opened, look)
  const harm = newErrors(opened, all.opened)
  const best = harm.length === 0 ? all : await oneByOne(opened, look)
  return { ...best, harm }
}

/** What is to be mended in the file itself; those that it uses are mended by `--fix` of their own. */
function inFile({ text, diagnostics }: Opened): AnyDiagnostic[] {
  return diagnostics.filter(({ edits }) => edits.every(({ span }) => span.end <= text.length))
}

const ofWords: ReadonlySet<string> = new Set(['edition and file', 'syntax', 'names', 'arguments'])
/** Codes of the data that are about words of the text. */
const wordsOfData: ReadonlySet<string> = new Set(['generator-unknown', 'generator-argument'])

/**
 * What may be mended of a text that was mended already: what the first look showed, and mistakes of words. What a mend shows
 * of the model, such as that its last layer has another width than the target, may be the mend's own doing.
 */
function safelyMended(first: Opened, now: Opened): AnyDiagnostic[] {
  const shown = new Set(first.diagnostics.map(({ code, message }) => `${code} ${message}`))
  return inFile(now).filter(
    ({ code, message }) =>
      shown.has(`${code} ${message}`) ||
      wordsOfData.has(code) ||
      (Object.hasOwn(codes, code) && ofWords.has(codes[code as keyof typeof codes].group)),
  )
}

/** Mending one thing may show the next. */
async function inRounds(opened: Opened, look: Look): Promise<Mended> {
  let now: Mended = { opened, fixes: [] }
  for (let round = 0; round < mostRounds; round++) {
    const found = round === 0 ? inFile(now.opened) : safelyMended(opened, now.opened)
    const next = await mended(now, fixable(found), look)
    if (next === undefined) break
    now = next
  }
  return now
}

async function oneByOne(opened: Opened, look: Look): Promise<Mended> {
  let now: Mended = { opened, fixes: [] }
  let tries = 0
  for (let again = true; again; ) {
    again = false
    for (const found of safelyMended(opened, now.opened)) {
      if (found.edits.length === 0 || ++tries > mostTries) continue
      const next = await mended(now, [found], look)
      if (next === undefined || newErrors(now.opened, next.opened).length > 0) continue
      now = next
      again = true
      break
    }
  }
  return now
}

async function mended(
  { opened, fixes }: Mended,
  found: readonly AnyDiagnostic[],
  look: Look,
): Promise<Mended | undefined> {
  const text = applyFixes(opened.text, found)
  if (text === opened.text) return undefined
  const source = new SourceText(opened.text)
  const made = found.map(({ code, message, span }) => {
    const { line, column } = source.positionOf(span.start)
    return { code, message, line, column }
  })
  return { opened: await look(text), fixes: [...fixes, ...made] }
}

/**
 * Errors of the language that are in the second and not in the first. What is wrong with the data is no harm of an edit:
 * data are read only where nothing else is wrong.
 */
function newErrors(before: Opened, after: Opened): AnyDiagnostic[] {
  const known = new Map<string, number>()
  const key = ({ code, message }: AnyDiagnostic): string => `${code} ${message}`
  const errors = ({ diagnostics }: Opened): AnyDiagnostic[] =>
    diagnostics.filter(({ severity, code }) => severity === 'error' && Object.hasOwn(codes, code))
  for (const each of errors(before)) known.set(key(each), (known.get(key(each)) ?? 0) + 1)
  return errors(after).filter((each) => {
    const left = known.get(key(each)) ?? 0
    known.set(key(each), left - 1)
    return left <= 0
  })
}
