/**
 * What a command may do to the outside: the streams, and how they look. Tests give one of their own. It loads nothing of ours,
 * as it is there before Ctrl-C is heard.
 */
import { styleText } from 'node:util'
import type { ReportedError } from './errors.ts'

export interface Console {
  /** What was asked for. */
  out(text: string): void
  /** What is said beside it. */
  err(text: string): void
  /** Whether a person watches `err`, so that a line may be updated in place. */
  readonly live: boolean
  readonly color: boolean
  readonly columns: number
  /** Aborted by a Ctrl-C that was held. */
  readonly signal: AbortSignal
  /** From here on there is work to keep whole: Ctrl-C aborts `signal`. Until then it ends the process. */
  holdInterrupts(): void
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** The text with a style, where the console shows styles. */
export function styled(
  console: Pick<Console, 'color'>,
  style: Style | Style[],
  text: string,
): string {
  return console.color ? styleText(style, text, { validateStream: false }) : text
}

/** Known before commander reads the arguments, so that what it refuses is told in the format too. */
export function formatOf(args: readonly string[]): string {
  const json = args.some(
    (word, i) => word === '--format=json' || (word === 'json' && args[i - 1] === '--format'),
  )
  return json ? 'json' : 'text'
}

/** `error[code]: message`, and what to do; with `--format json` a record among the others. All words are ours or printable. */
export function printOwnError(console: Console, error: ReportedError, format: string): void {
  const { code, message, help } = error
  if (format === 'json') {
    console.out(`${JSON.stringify({ type: 'error', ...error })}\n`)
    return
  }
  const head = styled(console, ['red', 'bold'], `error[${code}]`)
  console.err(`${head}: ${message}\n`)
  if (help !== undefined) console.err(`  = help: ${help}\n`)
}

/** Columns of a table, each as wide as its widest cell; numbers stand to the right. */
export function table(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) =>
        right.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return rows.map((row) => `${line(row)}\n`).join('')
}
