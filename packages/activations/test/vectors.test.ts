/** Against PyTorch 1.13's own numbers; see the README of `testing-vectors`. */
import { type RawValue, Registry } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { differences, evaluator, tolerances, vectors } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { activations } from '../src/index.ts'

const registry = new Registry(activations)
const evaluate = evaluator(engineJs)

const all = vectors('activations').cases
// PyTorch's own threshold of 20 cuts softplus off; the cases with 1000 are the function itself.
const cases = all.filter(({ options }) => options['threshold'] !== 20)

/** Our arguments: softplus has none of PyTorch's. */
function argumentsOf(options: Readonly<Record<string, RawValue>>): Record<string, RawValue> {
  const { beta: _, threshold: __, ...ours } = options
  return ours
}

describe('outputs and gradients agree with PyTorch', () => {
  it.each(cases)('$name $options $dtype $input.shape', async (recorded) => {
    const { name, options, dtype, input, output, cotangent, inputGradient } = recorded
    const activation = registry.make('activation', name, argumentsOf(options))
    const { h, dg } = await evaluate(
      {
        g: { shape: input.shape, values: input.data },
        dh: { shape: cotangent.shape, values: cotangent.data },
      },
      (ops, { g, dh }) => {
        const h = activation.forward(ops, g)
        return { h, dg: activation.backward(ops, { g, h }, dh) }
      },
      { float: dtype },
    )
    expect(differences(h, output.data, tolerances[dtype])).toEqual([])
    expect(differences(dg, inputGradient.data, tolerances[dtype])).toEqual([])
  })

  it('has a recording of every activation', () => {
    expect(new Set(cases.map(({ name }) => name))).toEqual(
      new Set(activations.map(({ name }) => name)),
    )
  })
})
