import { applyEdits, format, lexemes } from '@chainrule/language'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatting } from '../src/index.ts'
import { examples } from './support/texts.ts'

describe('a text is formatted by edits that touch no word', () => {
  test.each<[text: string, edits: readonly string[]]>([
    ['dense  16   relu\n', ['6–7 ""', '10–12 ""']],
    ['dense 16->dense 1\n', ['8–8 " "', '10–10 " "']],
    ['dense 1', ['7–7 "\\n"']],
    ['dense 1\n\n\n\nloss mse\n', ['9–11 ""']],
    ['dense 1 // one  \nloss mse\n', ['14–16 ""']],
    ['dense 1;\n', ['7–8 ""']],
    ['dense 1\n', []],
    ['dense (1\n', []],
  ])('%j', (text, edits) => {
    const found = formatting(text).map(
      ({ span, text: put }) => `${span.start}–${span.end} ${JSON.stringify(put)}`,
    )
    expect(applyEdits(text, formatting(text))).toBe(format(text))
    expect(found).toEqual(edits)
  })

  /** An example whose blanks and line breaks are others. */
  const shaken = fc
    .tuple(
      fc.constantFrom(...examples.map(([, text]) => text)),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(' ', '  ', '\n', '\n\n\n', '\t', '; ')), {
        maxLength: 6,
      }),
    )
    .map(([text, puts]) => {
      let shaken = text
      for (const [at, put] of puts) {
        const found = lexemes(shaken)
        const start = found[at % found.length]?.span.start ?? 0
        shaken = shaken.slice(0, start) + put + shaken.slice(start)
      }
      return shaken
    })

  test('however its blanks are, the edits give what `fmt` writes, and words stay whole', () => {
    fc.assert(
      fc.property(shaken, (text) => {
        const edits = formatting(text)
        expect(applyEdits(text, edits)).toBe(format(text))
        for (const { span } of edits)
          for (const { span: word, kind } of lexemes(text))
            if (kind !== 'separator' && kind !== 'comment' && kind !== 'doc')
              expect(span.end <= word.start || span.start >= word.end).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
