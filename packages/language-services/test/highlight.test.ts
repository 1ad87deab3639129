import { directiveArguments, directiveNames, reservedWords } from '@chainrule/language'
import { describe, expect, test } from 'vitest'
import { analyse, highlight } from '../src/index.ts'
import { argumentWord, wordInfo } from '../src/words.ts'
import { context } from './support/seen.ts'

const seen = (text: string): string =>
  highlight(text)
    .map(({ kind, span }) => `${text.slice(span.start, span.end)}:${kind}`)
    .join(' ')

describe('every piece of a text has the colour of what it is', () => {
  test.each<[text: string, kinds: string]>([
    ['dense 16 relu', 'dense:layer 16:number relu:word'],
    [
      'dense 1 -> att.heads 2',
      'dense:layer 1:number ->:arrow att:layer .:separator heads:layer 2:number',
    ],
    ['conv 8 3x3 pad=same', 'conv:layer 8:number 3x3:shape pad:argument =:operator same:word'],
    ['dropout 20% // half', 'dropout:layer 20%:percent // half:comment'],
    ['/// Doc\nlet w = 2', '/// Doc:doc-comment let:keyword w:declaration =:operator 2:number'],
    ['dense 1 as y', 'dense:layer 1:number as:keyword y:declaration'],
    ['loss mse on @y', 'loss:directive mse:word on:keyword @y:reference'],
    [
      'data csv "a" { target x }',
      'data:directive csv:word "a":string {:bracket target:directive x:column }:bracket',
    ],
    [
      'optimizer adam schedule=cosine(total=9)',
      'optimizer:directive adam:word schedule:argument =:operator cosine:function (:bracket total:argument =:operator 9:number ):bracket',
    ],
    [
      'block c(w) { dense w }\nc 3',
      'block:keyword c:declaration (:bracket w:declaration ):bracket {:bracket dense:layer w:word }:bracket c:block 3:number',
    ],
    ['norm bias=true; $', 'norm:layer bias:argument =:operator true:boolean ;:separator $:unknown'],
    ['dense 16 /* open', 'dense:layer 16:number /* open:comment'],
  ])('%s', (text, kinds) => {
    expect(seen(text)).toBe(kinds)
    expect(highlight(analyse(text, context))).toEqual(highlight(text))
  })
})

test('every word among the arguments of a directive is documented', () => {
  const missing = directiveNames.flatMap((directive) => {
    const { arguments: positional = {}, options = {} } = directiveArguments(directive) ?? {}
    return Object.entries({ ...positional, ...options }).flatMap(([name, { schema }]) =>
      wordsOf(schema)
        .filter((word) => argumentWord(directive, name, word) === undefined)
        .map((word) => `${directive} ${name} ${word}`),
    )
  })
  expect(missing).toEqual([])
})

function wordsOf({
  enum: words,
  anyOf,
}: {
  readonly enum?: unknown
  readonly anyOf?: unknown
}): string[] {
  const parts = Array.isArray(anyOf) ? (anyOf as { enum?: unknown }[]) : []
  return [...(Array.isArray(words) ? (words as string[]) : []), ...parts.flatMap(wordsOf)]
}

test('every word of the language is documented', () => {
  const own = new Set(['true', 'false'])
  const words = [...directiveNames, ...reservedWords].filter((word) => !own.has(word))
  expect(words.filter((word) => !wordInfo.has(word))).toEqual([])
})
