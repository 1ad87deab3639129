import type { Span } from './ast.ts'
import { printable } from './quote.ts'
import type { SourceText } from './source.ts'

/** A line of a text as a terminal shows it, and where things stand in it. */
export interface Excerpt {
  readonly text: string
  /** The terminal's columns of a span, from 0, at least one wide. */
  columnsOf(span: Span): { readonly from: number; readonly to: number }
}

const tabStop = 4
/** The longest part of a line that is shown, and how much of it stands before the first mark, in characters. */
const longest = 160
const leadIn = 40

/** The line, or of a long one the part round `spans`. */
export function excerpt(source: SourceText, line: number, spans: readonly Span[]): Excerpt {
  const start = source.startOf(line)
  const end = source.endOf(line)
  const first = Math.min(end, ...spans.map((span) => span.start))
  const isLong = end - start > longest
  const from = isLong ? Math.max(start, Math.min(first - leadIn, end - longest)) : start
  const to = isLong ? Math.min(end, from + longest) : end
  const before = from > start ? '…' : ''
  const behind = to < end ? '…' : ''
  const shown = source.text.slice(from, to)
  const columnOf = (offset: number): number => {
    const inside = Math.min(Math.max(offset, from), to)
    return before.length + widthOf(source.text.slice(from, inside))
  }
  return {
    text: `${before}${drawn(shown)}${behind}`,
    columnsOf(span) {
      const column = columnOf(span.start)
      return { from: column, to: Math.max(column + 1, columnOf(span.end)) }
    },
  }
}

/** The text as it is drawn: tabs become spaces, control characters visible. */
function drawn(text: string): string {
  let column = 0
  let result = ''
  for (const character of text) {
    const width = character === '\t' ? tabStop - (column % tabStop) : characterWidth(character)
    result += character === '\t' ? ' '.repeat(width) : printable(character)
    column += width
  }
  return result
}

/** How many columns a text takes, from the beginning of the line. */
function widthOf(text: string): number {
  let column = 0
  for (const character of text)
    column += character === '\t' ? tabStop - (column % tabStop) : characterWidth(character)
  return column
}

const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u

/** East Asian wide characters and emoji take two columns, combining marks none. */
function characterWidth(character: string): number {
  if (character < '\u0300') return 1
  if (/^\p{M}$/u.test(character)) return 0
  return wide.test(character) ? 2 : 1
}
