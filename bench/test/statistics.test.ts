import { describe, expect, test } from 'vitest'
import { median, quantile, spread, summarise } from '../src/statistics.ts'

describe('statistics', () => {
  test.each([
    { values: [3], expected: 3 },
    { values: [5, 1, 3], expected: 3 },
    { values: [4, 1, 2, 3], expected: 2.5 },
    // Sorted as text, 10 would come before 9.
    { values: [10, 9, 100], expected: 10 },
  ])('the median of $values is $expected', ({ values, expected }) => {
    expect(median(values)).toBe(expected)
  })

  test('a quantile between two values is in proportion', () => {
    expect(quantile([0, 10], 0.25)).toBe(2.5)
    expect(quantile([1, 2, 3, 4, 5], 0.75)).toBe(4)
    expect(median([])).toBeNaN()
  })

  test('the spread is half of what lies between the quartiles, by the median', () => {
    expect(spread([8, 9, 10, 11, 12])).toBeCloseTo(0.1)
    expect(spread([7])).toBe(0)
    expect(spread([0, 0])).toBe(0)
  })

  test('the ratio is the median of the pairs, so that a busy moment counts for both', () => {
    const pair = (ours: number, theirs: number) => ({ ours, theirs, ratio: ours / theirs })
    // In the second round the machine was four times as slow for both.
    const summary = summarise([pair(200, 100), pair(50, 25), pair(220, 110)])
    expect(summary).toEqual({ ours: 200, theirs: 100, ratio: 2, spread: 0 })
  })
})
