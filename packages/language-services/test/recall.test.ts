import { describe, expect, test } from 'vitest'
import { analyse, completions, highlight, type Token, type TokenKind } from '../src/index.ts'
import { context } from './support/seen.ts'
import { examples, textOf } from './support/texts.ts'

/** What stands for itself or is the writer's own. */
const own: ReadonlySet<TokenKind> = new Set([
  ...(['comment', 'doc-comment', 'declaration', 'number', 'percent', 'shape', 'string'] as const),
  ...(['bracket', 'separator', 'operator', 'arrow', 'column'] as const),
])

interface Word {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The words of a text, with their dots: `val.loss`. */
function wordsOf(text: string): Word[] {
  const tokens = highlight(text).filter(({ kind }) => !own.has(kind))
  const isBehindDot = ({ span }: Token): boolean => text.charAt(span.start - 1) === '.'
  return tokens
    .filter((token) => !isBehindDot(token))
    .map(({ span: { start, end } }) => {
      const rest = /^(\.[\w-]+)*/.exec(text.slice(end))?.[0] ?? ''
      return { start, end: end + rest.length, text: text.slice(start, end + rest.length) }
    })
}

/** Words that nothing tells where the text is broken off before them, or that a plugin would give. */
const unknowable: Readonly<Record<string, readonly string[]>> = {
  // The outputs come further down.
  'examples/two-headed.mlp': ['@label', '@price'],
  'packages/language/test/syntax/programs/07-two-heads.mlp': ['@label', '@price'],
  'packages/language/test/syntax/programs/08-plugins.mlp': [
    ...['swiglu', 'att.multihead', 'heads', 'causal', 'true'],
  ],
}

describe('of every word of the examples the first letter is enough to be offered it', () => {
  test.each(examples)('%s', (name, text) => {
    const known = { ...context, textOf }
    const missed: string[] = []
    for (const { start, end, text: word } of wordsOf(text)) {
      const offset = start + 1
      // Where the text ends there, and where only the word is missing.
      for (const rest of ['', text.slice(end)]) {
        const offered = completions(analyse(text.slice(0, offset) + rest, known), offset)
        const isOffered = offered.some(({ label }) => label === word)
        if (!isOffered && !(unknowable[name] ?? []).includes(word))
          missed.push(`${word} at ${start}${rest === '' ? ', where the text ends' : ''}`)
      }
    }
    expect(missed).toEqual([])
  })
})
