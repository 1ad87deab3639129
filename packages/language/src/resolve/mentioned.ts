import { type File, type Node, walk } from '../ast.ts'
import { pathText } from './evaluate.ts'
import type { Scope } from './scope.ts'

/** The names of all references in a construct. */
export function referencesIn(node: Node): Set<string> {
  const found = new Set<string>()
  walk(node, (inner) => {
    if (inner.kind === 'reference') found.add(inner.name.text)
  })
  return found
}

/**
 * The constants that no word of the file names. A word counts wherever it stands, also in what could not be resolved, so
 * that no warning follows from an error; and so do the parts of `width-1`, which was meant as a subtraction.
 */
export function unusedConstants(file: File, scopes: readonly Scope[]): ReturnType<Scope['all']> {
  const words = new Set<string>()
  walk(file, (node) => {
    if (node.kind !== 'word' && node.kind !== 'call') return
    const text = pathText(node.path)
    words.add(text)
    for (const part of text.split('-')) words.add(part)
  })
  return scopes.flatMap((scope) => scope.all().filter(({ name }) => !words.has(name.text)))
}
