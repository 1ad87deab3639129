import { describe, expect, test } from 'vitest'
import { difference } from '../src/compare.ts'

describe('difference', () => {
  test.each([
    { name: 'the same', theirs: [2.3, 2.1, 0] },
    { name: 'rounding of float32', theirs: [2.3000004, 2.1000003, 1e-8] },
  ])('$name is no difference', ({ theirs }) => {
    expect(difference([2.3, 2.1, 0], theirs)).toBeUndefined()
  })

  test('a learning rate twice as large shows in the second loss', () => {
    expect(difference([2.3, 2.1, 1.9], [2.3, 1.9, 1.5])).toBe('number 2 is 1.90000, ours 2.10000')
  })

  test.each([
    { name: 'NaN', theirs: [2.3, Number.NaN], message: 'number 2 is NaN, ours 2.10000' },
    { name: 'too few numbers', theirs: [2.3], message: '1 numbers instead of 2' },
  ])('$name is a difference', ({ theirs, message }) => {
    expect(difference([2.3, 2.1], theirs)).toBe(message)
  })
})
