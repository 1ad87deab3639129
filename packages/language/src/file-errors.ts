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

export function misplacedEdition(span: Span): Diagnostic {
  return diagnostic('misplaced-edition', span, {
    message: '`mlp` does not stand first',
    label: 'the edition comes before all statements, once',
    help: 'move it to the first line, or leave it out: no edition means edition 1',
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
