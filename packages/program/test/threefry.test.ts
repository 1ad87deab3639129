/** Threefry against the known answers of Random123, and the statistics of what is drawn with it. */
import { describe, expect, test } from 'vitest'
import { draw24, drawKey, fillDraws, threefry2x32 } from '../src/math/threefry.ts'

function words(key0: number, key1: number, counter0: number, counter1: number): string {
  const pair = new Int32Array(2)
  threefry2x32(key0, key1, counter0, counter1, pair)
  return Array.from(new Uint32Array(pair.buffer), (word) => word.toString(16)).join(' ')
}

describe('threefry2x32', () => {
  test.each([
    ['zeros', 0, 0, 0, 0, '6b200159 99ba4efe'],
    ['ones', 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, '1cb996fc bb002be7'],
    ['ones as −1', -1, -1, -1, -1, '1cb996fc bb002be7'],
    ['digits of π', 0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 'c4923a9c 483df7a0'],
  ])('gives the known answer for %s', (_, key0, key1, counter0, counter1, expected) => {
    expect(words(key0, key1, counter0, counter1)).toBe(expected)
  })
})

function draws(firstRow: number, rows: number, elements: number, site = 3, step = 7): Int32Array {
  const out = new Int32Array(rows * elements)
  fillDraws(out, 42, site, step, 0, firstRow, rows, elements)
  return out
}

describe('draws', () => {
  test('of two parts of a batch are the draws of the whole', () => {
    const parts = [...draws(100, 5, 13), ...draws(105, 11, 13)]
    expect(parts).toEqual([...draws(100, 16, 13)])
  })

  test('are each a function of seed, site, step, row and element', () => {
    const pair = new Int32Array(2)
    drawKey(42, 3, 7, 0, pair)
    const [key0 = 0, key1 = 0] = pair
    expect(draw24(key0, key1, 102, 4, pair)).toBe(draws(100, 5, 13)[2 * 13 + 4])
  })

  test('differ from site to site and from step to step', () => {
    const base = draws(0, 100, 10)
    for (const other of [draws(0, 100, 10, 4), draws(0, 100, 10, 3, 8), draws(100, 100, 10)]) {
      const equal = base.filter((value, i) => value === other[i]).length
      expect(equal).toBeLessThan(3)
    }
  })

  test('tell the high word of the step from the low word', () => {
    const low = new Int32Array(4)
    const high = new Int32Array(4)
    fillDraws(low, 1, 2, 5, 0, 0, 1, 4)
    fillDraws(high, 1, 2, 0, 5, 0, 1, 4)
    expect([...low]).not.toEqual([...high])
  })

  test('leave what lies behind them alone', () => {
    const out = new Int32Array(7).fill(-1)
    fillDraws(out, 1, 2, 3, 0, 0, 2, 3)
    expect(out.indexOf(-1)).toBe(6)
  })

  test('of no rows or no elements are none', () => {
    expect(draws(0, 0, 5)).toHaveLength(0)
    expect(draws(0, 5, 0)).toHaveLength(0)
  })
})

describe('statistics of 200,000 draws', () => {
  const sample = draws(0, 2000, 100)
  const unit = Float64Array.from(sample, (value) => (value + 0.5) / 16777216)
  const mean = unit.reduce((sum, u) => sum + u, 0) / unit.length

  test('they are integers of 24 bits, and use both ends', () => {
    expect(Math.min(...sample.slice(0, 50_000))).toBeLessThan(2000)
    expect(sample.every((value) => value >= 0 && value < 16777216)).toBe(true)
    expect(Math.max(...sample.slice(0, 50_000))).toBeGreaterThan(16777216 - 2000)
  })

  test('their mean is a half and their variance a twelfth, within four deviations', () => {
    const variance = unit.reduce((sum, u) => sum + (u - mean) * (u - mean), 0) / unit.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / unit.length))
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / unit.length))
  })

  test.each([
    ['high', 16],
    ['low', 0],
  ])('their eight %s bits are uniform by chi-square', (_, shift) => {
    const counts = new Int32Array(256)
    for (const value of sample)
      counts[(value >>> shift) & 255] = (counts[(value >>> shift) & 255] ?? 0) + 1
    const expected = sample.length / 256
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 255 degrees of freedom: mean 255, deviation 22.6.
    expect(chiSquare).toBeGreaterThan(255 - 4 * 22.6)
    expect(chiSquare).toBeLessThan(255 + 4 * 22.6)
  })

  test('neighbours along a row and down a column are uncorrelated', () => {
    for (const lag of [1, 100]) {
      let sum = 0
      for (let i = lag; i < unit.length; i++)
        sum += ((unit[i] ?? 0) - mean) * ((unit[i - lag] ?? 0) - mean)
      expect(Math.abs(sum / unit.length) * 12).toBeLessThan(4 / Math.sqrt(unit.length))
    }
  })
})
