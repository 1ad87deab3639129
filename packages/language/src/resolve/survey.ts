import { type Body, type File, type Node, walk } from '../ast.ts'
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
  /** The names of layers and blocks in pipelines, with their prefixes. */
  readonly layers: ReadonlySet<string>
}

/** Words and references are gathered where they are asked for: most texts name nothing that could be unused. */
export function survey({ body }: File): Survey {
  let found: Mentioned | undefined
  const mentioned = (): Mentioned => {
    found ??= mentionedIn(body)
    return found
  }
  return {
    damaged: isDamaged(body),
    get references() {
      return mentioned().references
    },
    get words() {
      return mentioned().words
    },
    get layers() {
      return mentioned().layers
    },
  }
}

/** Only statements and stages say that they are damaged. */
function isDamaged({ statements }: Body): boolean {
  return statements.some((statement) => {
    if (statement.damaged || statement.kind === 'unreadable') return true
    if (statement.kind === 'pipeline')
      return statement.stages.some(
        (stage) => stage.damaged || ('body' in stage && isDamaged(stage.body)),
      )
    return 'body' in statement && statement.body !== undefined && isDamaged(statement.body)
  })
}

type Mentioned = Pick<Survey, 'references' | 'words' | 'layers'>

/** The references, words and layers inside a node. */
export function mentionedIn(node: Node): Mentioned {
  const references = new Set<string>()
  const words = new Set<string>()
  const layers = new Set<string>()
  walk(node, (inner) => {
    if (inner.kind === 'reference') references.add(inner.name.text)
    if (inner.kind === 'word' || inner.kind === 'call') addWords(words, pathText(inner.path))
    if (inner.kind === 'layer')
      layers.add(
        inner.qualifier === undefined
          ? inner.name.text
          : `${inner.qualifier.text}.${inner.name.text}`,
      )
  })
  return { references, words, layers }
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
export function unusedConstants(found: Survey, scopes: readonly Scope[]): ReturnType<Scope['all']> {
  return scopes.flatMap((scope) =>
    scope.all().filter(({ name, bare }) => !bare && !found.words.has(name.text)),
  )
}
