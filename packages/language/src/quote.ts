import { printable } from '@chainrule/core'

export { printable }

const longestQuote = 40

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
