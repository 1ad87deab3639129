const longestQuote = 40

/** A control or format character made visible, so that a stranger's file cannot steer the reader's terminal. */
function visible(character: string): string {
  const point = character.codePointAt(0) ?? 0
  if (point < 0x20) return String.fromCodePoint(0x2400 + point)
  if (point === 0x7f) return '\u2421'
  return '\uFFFD'
}

/** Text from a file, safe to print: control and format characters are replaced, tabs too. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, visible)
}

/** Text from a file in backticks, shortened where it is long. */
export function quote(text: string): string {
  const characters = [...text.slice(0, 2 * longestQuote + 2)]
  const shortened =
    characters.length > longestQuote ? `${characters.slice(0, longestQuote - 1).join('')}…` : text
  return `\`${printable(shortened)}\``
}

const longestList = 12

/** `a`, `b` and `c`; of many the first. */
export function listed(names: readonly string[], word = 'and'): string {
  const shown = names.slice(0, longestList).map(quote)
  if (names.length > longestList) return `${shown.join(', ')} …`
  const last = shown.pop() ?? ''
  return shown.length === 0 ? last : `${shown.join(', ')} ${word} ${last}`
}
