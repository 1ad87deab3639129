import type { Span } from './ast.ts'
import { SourceText } from './source.ts'

/**
 * A text that the main one uses. Its places are counted on from `start`, so that one number says in which text and where:
 * a span, a related place and an edit may each lie in another file.
 */
export interface OtherText {
  readonly text: string
  /** Its name, for people. */
  readonly file: string
  readonly start: number
}

/** The main text, whose places begin at 0, and those that it uses. */
export interface Texts {
  readonly text: string
  readonly file: string
  readonly others?: readonly OtherText[]
}

/** Where the next text's places begin: after the last place of the one before, which is its end. */
export const startAfter = ({ text, others = [] }: Pick<Texts, 'text' | 'others'>): number => {
  const last = others.at(-1) ?? { start: 0, text }
  return last.start + last.text.length + 1
}

/** One of several texts, its lines found. */
export interface LocatedText {
  readonly source: SourceText
  readonly file: string
  readonly start: number
}

/** Finds the text in which a place lies; lines are sought in those texts alone that are asked for. */
export class TextLocator {
  readonly #texts: readonly OtherText[]
  readonly #found = new Map<OtherText, LocatedText>()

  constructor({ text, file, others = [] }: Texts) {
    this.#texts = [{ text, file, start: 0 }, ...others]
  }

  at({ start }: Span): LocatedText {
    const [main] = this.#texts
    const found = this.#texts.findLast((each) => each.start <= start) ?? main
    if (found === undefined) throw new Error('internal: a locator without a text')
    const known = this.#found.get(found)
    if (known !== undefined) return known
    const located = {
      source: new SourceText(found.text),
      file: found.file,
      start: found.start,
    }
    this.#found.set(found, located)
    return located
  }
}

/** A span in the places of its own text. */
export const within = ({ start }: LocatedText, span: Span): Span => ({
  start: span.start - start,
  end: span.end - start,
})
