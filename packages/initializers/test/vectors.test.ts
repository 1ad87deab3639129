/** Against the laws of PyTorch 1.13's `nn.init`; see the README of `testing-vectors`. */
import { Registry } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { differences, evaluator, tolerances, vectors } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { initializers } from '../src/index.ts'

const registry = new Registry(initializers)
const evaluate = evaluator(engineJs)
// There is no other gain than that of the rule, and `he` always looks at the fan in.
const cases = vectors('initializers').cases.filter(
  ({ options }) => (options['gain'] ?? 1) === 1 && options['mode'] !== 'fan-out',
)

describe('bounds and deviations agree with PyTorch', () => {
  it.each(cases)('$name $shape', async ({ name, fanIn, fanOut, bound, deviation }) => {
    const initializer = registry.make('initializer', name)
    // In place of draws: the ends of an even law, one deviation of a normal one.
    const draws = bound === null ? [-1, 1] : [0, 1]
    const { values } = await evaluate(
      { draws: { shape: [2], values: draws } },
      (ops, { draws }) => {
        const drawn = () => draws
        const refused = () => {
          throw new Error('not what an initializer of weights draws')
        }
        const random = { uniform: drawn, normal: drawn, integers: refused, bernoulli: refused }
        return { values: initializer.sample(ops, { shape: [2], fanIn, fanOut, random }) }
      },
    )
    const reach = bound ?? deviation
    expect(differences(values, [-reach, reach], tolerances.f64)).toEqual([])
  })
})
