import { genericOptions, reservedWords } from '@chainrule/core'
import {
  type Body,
  type Comment,
  type File,
  type Let,
  layerName,
  type Name,
  type Node,
  type Parameter,
  walk,
} from '../ast.ts'
import { pathText } from './evaluate.ts'

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
  /** Constants and parameters, wherever they are declared. */
  readonly declared: readonly (Let | Parameter)[]
}

/** Words and references are gathered where they are asked for: most texts name nothing that could be unused. */
export function survey({ body, comments }: File): Survey {
  let found: Mentioned | undefined
  const mentioned = (): Mentioned => {
    found ??= mentionedIn(body)
    return found
  }
  return {
    damaged: comments.some(isUnclosed) || isDamaged(body),
    get references() {
      return mentioned().references
    },
    get words() {
      return mentioned().words
    },
    get layers() {
      return mentioned().layers
    },
    get declared() {
      return mentioned().declared
    },
  }
}

/** What stands in it may have been meant as text. */
const isUnclosed = ({ style, text }: Comment): boolean =>
  style === 'block' && (text.length < 4 || !text.endsWith('*/'))

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

type Mentioned = Omit<Survey, 'damaged'>

/** The references, words and layers inside a node. */
export function mentionedIn(node: Node): Mentioned {
  const references = new Set<string>()
  const words = new Set<string>()
  const layers = new Set<string>()
  const declared: (Let | Parameter)[] = []
  walk(node, (inner) => {
    if (inner.kind === 'reference') references.add(inner.name.text)
    if (inner.kind === 'word' || inner.kind === 'call') addWords(words, pathText(inner.path))
    if (inner.kind === 'let' || inner.kind === 'parameter') declared.push(inner)
    if (inner.kind === 'layer') layers.add(layerName(inner))
  })
  return { references, words, layers, declared }
}

/** The parts of `width-1` count too: it was meant as a subtraction. */
function addWords(words: Set<string>, text: string): void {
  words.add(text)
  if (text.includes('-')) for (const part of text.split('-')) words.add(part)
}

/** Whether it was said that a name is not one, so that it is no wonder that nothing reads it. */
export const isReserved = ({ text }: Name): boolean =>
  reservedWords.includes(text) || genericOptions.some((each) => each === text)

/**
 * The constants and parameters that no word of the file names. A word counts wherever it stands, also in what could not be
 * resolved, so that no warning follows from an error.
 */
export function unusedConstants({ declared, words }: Survey): readonly (Let | Parameter)[] {
  return declared.filter(({ name, span, kind }) => {
    const isBare = kind === 'let' && span.start === name.span.start
    return !isBare && !isReserved(name) && !words.has(name.text)
  })
}
