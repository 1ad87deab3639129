import { describe, expect, it } from 'vitest'
import { overlap, parseTimeRange } from '../../src/resolve/time-range.ts'

const seconds = (text: string): number => Date.parse(text) / 1000

describe('a date of a range', () => {
  const dates: readonly [text: string, start: string, end: string][] = [
    ['2024', '2024-01-01T00:00Z', '2025-01-01T00:00Z'],
    ['2024-02', '2024-02-01T00:00Z', '2024-03-01T00:00Z'],
    ['2024-12', '2024-12-01T00:00Z', '2025-01-01T00:00Z'],
    ['2024-02-29', '2024-02-29T00:00Z', '2024-03-01T00:00Z'],
    ['2024-05-06T07:08', '2024-05-06T07:08Z', '2024-05-06T07:09Z'],
    ['2024-05-06 07:08:09', '2024-05-06T07:08:09Z', '2024-05-06T07:08:10Z'],
    ['2024-05-06T07:08+02:00', '2024-05-06T05:08Z', '2024-05-06T05:09Z'],
    ['2024-05-06T07:08:09Z', '2024-05-06T07:08:09Z', '2024-05-06T07:08:10Z'],
  ]
  for (const [text, start, end] of dates) {
    it(`${text} is from its first to its last moment`, () => {
      const date = { start: seconds(start), end: seconds(end) }
      expect(parseTimeRange(`${text}..`)).toMatchObject({ from: { text, date } })
      expect(parseTimeRange(`..${text}`)).toMatchObject({ to: { text, date } })
    })
  }

  for (const text of [
    '2023-02-29',
    '2024-13',
    '2024-00',
    '2024-01-32',
    '2024-01-01T24:00',
    'May',
    '1.',
  ])
    it(`${text} is none`, () => {
      expect(parseTimeRange(`..${text}`)).toEqual({ wrong: 'bound', text })
    })
})

describe('a range', () => {
  it('may be one of numbers', () => {
    expect(parseTimeRange('-1.5..2e3')).toEqual({
      from: { text: '-1.5', number: -1.5 },
      to: { text: '2e3', number: 2000 },
    })
  })

  it('takes a year as a date and as a number, which the data tell apart', () => {
    expect(parseTimeRange('..2024')).toMatchObject({ to: { number: 2024, date: {} } })
  })

  for (const text of ['', '..', '2024', '2024-01-01 .. ', 'a..'])
    it(`is not ${JSON.stringify(text)}, or it is read without its spaces`, () => {
      const read = parseTimeRange(text)
      expect('wrong' in read).toBe(text !== '2024-01-01 .. ')
    })

  it('has ends of one kind, the first of them earlier', () => {
    expect(parseTimeRange('2024-01..17')).toEqual({ wrong: 'bound', text: '17' })
    expect(parseTimeRange('2024-02..2024-01')).toEqual({ wrong: 'reversed' })
    expect(parseTimeRange('5..4')).toEqual({ wrong: 'reversed' })
    expect(parseTimeRange('2024-01..2024-01')).not.toHaveProperty('wrong')
  })
})

describe('two ranges overlap', () => {
  const pairs: readonly [one: string, other: string, expected: boolean][] = [
    ['..2024-12', '2025-01..', false],
    ['..2024-12', '2024-12..', true],
    ['..2024-12', '2024-12-31..', true],
    ['..2024', '2025..', false],
    ['2024-03..2024-05', '2024-01..2024-02', false],
    ['2024-03..2024-05', '2024-04..2024-04', true],
    ['..10', '11..', false],
    ['..10', '10..', true],
    ['..2024-12', '5..', false],
  ]
  for (const [one, other, expected] of pairs) {
    it(`${one} and ${other}: ${expected}`, () => {
      const [a, b] = [parseTimeRange(one), parseTimeRange(other)]
      if ('wrong' in a || 'wrong' in b) throw new Error('both are ranges')
      expect([overlap(a, b), overlap(b, a)]).toEqual([expected, expected])
    })
  }
})
