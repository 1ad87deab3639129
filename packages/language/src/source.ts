/** A place in a text as people count: lines and characters from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A text with the starts of its lines, which are found once. Lines end at `\n`, `\r\n` or `\r`. */
export class SourceText {
  /** The text itself. */
  readonly text: string
  readonly #starts: number[] = [0]
  // Where the last count of characters ended: asked in order, a megabyte's line is counted once, not once a question.
  #counted = { line: 0, offset: 0, column: 1 }

  constructor(text: string) {
    this.text = text
    for (const lineBreak of text.matchAll(/\r\n|\n|\r/g))
      this.#starts.push(lineBreak.index + lineBreak[0].length)
  }

  /** How many lines the text has; an empty one has one. */
  get lineCount(): number {
    return this.#starts.length
  }

  /** The number of the line, from 1, that holds the offset. */
  lineAt(offset: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }

  /** The offset at which a line begins. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? this.text.length
  }

  /** The offset after a line's last character, its line break left out. */
  endOf(line: number): number {
    const next = this.#starts[line]
    if (next === undefined) return this.text.length
    return this.text.startsWith('\r\n', next - 2)
      ? Math.max(next - 2, this.startOf(line))
      : next - 1
  }

  /** Line and column of an offset; a column counts characters (code points), not UTF-16 units. */
  positionOf(offset: number): Position {
    const line = this.lineAt(offset)
    const start = this.startOf(line)
    const near = this.#counted
    const from = near.line === line && near.offset <= offset ? near : { offset: start, column: 1 }
    let column = from.column
    for (let i = from.offset; i < offset; i++) if (!this.#isLowHalf(i)) column++
    this.#counted = { line, offset, column }
    return { line, column }
  }

  /** Whether the unit at `i` is the second of the two that make one character. */
  #isLowHalf(i: number): boolean {
    const unit = this.text.charCodeAt(i)
    if (unit < 0xdc00 || unit > 0xdfff || i === 0) return false
    const before = this.text.charCodeAt(i - 1)
    return before >= 0xd800 && before <= 0xdbff
  }
}
