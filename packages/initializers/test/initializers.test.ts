import {
  defineLayer,
  type Initializer,
  inferShapes,
  type RawValue,
  Registry,
  trainingProgram,
} from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { describe, expect, it } from 'vitest'
import { initializers } from '../src/index.ts'

const registry = new Registry(initializers)
const make = (name: string, named: Record<string, RawValue> = {}): Initializer =>
  registry.make('initializer', name, named)

interface Size {
  readonly shape?: readonly number[]
  readonly fanIn?: number
  readonly fanOut?: number
}

/** The values of one parameter after `init`, drawn as a model draws them. */
async function draw(
  weights: Initializer,
  { shape = [200, 300], ...fans }: Size = {},
  seed = 1,
): Promise<number[]> {
  const layer = defineLayer({
    name: 'holder',
    summary: 'Holds one parameter.',
    shape: (_, [h]) => h,
    init: () => ({ weight: { shape, initializer: weights, role: 'weight', ...fans } }),
    forward: (_, __, [h]) => ({ h, saved: undefined }),
  })
  const program = trainingProgram(
    inferShapes({
      inputs: [{ name: 'x', shape: [1], dtype: 'f32' }],
      instances: [{ name: 'holder', layer, config: {} }],
      nodes: [{ name: 'holder', instance: 'holder', inputs: [{ input: 'x' }] }],
      heads: [{ name: 'main', from: { node: 'holder' } }],
    }),
    { maxBatch: 1 },
  )
  const executable = await engineJs.compile(program)
  executable.state('seed').set([seed])
  executable.run('init', 1)
  return [...executable.state('holder.weight')]
}

const mean = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length
const variance = (x: readonly number[]): number => {
  const centre = mean(x)
  return mean(x.map((value) => (value - centre) ** 2))
}

describe('values that are not drawn', () => {
  it.each([
    ['zeros', {}, 0],
    ['ones', {}, 1],
    ['constant', { value: -0.25 }, -0.25],
  ])('%s %j', async (name, named, value) => {
    expect(await draw(make(name, named), { shape: [2, 3] })).toEqual(Array(6).fill(value))
  })
})

/** 200 outputs of 300 inputs: 60,000 values, whose mean is within 4/√60000 deviations and variance within 3 %. */
const even: readonly [string, Record<string, RawValue>, low: number, high: number][] = [
  ['uniform', {}, -0.05, 0.05],
  ['uniform', { low: 1, high: 3 }, 1, 3],
  ['glorot-uniform', {}, -Math.sqrt(6 / 500), Math.sqrt(6 / 500)],
  ['glorot', {}, -Math.sqrt(6 / 500), Math.sqrt(6 / 500)],
  ['he-uniform', {}, -Math.sqrt(6 / 300), Math.sqrt(6 / 300)],
  ['lecun-uniform', {}, -Math.sqrt(3 / 300), Math.sqrt(3 / 300)],
]

const normal: readonly [string, Record<string, RawValue>, mean: number, deviation: number][] = [
  ['normal', {}, 0, 0.05],
  ['normal', { deviation: 2, mean: 5 }, 5, 2],
  ['glorot-normal', {}, 0, Math.sqrt(2 / 500)],
  ['he-normal', {}, 0, Math.sqrt(2 / 300)],
  ['he', {}, 0, Math.sqrt(2 / 300)],
  ['lecun-normal', {}, 0, Math.sqrt(1 / 300)],
  ['lecun', {}, 0, Math.sqrt(1 / 300)],
]

function expectMoments(values: readonly number[], centre: number, deviation: number): void {
  const error = 4 / Math.sqrt(values.length)
  expect(Math.abs(mean(values) - centre) / deviation).toBeLessThan(error)
  expect(variance(values) / deviation ** 2).toBeCloseTo(1, 1.5)
}

describe('values between bounds', () => {
  it.each(even)('%s %j fills [%d, %d) evenly', async (name, named, low, high) => {
    const values = await draw(make(name, named))
    const slack = (high - low) * 1e-6
    for (const value of [Math.min(...values) - low, high - Math.max(...values)]) {
      expect(value).toBeGreaterThan(-slack)
      expect(value).toBeLessThan((high - low) * 1e-3)
    }
    expectMoments(values, (low + high) / 2, (high - low) / Math.sqrt(12))
  })
})

describe('normal values', () => {
  it.each(normal)('%s %j has mean %d and deviation %d', async (name, named, centre, deviation) => {
    const values = await draw(make(name, named))
    expectMoments(values, centre, deviation)
    // Not truncated at two deviations, beyond which 4.6 % lie.
    const outside = values.filter((value) => Math.abs(value - centre) > 2 * deviation)
    expect(outside.length / values.length).toBeCloseTo(0.0455, 2)
  })
})

describe('fans', () => {
  it('are those that the parameter states, where it states them', async () => {
    const values = await draw(make('he'), { shape: [60_000], fanIn: 50 })
    expectMoments(values, 0, Math.sqrt(2 / 50))
    const both = await draw(make('glorot-normal'), { shape: [60_000], fanIn: 5, fanOut: 3 })
    expectMoments(both, 0, Math.sqrt(2 / 8))
  })

  it.each(['glorot', 'he', 'lecun'])('of 0 give %s nothing to divide by', async (name) => {
    expect(await draw(make(name), { shape: [4, 0] })).toEqual([])
    const values = await draw(make(name), { shape: [4], fanIn: 0, fanOut: 0 })
    expect(values.every(Number.isFinite)).toBe(true)
  })
})

describe('seeds', () => {
  it.each(['uniform', 'normal', 'glorot', 'he'])('%s draws by the seed', async (name) => {
    const shape = [3, 4]
    const first = await draw(make(name), { shape }, 7)
    expect(await draw(make(name), { shape }, 7)).toEqual(first)
    expect(await draw(make(name), { shape }, 8)).not.toEqual(first)
    expect(new Set(first).size).toBe(12)
  })
})

describe('arguments', () => {
  it.each([
    ['constant', {}, 'argument-missing'],
    ['normal', { deviation: -1 }, 'argument-range'],
    ['uniform', { low: 'a' }, 'argument-type'],
    ['he', { gain: 2 }, 'argument-unknown'],
  ])('%s refuses %j with %s', (name, named, code) => {
    expect(() => make(name, named)).toThrow(expect.objectContaining({ code }))
  })
})
