import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SplitOptions, split } from '../src/split.ts'
import { failure } from './support/errors.ts'

const sizes = (rows: number, options?: SplitOptions): number[] => {
  const { train, validation, test } = split(rows, options)
  return [train.length, validation.length, test.length]
}

test.each<[number, SplitOptions, number[]]>([
  [150, {}, [120, 30, 0]],
  [150, { train: 0.7, validate: 0.15, test: 0.15 }, [105, 23, 22]],
  [150, { test: 0.2 }, [120, 0, 30]],
  [10, { train: 1 }, [10, 0, 0]],
  [10, { train: 0.98, validate: 0.01, test: 0.01 }, [8, 1, 1]],
  [3, { train: 0.98, validate: 0.01, test: 0.01, ordered: true }, [1, 1, 1]],
  [2, { train: 0.1, validate: 0.9 }, [1, 1, 0]],
  [1, {}, [1, 0, 0]],
  [0, {}, [0, 0, 0]],
])('%i rows by %j are %j', (rows, options, expected) => {
  expect(sizes(rows, options)).toEqual(expected)
})

const parts = fc
  .tuple(fc.integer({ min: 1, max: 100 }), fc.nat({ max: 100 }), fc.nat({ max: 100 }))
  .map(([a, b, c]) => {
    const sum = a + b + c
    return { train: a / sum, validate: b / sum, test: c / sum }
  })

describe('laws', () => {
  const check = (rows: number, options: SplitOptions): void => {
    const { train, validation, test } = split(rows, options)
    const all = [...train, ...validation, ...test].sort((a, b) => a - b)
    expect(all).toEqual(Array.from({ length: rows }, (_, row) => row))
    for (const part of [train, validation, test]) expect(part).toEqual(part.slice().sort())
    if (rows === 0) return
    expect(train.length).toBeGreaterThan(0)
    if (rows < 3) return
    if (options.validate !== 0) expect(validation.length).toBeGreaterThan(0)
    if (options.test !== 0) expect(test.length).toBeGreaterThan(0)
  }

  test('every row is in exactly one part, and every part asked for has rows', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 60 }),
        parts,
        fc.boolean(),
        fc.integer(),
        (rows, shares, ordered, seed) => check(rows, { ...shares, ordered, seed }),
      ),
    )
  })

  test('stratified: the same, every group is trained on, and shares are kept within a row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 3 }), { maxLength: 60 }),
        parts,
        fc.integer(),
        (groups, shares, seed) => {
          check(groups.length, { ...shares, stratify: groups, seed })
          const { train } = split(groups.length, { ...shares, stratify: groups, seed })
          for (const group of new Set(groups)) {
            const size = groups.filter((each) => each === group).length
            const trained = [...train].filter((row) => groups[row] === group).length
            // A part that would be empty takes at most two rows more from the largest group.
            expect(trained).toBeGreaterThan(Math.min(size * shares.train, size) - 3)
            expect(trained).toBeLessThan(Math.max(size * shares.train, 1) + 3)
          }
        },
      ),
    )
  })

  test('stratified by many rows, each share is exact', () => {
    const groups = Array.from({ length: 300 }, (_, row) => row % 3)
    const { train, validation } = split(300, { train: 0.8, validate: 0.2, stratify: groups })
    for (const group of [0, 1, 2]) {
      expect([...train].filter((row) => groups[row] === group)).toHaveLength(80)
      expect([...validation].filter((row) => groups[row] === group)).toHaveLength(20)
    }
  })

  test('small groups do not all round the same way', () => {
    const groups = Array.from({ length: 100 }, (_, row) => Math.floor(row / 2))
    const { train, validation } = split(100, { train: 0.75, validate: 0.25, stratify: groups })
    expect([train.length, validation.length]).toEqual([75, 25])
  })
})

test('the same seed gives the same split, another seed another', () => {
  expect(split(100, { seed: 7 })).toEqual(split(100, { seed: 7 }))
  expect(split(100, { seed: 7 })).not.toEqual(split(100, { seed: 8 }))
  expect(split(100, { seed: 7 })).not.toEqual(split(100, { seed: 7 + 2 ** 32 }))
})

test('ordered parts follow one another', () => {
  const { train, validation, test } = split(10, {
    train: 0.6,
    validate: 0.2,
    test: 0.2,
    ordered: true,
  })
  expect([[...train], [...validation], [...test]]).toEqual([
    [0, 1, 2, 3, 4, 5],
    [6, 7],
    [8, 9],
  ])
})

test.each<[SplitOptions, string, string]>([
  [
    { train: 0.8 },
    'split-sum',
    'the parts of the split add up to 80 %: train 80 %, validate 0 %, test 0 %',
  ],
  [
    { train: 0.8, validate: 0.3 },
    'split-sum',
    'the parts of the split add up to 110 %: train 80 %, validate 30 %, test 0 %',
  ],
  [{ train: 0, validate: 1 }, 'split-part', 'a part of the split cannot be 0 %'],
  [{ validate: 1 }, 'split-part', 'a part of the split cannot be 0 %'],
  [{ validate: -0.1 }, 'split-part', 'a part of the split cannot be -10 %'],
  [{ train: Number.NaN }, 'split-part', 'a part of the split cannot be NaN %'],
  [
    { train: 1, ordered: true, stratify: [1] },
    'split-part',
    'a split cannot be both ordered and stratified',
  ],
])('%j: %s', async (options, code, message) => {
  expect(await failure(() => split(10, options))).toMatchObject({ code, message })
})

test('a large split takes no time', () => {
  expect(sizes(300_000)).toEqual([240_000, 60_000, 0])
})
