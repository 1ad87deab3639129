import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  binaryRule,
  binaryRules,
  castRule,
  integerBinaryRules,
  not,
  unaryRule,
  unaryRules,
} from '../src/scalar-rules.ts'
import type { DType } from '../src/types.ts'

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
const lowest = -2147483648
const highest = 2147483647

describe('unary rules', () => {
  it.each<[keyof typeof unaryRules, number, number]>([
    ['neg', 2, -2],
    ['neg', 0, -0],
    ['abs', -3, 3],
    ['abs', -0, 0],
    ['sign', -0.1, -1],
    ['sign', infinity, 1],
    ['sign', 0, 0],
    ['sign', nan, nan],
    ['floor', -1.5, -2],
    ['floor', 1.5, 1],
    ['sqrt', 9, 3],
    ['sqrt', -1, nan],
    ['exp', 0, 1],
    ['exp', -infinity, 0],
    ['expm1', 0, 0],
    ['log', 1, 0],
    ['log', 0, -infinity],
    ['log1p', 0, 0],
    ['tanh', infinity, 1],
    ['sigmoid', 0, 0.5],
    ['erf', 0, 0],
    ['sin', 0, 0],
    ['cos', 0, 1],
  ])('%s of %d is %d', (name, x, expected) => {
    expect(unaryRules[name](x)).toBe(expected)
  })

  it.each<[keyof typeof unaryRules, (x: number) => number]>([
    ['exp', Math.exp],
    ['expm1', Math.expm1],
    ['log', Math.log],
    ['log1p', Math.log1p],
    ['tanh', Math.tanh],
    ['sin', Math.sin],
    ['cos', Math.cos],
  ])('%s agrees with what the host calls by that name', (name, host) => {
    for (const x of [0.1, 0.5, 1, 1.7, 3, 8]) {
      expect(unaryRules[name](x)).toBeCloseTo(host(x), 11 - Math.ceil(Math.log10(1 + host(x) ** 2)))
    }
  })
})

describe('binary rules', () => {
  it.each<[keyof typeof binaryRules, number, number, number]>([
    ['add', 0.1, 0.2, 0.1 + 0.2],
    ['sub', 1, 3, -2],
    ['mul', -2, 3, -6],
    ['div', 1, 0, infinity],
    ['div', 0, 0, nan],
    ['pow', 2, 10, 1024],
    ['maximum', 1, 2, 2],
    ['maximum', nan, 2, nan],
    ['maximum', 2, nan, nan],
    ['maximum', -0, 0, 0],
    ['minimum', 1, 2, 1],
    ['minimum', nan, 2, nan],
    ['minimum', 2, nan, nan],
    ['minimum', 0, -0, -0],
    ['equal', 1, 1, 1],
    ['equal', 0, -0, 1],
    ['equal', nan, nan, 0],
    ['less', 1, 2, 1],
    ['less', 2, 2, 0],
    ['less', nan, 2, 0],
    ['lessEqual', 2, 2, 1],
    ['lessEqual', 2, nan, 0],
    ['and', 1, 1, 1],
    ['and', 1, 0, 0],
    ['or', 1, 0, 1],
    ['or', 0, 0, 0],
  ])('%s of %d and %d is %d', (name, x, y, expected) => {
    expect(binaryRules[name](x, y)).toBe(expected)
  })

  it('not swaps 0 and 1', () => {
    expect([not(0), not(1)]).toEqual([1, 0])
  })
})

describe('integer rules', () => {
  it.each<[keyof typeof integerBinaryRules, number, number, number]>([
    ['add', highest, 1, lowest],
    ['sub', lowest, 1, highest],
    ['mul', 65536, 65536, 0],
    ['mul', 123456789, 987654321, -67153019],
    ['mul', -3, 5, -15],
  ])('%s of %d and %d wraps to %d', (name, x, y, expected) => {
    expect(binaryRule(name, 'i32')(x, y)).toBe(expected)
  })

  it.each<['neg' | 'abs' | 'sign', number, number]>([
    ['neg', lowest, lowest],
    ['neg', 0, 0],
    ['neg', 7, -7],
    ['abs', lowest, lowest],
    ['abs', -7, 7],
    ['sign', -7, -1],
    ['sign', 0, 0],
  ])('%s of the integer %d is %d', (name, x, expected) => {
    expect(unaryRule(name, 'i32')(x)).toBe(expected)
  })

  it('are what an Int32Array would hold of the exact result', () => {
    const held = new Int32Array(1)
    const store = (exact: bigint): number => {
      held[0] = Number(BigInt.asIntN(32, exact))
      return held[0]
    }
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (x, y) => {
        expect(integerBinaryRules.add(x, y)).toBe(store(BigInt(x) + BigInt(y)))
        expect(integerBinaryRules.sub(x, y)).toBe(store(BigInt(x) - BigInt(y)))
        expect(integerBinaryRules.mul(x, y)).toBe(store(BigInt(x) * BigInt(y)))
      }),
      { seed: 1 },
    )
  })

  it('share everything else with floats', () => {
    expect(binaryRule('maximum', 'i32')).toBe(binaryRules.maximum)
    expect(binaryRule('add', 'f32')).toBe(binaryRules.add)
    expect(unaryRule('neg', 'f64')).toBe(unaryRules.neg)
  })
})

describe('casts', () => {
  it.each<[DType, number, number]>([
    ['f32', 0.1, Math.fround(0.1)],
    ['f32', 1e300, infinity],
    ['f64', 0.1, 0.1],
    ['i32', 2.9, 2],
    ['i32', -2.9, -2],
    ['i32', -0.5, 0],
    ['i32', 1e10, highest],
    ['i32', -infinity, lowest],
    ['i32', nan, 0],
    ['u8', 254.9, 254],
    ['u8', 300, 255],
    ['u8', -1, 0],
    ['u8', nan, 0],
    ['bool', -0, 0],
    ['bool', 0.5, 1],
    ['bool', nan, 1],
  ])('to %s takes %d to %d', (dtype, x, expected) => {
    expect(castRule(dtype)(x)).toBe(expected)
  })
})
