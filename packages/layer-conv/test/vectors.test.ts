/** Against PyTorch 1.13's own numbers; see the README of `testing-vectors`. */
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { differences, evaluator, given, tolerances, vectors } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { configured, forwardAndBackward } from './support.ts'

const engines = [
  { engine: 'js', evaluate: evaluator(engineJs) },
  { engine: 'wasm', evaluate: evaluator(engineWasm) },
]

const title = '$layer $kernel$window $options $activation $dtype, $input.shape'

describe.each(engines)('on engine-$engine', ({ evaluate }) => {
  it.each(vectors('convolutions').cases)(`${title} agrees with PyTorch`, async (recorded) => {
    const { layer, kernel, options, activation, dtype, input, weight, bias, cotangent } = recorded
    const filters = layer === 'conv' ? [weight.shape[0] ?? 0] : []
    const named = { ...options, bias: bias !== null }
    const found = await forwardAndBackward(
      evaluate,
      configured(layer, [...filters, kernel, activation], named),
      {
        input: given(input),
        weight: given(weight),
        ...(bias === null ? {} : { bias: given(bias) }),
        cotangent: given(cotangent),
      },
      { float: dtype },
    )
    const expected = {
      h: recorded.output.data,
      input: recorded.inputGradient.data,
      weight: recorded.weightGradient.data,
      ...(recorded.biasGradient === null ? {} : { bias: recorded.biasGradient.data }),
    }
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
    for (const [name, numbers] of Object.entries(expected)) {
      expect(differences(found[name] ?? [], numbers, tolerances[dtype]), name).toEqual([])
    }
  })

  it.each(vectors('pools').cases)(`${title} agrees with PyTorch`, async (recorded) => {
    const { layer, window, options, dtype, input, output, cotangent, inputGradient } = recorded
    const takesNone = layer.startsWith('global') || layer === 'flatten'
    const found = await forwardAndBackward(
      evaluate,
      configured(layer, takesNone ? [] : [window], takesNone ? {} : options),
      { input: given(input), cotangent: given(cotangent) },
      { float: dtype },
    )
    expect(differences(found['h'] ?? [], output.data, tolerances[dtype])).toEqual([])
    expect(differences(found['input'] ?? [], inputGradient.data, tolerances[dtype])).toEqual([])
  })
})
