import { type Edit, format, type Lexeme, lexemes } from '@chainrule/language'

/**
 * The edits that make a text what `chainrule fmt` writes. None of them touches a word or a comment, only what stands between
 * two, so that a cursor stays where it is in its word. A text with errors of syntax is left alone.
 */
export function formatting(text: string): Edit[] {
  const formatted = format(text)
  if (formatted === text) return []
  const [before, after] = [solid(text), solid(formatted)]
  // A block comment may have got other line breaks; then all is written anew.
  if (!isSame(text, before, formatted, after)) return editBetween(text, formatted)
  const edits: Edit[] = []
  for (let i = 0; i <= before.length; i++) {
    const span = gap(text, before, i)
    const { start, end } = gap(formatted, after, i)
    edits.push(...trimmed(text, span, formatted.slice(start, end)))
  }
  return edits
}

/** All but `;`, which may become a line break. */
const solid = (text: string): Lexeme[] =>
  lexemes(text).filter(({ kind, span }) => kind !== 'separator' || text.charAt(span.start) !== ';')

function isSame(
  text: string,
  before: readonly Lexeme[],
  formatted: string,
  after: readonly Lexeme[],
): boolean {
  const image = (of: string, { span }: Lexeme): string => of.slice(span.start, span.end).trimEnd()
  return (
    before.length === after.length &&
    before.every((each, i) => {
      const other = after[i]
      return other !== undefined && image(text, each) === image(formatted, other)
    })
  )
}

/** What stands before a lexeme; before the one after the last, the end of the text. */
function gap(text: string, found: readonly Lexeme[], i: number): { start: number; end: number } {
  const left = found[i - 1]
  // Blanks at the end of a line comment stand between, too.
  const start =
    left === undefined
      ? 0
      : left.span.start + text.slice(left.span.start, left.span.end).trimEnd().length
  return { start, end: found[i]?.span.start ?? text.length }
}

/** The edit that makes a text another one, without what both begin and end with; none where they are the same. */
export const editBetween = (text: string, other: string): Edit[] =>
  trimmed(text, { start: 0, end: text.length }, other)

/** The edit that writes another text over a span, without what both begin and end with; none where they are the same. */
function trimmed(
  text: string,
  { start, end }: { start: number; end: number },
  other: string,
): Edit[] {
  const own = text.slice(start, end)
  if (own === other) return []
  const shorter = Math.min(own.length, other.length)
  let [front, back] = [0, 0]
  while (front < shorter && own.charAt(front) === other.charAt(front)) front++
  while (back < shorter - front && own.at(-1 - back) === other.at(-1 - back)) back++
  const span = { start: start + front, end: end - back }
  return [{ span, text: other.slice(front, other.length - back) }]
}
