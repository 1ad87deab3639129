import { reservedWords } from '@chainrule/core'

/** What the lexer takes for one word. */
export const WORD = '[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*'
const oneWord = new RegExp(`^${WORD}$`)

/** A column's name or another word as a text takes it: in quotes where it is no word, or one of the language's own. */
export function nameText(name: string): string {
  return oneWord.test(name) && !reservedWords.includes(name) ? name : JSON.stringify(name)
}
