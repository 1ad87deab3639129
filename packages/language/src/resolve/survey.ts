import { type Node, walk } from '../ast.ts'
import { pathText } from './evaluate.ts'
import type { Scope } from './scope.ts'

/** What a whole tree holds, whether or not it could be resolved. */
export interface Survey {
  /** Something could not be read. */
  readonly damaged: boolean
  /** The names of all references. */
  readonly references: ReadonlySet<string>
  /** All words that may name a constant. */
  readonly words: ReadonlySet<string>
}

export function survey(node: Node): Survey {
  let damaged = false
  const references = new Set<string>()
  const words = new Set<string>()
  walk(node, (inner) => {
    if (inner.kind === 'unreadable' || ('damaged' in inner && inner.damaged)) damaged = true
    if (inner.kind === 'reference') references.add(inner.name.text)
    if (inner.kind === 'word' || inner.kind === 'call') addWords(words, pathText(inner.path))
  })
  return { damaged, references, words }
}

/** The parts of `width-1` count too: it was meant as a subtraction. */
function addWords(words: Set<string>, text: string): void {
  words.add(text)
  if (text.includes('-')) for (const part of text.split('-')) words.add(part)
}

/**
 * The constants that no word of the file names. A word counts wherever it stands, also in what could not be resolved, so
 * that no warning follows from an error.
 */
export function unusedConstants(
  { words }: Survey,
  scopes: readonly Scope[],
): ReturnType<Scope['all']> {
  return scopes.flatMap((scope) => scope.all().filter(({ name }) => !words.has(name.text)))
}
