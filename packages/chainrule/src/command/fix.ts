/** `chainrule check --fix`: mends in the file what has one plain way to be mended. */
import type { AnyDiagnostic } from '../diagnostics.ts'
import { replaceText } from '../files.ts'
import { type Fix, type Look, mend } from '../mend.ts'
import type { Opened } from '../open.ts'
import { type Console, styled } from './console.ts'

/** Writes the mended text and tells what was mended; what is left is in the result. */
export async function fix(
  console: Console,
  opened: Opened,
  format: string,
  look: Look,
): Promise<Opened> {
  const { harm, fixes, ...mended } = await mend(opened, look)
  if (mended.opened.text !== opened.text) replaceText(opened.file, mended.opened.text)
  tell(console, opened.file, fixes, format)
  if (harm.length > 0) tellHarm(console, opened.file, harm, format)
  return mended.opened
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
