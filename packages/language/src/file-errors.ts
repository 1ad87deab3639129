import type { Span } from './ast.ts'
import { type Diagnostic, diagnostic } from './diagnostic.ts'
import { quote } from './quote.ts'

/** What can be wrong with a file as a whole; one builder a code. */

export function unknownEdition(span: Span, image: string): Diagnostic {
  return diagnostic('unknown-edition', span, {
    message: `this version does not know edition ${quote(image)}`,
    label: 'it reads edition 1',
    help: [
      'install a newer version of Chainrule',
      'where the file uses nothing newer, write `mlp 1`',
    ],
  })
}

/** `first` is where the edition stands already. */
export function misplacedEdition(span: Span, number = 0, first?: Span): Diagnostic {
  const isTwice = first !== undefined
  return diagnostic('misplaced-edition', span, {
    message: isTwice ? '`mlp` stands twice' : '`mlp` does not stand first',
    label: 'the edition comes before all statements, once',
    related: isTwice ? [{ span: first, label: 'the edition' }] : [],
    help: isTwice
      ? 'leave it out'
      : 'move it to the first line, or leave it out: no edition means edition 1',
    edits: number === 1 ? [{ span, text: '' }] : [],
  })
}

/** `at` is where the text that could be read ends, `byte` the offset of the first byte that is no UTF-8. */
export function notUtf8(at: number, byte: number, guess: string | undefined): Diagnostic {
  const span = { start: at, end: at }
  return diagnostic('not-utf-8', span, {
    message: `the file is not text in UTF-8${guess === undefined ? '' : `, but perhaps ${guess}`}`,
    label: `byte ${byte} cannot be read`,
    help: 'save it in the encoding UTF-8',
  })
}

/** `way` leads from the file round to itself. */
export function useCycle(span: Span, way: readonly string[]): Diagnostic {
  return diagnostic('use-cycle', span, {
    message:
      way.length === 2
        ? 'the file uses itself'
        : `these files use each other in a circle: ${way.join(' -> ')}`,
    label: way.length === 2 ? 'this very file' : 'the circle closes here',
    help:
      way.length === 2
        ? 'its blocks are known in it without `use`'
        : 'move what both need into a file of its own',
  })
}

export function useTooDeep(span: Span, most: number): Diagnostic {
  return diagnostic('use-cycle', span, {
    message: `more than ${most} files are used`,
    label: `at most ${most} are read`,
    help: 'put blocks that belong together into one file',
  })
}
