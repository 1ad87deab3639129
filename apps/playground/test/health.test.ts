/** What is said of layers that do not learn. */
import { describe, expect, it } from 'vitest'
import { warningsOf } from '../src/inspector/warnings.ts'
import { healthOf, histogram } from '../src/worker/layer-health.ts'

type Tensors = Parameters<typeof healthOf>[1]
const tensor = (shape: readonly number[], values: readonly number[]) => ({
  shape,
  values: Float32Array.from(values),
})

/** Three layers of four units on two rows; `change` puts other tensors in their place. */
function warnings(change: Tensors) {
  const h = tensor([2, 4], [1, -1, 0, 0.5, 0, 2, 1, -0.5])
  const dh = tensor([2, 4], [0.1, -0.1, 0.2, 0, 0.1, 0.3, -0.2, 0.1])
  const W = tensor(
    [4, 4],
    Array.from({ length: 16 }, (_, i) => 0.5 - i / 16),
  )
  const dW = tensor(
    [4, 4],
    Array.from({ length: 16 }, (_, i) => 0.01 * (i - 8)),
  )
  const all = ['a', 'b', 'c'].flatMap((name) =>
    Object.entries({ h, dh, W, dW }).map(([key, each]) => [`${name}/${key}`, each] as const),
  )
  const tensors = { ...Object.fromEntries(all), ...change }
  return warningsOf(healthOf(['a', 'b', 'c'], tensors)).map(({ node, kind }) => `${node} ${kind}`)
}

const zeros = (shape: readonly number[]) => tensor(shape, new Array<number>(8).fill(0))

describe('warnings', () => {
  it.each<[title: string, change: Tensors, expected: string[]]>([
    ['healthy layers', {}, []],
    [
      'units that give 0 for every row',
      { 'b/h': tensor([2, 4], [0, 0, 1, 0, 0, 0, 2, 0.5]) },
      ['b dying'],
    ],
    ['fewer than half of them', { 'b/h': tensor([2, 4], [0, 1, 1, 0.2, 0, 1, 2, 0.5]) }, []],
    [
      'a gradient that fades on its way back',
      { 'a/dh': tensor([2, 4], [1e-6, -1e-6, 1e-6, 0, 0, 0, 0, 1e-6]) },
      ['a vanishing'],
    ],
    ['no gradient at all', { 'a/dh': zeros([2, 4]) }, ['a vanishing']],
    [
      'a gradient that grows on its way back',
      { 'a/dh': tensor([2, 4], [900, -900, 900, 0, 0, 0, 0, 900]) },
      ['a exploding'],
    ],
    [
      '∂L/∂W far larger than W',
      { 'b/dW': tensor([4, 4], new Array<number>(16).fill(40)) },
      ['b exploding'],
    ],
    [
      'values that are not finite',
      { 'c/h': tensor([2, 4], [Number.NaN, 1, 1, 1, 1, 1, 1, 1]) },
      ['c non-finite'],
    ],
  ])('of %s', (_, change, expected) => {
    expect(warnings(change)).toEqual(expected)
  })

  it('say that no gradient comes back, not how many times smaller it is', () => {
    const layers = ['a', 'b'].map((node, i) => ({
      ...{ node, units: 4, silentUnits: 0, means: new Float32Array(), isFinite: true },
      ...{ activations: histogram(Float32Array.of(1)), gradients: undefined },
      ...{ gradientSize: i, relativeGradient: undefined },
    }))
    expect(warningsOf(layers).map(({ message }) => message)).toEqual([
      'no gradient comes back to it: it is 0',
    ])
  })

  it('tells the figures', () => {
    const [health] = healthOf(['a'], {
      'a/h': tensor([2, 4], [0, 0, 1, 0, 0, 0, 3, 2]),
      'a/dh': tensor([2, 4], [1, 1, 1, 1, 1, 1, 1, 1]),
    })
    expect(health).toMatchObject({ silentUnits: 2, units: 4, gradientSize: 1, isFinite: true })
    expect([...(health?.means ?? [])]).toEqual([0, 0, 2, 1])
  })
})

it('counts every finite value of a histogram once, the greatest too', () => {
  const { from, to, counts } = histogram(Float32Array.of(-1, 0, 1, 1, Number.NaN))
  expect([from, to]).toEqual([-1, 1])
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4)
  expect(counts.at(-1)).toBe(2)
  expect(histogram(Float32Array.of(2, 2)).counts[0]).toBe(2)
})
