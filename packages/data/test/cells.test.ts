/** Numbers are read by hand where that is faster, and to the same bit. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { numberOf } from '../src/cells.ts'

/** What a number may look like, said once more. */
const isDecimal = (text: string): boolean =>
  /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text)

const expected = (text: string): number | undefined => (isDecimal(text) ? Number(text) : undefined)

describe('a decimal', () => {
  test.each([
    ...['0', '-0', '+0', '0.1', '.5', '5.', '-.5', '+1.50', '007', '1e3', '1E-3', ' 12 ', '\t3.5'],
    ...[
      '9007199254740993',
      '999999999999999',
      '0.00000000000001',
      '123456789012.345',
      '1.7976931348623157e308',
    ],
    ...[
      '',
      '-',
      '+',
      '.',
      '-.',
      '1.2.3',
      '1-2',
      '--1',
      '1,5',
      '0x10',
      '1_000',
      '5 %',
      '１２',
      '1 2',
      'e5',
      '1e',
    ],
  ])('%j is read as `Number` reads it, or not at all', (text) => {
    expect(numberOf(text)).toBe(expected(text))
  })

  test('of any digits has the bits that `Number` gives', () => {
    const digits = fc.stringMatching(/^\d{0,12}$/)
    const text = fc.tuple(fc.constantFrom('', '-', '+'), digits, fc.constantFrom('', '.'), digits)
    fc.assert(
      fc.property(text, (parts) => {
        const cell = parts.join('')
        expect(numberOf(cell)).toBe(expected(cell))
      }),
      { numRuns: 5000, seed: 20261123 },
    )
  })
})
