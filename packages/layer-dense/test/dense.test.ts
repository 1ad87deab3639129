import { activations } from '@chainrule/activations'
import { B, type Joined, layerOps, type RawValue, Registry, type Shape } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { initializers } from '@chainrule/initializers'
import { differences, evaluator, numbers, tolerances } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { dense } from '../src/index.ts'

const registry = new Registry([dense, ...activations, ...initializers])
const evaluate = evaluator(engineJs)

/** The layer's configuration as the language gives it. */
function configure(positional: RawValue[], named: Record<string, RawValue> = {}) {
  const { configuration } = registry.configured('layer', { call: 'dense', positional, named }) ?? {}
  if (configuration === undefined) throw new Error('`dense` is not registered')
  return configuration
}

const context = { training: true, statistics: {}, random: {} }

function backwardOf(layer: typeof dense): NonNullable<typeof dense.backward> {
  if (layer.backward === undefined) throw new Error('`dense` has no backward of its own')
  return layer.backward
}

const [rows, inputs, units] = [3, 4, 2]
const h = numbers(1, rows * inputs)
const weight = numbers(2, units * inputs)
const bias = numbers(3, units)
const dh = numbers(4, rows * units)
const given = {
  h: { shape: [rows, inputs], values: h },
  weight: { shape: [units, inputs], values: weight },
  bias: { shape: [units], values: bias },
  dh: { shape: [rows, units], values: dh },
}

const at = (values: readonly number[], width: number, row: number, column: number): number =>
  values[row * width + column] ?? Number.NaN
const count = (length: number): number[] => Array.from({ length }, (_, i) => i)

describe('dense by hand', () => {
  const { config } = configure([units, 'tanh'])
  const traced = evaluate(given, (ops, { h, weight, bias, dh }) => {
    const W: Joined = { matrix: weight, column: bias }
    const paper = layerOps(ops)
    const result = dense.forward(paper, { W }, [h], config, context)
    const arriving = { dh, outputs: {} }
    const found = backwardOf(dense)(paper, { W }, result.saved, arriving, config, context)
    const dW = found.gradients['W'] as Joined
    const g = result.g ?? h
    return {
      g,
      h: result.h,
      dg: found.dg ?? g,
      dInput: found.dh[0] ?? h,
      dweight: dW.matrix,
      dbias: dW.column ?? bias,
    }
  })

  it('has g = W h with the bias against a constant 1, and h = σ(g) (eq. 41)', async () => {
    const { g, h: out } = await traced
    const expected = count(rows).flatMap((row) =>
      count(units).map((unit) =>
        count(inputs).reduce(
          (sum, i) => sum + at(weight, inputs, unit, i) * at(h, inputs, row, i),
          bias[unit] ?? 0,
        ),
      ),
    )
    expect(differences(g, expected, tolerances.f64)).toEqual([])
    expect(differences(out, expected.map(Math.tanh), tolerances.f64)).toEqual([])
  })

  it('has ∂L/∂g = ∂L/∂h ⊙ σ(g)′ (eq. 76)', async () => {
    const { g, dg } = await traced
    const expected = g.map((x, i) => (dh[i] ?? 0) * (1 - Math.tanh(x) ** 2))
    expect(differences(dg, expected, tolerances.f64)).toEqual([])
  })

  it('has ∂L/∂W = (∂L/∂g)ᵀ hᵀ, whose last column is the bias (eq. 75)', async () => {
    const { dg, dweight, dbias } = await traced
    const sum = (term: (row: number) => number): number =>
      count(rows).reduce((all, row) => all + term(row), 0)
    const matrix = count(units).flatMap((unit) =>
      count(inputs).map((i) => sum((row) => at(dg, units, row, unit) * at(h, inputs, row, i))),
    )
    const column = count(units).map((unit) => sum((row) => at(dg, units, row, unit) * 1))
    expect(differences(dweight, matrix, tolerances.f64)).toEqual([])
    expect(differences(dbias, column, tolerances.f64)).toEqual([])
  })

  it('has ∂L/∂h of the layer before = ∂L/∂g W (eq. 77)', async () => {
    const { dg, dInput } = await traced
    const expected = count(rows).flatMap((row) =>
      count(inputs).map((i) =>
        count(units).reduce(
          (sum, unit) => sum + at(dg, units, row, unit) * at(weight, inputs, unit, i),
          0,
        ),
      ),
    )
    expect(differences(dInput, expected, tolerances.f64)).toEqual([])
  })
})

describe('the shape of dense', () => {
  const { config } = configure([5])
  it.each<[Shape, Shape]>([
    [
      [B, 3],
      [B, 5],
    ],
    [
      [B, 7, 3],
      [B, 7, 5],
    ],
    [
      [B, 2, 2, 1],
      [B, 2, 2, 5],
    ],
  ])('of %j is %j', (input, output) => {
    expect(dense.shape(config, [input])).toEqual({ h: output })
  })

  it.each<[Shape, string]>([
    [[B, B], 'got [B, B]'],
    [[], 'got []'],
  ])('of %j is refused: no features', (input, came) => {
    expect(() => dense.shape(config, [input])).toThrow(
      expect.objectContaining({ code: 'shape-mismatch', message: expect.stringContaining(came) }),
    )
  })
})

describe('the parameters of dense', () => {
  const init = (positional: RawValue[], named: Record<string, RawValue> = {}) =>
    dense.init(configure(positional, named).config, [[B, 3]])

  it('are a weight [out, in] and a bias [out]', () => {
    const { weight, bias } = init([5])
    expect(weight).toMatchObject({ shape: [5, 3], role: 'weight' })
    expect(weight?.initializer.name).toBe('glorot-uniform')
    expect(bias).toMatchObject({ shape: [5], role: 'bias' })
  })

  it('are a weight alone where there is to be no bias', () => {
    expect(init([5], { bias: false })['bias']).toBeUndefined()
  })

  it('are drawn as `weights` says, the bias beginning at 0', async () => {
    const { weight, bias } = init([5], { weights: 'he' })
    expect(weight?.initializer.name).toBe('he')
    const { zero } = await evaluate({}, (ops) => {
      const none = () => {
        throw new Error('a bias is not drawn')
      }
      const random = { integers: none, uniform: none, normal: none, bernoulli: none }
      const sample = bias?.initializer.sample(ops, { shape: [2], fanIn: 1, fanOut: 2, random })
      return { zero: sample ?? ops.constant(1) }
    })
    expect(zero).toEqual([0, 0])
  })
})
