/** A control or format character made visible, so that what a stranger wrote cannot steer the reader's terminal. */
function visible(character: string): string {
  const point = character.codePointAt(0) ?? 0
  if (point < 0x20) return String.fromCodePoint(0x2400 + point)
  if (point === 0x7f) return '\u2421'
  return '\uFFFD'
}

/** Text of others, safe to print: control and format characters are replaced, tabs too. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, visible)
}
