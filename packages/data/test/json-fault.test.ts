import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonFault } from '../src/json-fault.ts'

/** `|` stands before what is wrong. */
test.each(
  [
    '|',
    '  |',
    '|NaN',
    '|undefined',
    "|'a'",
    '[1, 2|',
    '[1, |,2]',
    '[1,|]',
    '[1 |2]',
    '[1|}',
    '{"a": |NaN}',
    '{|a: 1}',
    '{"a" |1}',
    '{"a": 1,|}',
    '{"a": 1|]',
    '{"a": 1} |{"b": 2}',
    '[{"a": 1},\n{"b": |nope}]',
    '[|"a',
    '["\u007f\u0085\\u00e9\\n", |x]',
  ].map((text) => [text]),
)('%j', (marked) => {
  const at = marked.indexOf('|')
  expect(jsonFault(marked.replace('|', ''))).toBe(at)
})

test('text that breaks off is faulty at its end, or where the last token begins', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, n) => {
      const cut = text.slice(0, n % text.length)
      fc.pre(!isJson(cut))
      const rest = cut.slice(jsonFault(cut))
      expect(rest).toMatch(/^$|^["\w.+-]/)
      expect(`${rest},`).not.toMatch(/^("[^"\\]*"|null|true|false)[\s,]/)
    }),
    { numRuns: 300, seed: 20261123 },
  )
})

test('all JSON is read to its end, also with what follows it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(jsonFault(text)).toBe(text.length)
      expect(jsonFault(`${text} ?`)).toBe(text.length + 1)
    }),
    { numRuns: 300, seed: 20261123 },
  )
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
