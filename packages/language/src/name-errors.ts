import type { Name, Word } from './ast.ts'
import { type Diagnostic, diagnostic } from './diagnostic.ts'
import { listed, quote } from './quote.ts'
import { suggestion } from './suggest.ts'

/** Mistakes that look like good syntax and show only where names are known: the resolver reports them. */

/**
 * A word at the beginning of a statement that is neither a directive's nor a layer's. `meant` are the words of statements
 * that are near to it, `fits` those that may stand here.
 */
export function unknownDirective(
  { span, text }: Name,
  meant: readonly string[],
  fits: readonly string[] = [],
): Diagnostic {
  const { help, edits } = suggestion(span, text, meant)
  const others = fits.length === 0 ? [] : [`here fits ${listed(fits, 'or')}`]
  return diagnostic('unknown-directive', span, {
    message: `unknown directive ${quote(text)}`,
    label: fits.length === 0 ? 'neither a directive nor a layer' : 'not a directive about data',
    help: help.length > 0 ? help : others,
    edits,
  })
}

/** A statement begins with an argument's name; `statement` is how the one begins that takes it: `train epochs=`. */
export function argumentAsDirective({ span, text }: Name, statement: string): Diagnostic {
  const [directive = ''] = statement.split(' ')
  return diagnostic('unknown-directive', span, {
    message: `unknown directive ${quote(text)}`,
    label: `an argument of ${quote(directive)}`,
    help: `write ${quote(`${statement}…`)}`,
  })
}

/** A mistyped word before the braces of `branch`, `residual` or `repeat`. */
export function unknownStage({ span, text }: Name, meant: string): Diagnostic {
  return diagnostic('unknown-layer', span, {
    message: `unknown layer ${quote(text)}`,
    label: 'a layer takes no braces',
    ...suggestion(span, text, [meant]),
  })
}

const textOf = (word: Word): string => word.path.map(({ text }) => text).join('.')

/** `argument` is a positional argument of `layer` that names a layer itself: `dense 16 dropout 20%`. */
export function missingArrow(argument: Word, layer: string): Diagnostic {
  const name = textOf(argument)
  const start = argument.span.start
  return diagnostic('missing-arrow', argument.span, {
    message: `the layer ${quote(name)} stands among the arguments of ${quote(layer)}`,
    label: '`->` is missing before it',
    edits: [{ span: { start, end: start }, text: '-> ' }],
  })
}

/**
 * For a word that means nothing: if it is names and numbers with `-` between them, all of them constants, a
 * subtraction was meant, and this says so. `isConstant` tells the names of constants; `inside` whether the word stands
 * in parentheses or in `let`, where the subtraction needs no parentheses of its own.
 */
export function hyphenReadAsName(
  word: Word,
  isConstant: (name: string) => boolean,
  inside: boolean,
): Diagnostic | undefined {
  const name = textOf(word)
  const terms = subtraction(name, isConstant)
  if (terms === undefined) return undefined
  const right = inside ? terms.join(' - ') : `(${terms.join(' - ')})`
  return diagnostic('hyphen-read-as-name', word.span, {
    message: `${quote(name)} is read as one name`,
    label: 'a subtraction has spaces round `-`',
    help: `write ${quote(right)}`,
    edits: [{ span: word.span, text: right }],
  })
}

/** The terms of `a-b-1`, longest names first, as constants too may hold hyphens. */
function subtraction(name: string, isConstant: (name: string) => boolean): string[] | undefined {
  const parts = name.split('-')
  if (parts.length < 2 || parts.length > 16) return undefined
  const terms: string[] = []
  for (let from = 0; from < parts.length; ) {
    const isTerm = (to: number) => {
      const term = parts.slice(from, to).join('-')
      return isConstant(term) || /^\d+$/.test(term)
    }
    let to = from === 0 ? parts.length - 1 : parts.length
    while (to > from && !isTerm(to)) to--
    if (to === from) return undefined
    terms.push(parts.slice(from, to).join('-'))
    from = to
  }
  return terms
}
