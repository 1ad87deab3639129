/** `chainrule check --fix`: mends in the file what has one plain way to be mended. */
import { applyFixes, codes, fixable, SourceText } from '@chainrule/language'
import type { AnyDiagnostic } from '../diagnostics.ts'
import { replaceText } from '../files.ts'
import type { Opened } from '../open.ts'
import { type Console, styled } from './console.ts'

/** Opens another text in the file's place. */
type Look = (text: string) => Promise<Opened>

interface Fix {
  readonly code: string
  readonly message: string
  readonly line: number
  readonly column: number
}

interface Mended {
  readonly opened: Opened
  readonly fixes: readonly Fix[]
}

const mostRounds = 8
// How often the text is opened to find out which of several edits does harm.
const mostTries = 40

/**
 * Writes the mended text and tells what was mended; what is left is in the result. Texts that have an error which the file
 * did not have are not written: then the edits are tried one by one, and those that do no harm are taken.
 */
export async function fix(
  console: Console,
  opened: Opened,
  format: string,
  look: Look,
): Promise<Opened> {
  if (fixable(inFile(opened)).length === 0) return opened
  const all = await inRounds(opened, look)
  const harm = newErrors(opened, all.opened)
  const best = harm.length === 0 ? all : await oneByOne(opened, look)
  if (best.opened.text !== opened.text) replaceText(opened.file, best.opened.text)
  tell(console, opened.file, best.fixes, format)
  if (harm.length > 0) tellHarm(console, opened.file, harm, format)
  return best.opened
}

/** What is to be mended in the file itself; those that it uses are mended by `--fix` of their own. */
function inFile({ text, diagnostics }: Opened): AnyDiagnostic[] {
  return diagnostics.filter(({ edits }) => edits.every(({ span }) => span.end <= text.length))
}

const ofWords: ReadonlySet<string> = new Set(['edition and file', 'syntax', 'names', 'arguments'])

/**
 * What may be mended of a text that was mended already: what the first look showed, and mistakes of words. What a mend shows
 * of the model, such as that its last layer has another width than the target, may be the mend's own doing.
 */
function safelyMended(first: Opened, now: Opened): AnyDiagnostic[] {
  const shown = new Set(first.diagnostics.map(({ code, message }) => `${code} ${message}`))
  return inFile(now).filter(
    ({ code, message }) =>
      shown.has(`${code} ${message}`) ||
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

function tell(console: Console, file: string, fixes: readonly Fix[], format: string): void {
  for (const { code, message, line, column } of fixes) {
    const place = `${file}:${line}:${column}`
    if (format === 'json')
      console.out(`${JSON.stringify({ type: 'fixed', file, line, column, code, message })}\n`)
    else console.out(`${styled(console, 'green', 'fixed')} ${place} [${code}] ${message}\n`)
  }
}

function tellHarm(
  console: Console,
  file: string,
  harm: readonly AnyDiagnostic[],
  format: string,
): void {
  const [{ code = '', message = '' } = {}] = harm
  if (format === 'json')
    console.out(`${JSON.stringify({ type: 'not-fixed', file, because: { code, message } })}\n`)
  else console.err(`left alone what, once mended, shows another error: [${code}] ${message}\n`)
}
